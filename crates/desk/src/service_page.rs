//! The page about the service, for everybody. Its figures come from the rules that the desk
//! applies.

use serde::Serialize;

use crate::process::keys;
use crate::{Allotment, EngagementKind, Process, Rules};

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServicePage {
    /// The service's name.
    pub title: &'static str,
    /// For whom it is.
    pub audience: Vec<String>,
    /// What it is for.
    pub purpose: String,
    /// What one has of it.
    pub benefits: Vec<&'static str>,
    /// How often.
    pub frequency: String,
    /// What the customer gives.
    pub inputs: Vec<String>,
    /// What the customer gets.
    pub outputs: Vec<&'static str>,
    /// What is done, by whom, how long it takes.
    pub process: Vec<ProcessLine>,
    /// What is not part of it.
    pub exclusions: Vec<String>,
    /// How long it takes.
    pub timeline: Vec<String>,
    /// How to ask for it.
    pub how_to_request: Vec<String>,
    /// What people ask.
    pub questions: Vec<QuestionAndAnswer>,
}

/// A line of the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProcessLine {
    /// Its phase.
    pub phase: String,
    /// Its milestone.
    pub milestone: String,
    /// Its name.
    pub activity: String,
    /// What is done.
    pub details: String,
    /// Whose it is.
    pub owner: String,
    /// How long it takes.
    pub duration: String,
}

/// A question that people ask, and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuestionAndAnswer {
    /// The question.
    pub question: &'static str,
    /// The answer.
    pub answer: String,
}

impl ServicePage {
    /// The page for these rules.
    pub fn new(rules: &Rules) -> Self {
        let process = &rules.process;
        Self {
            title: "Managed Upgrade",
            audience: rules.eligibility.iter().map(|rule| rule.why.to_string()).collect(),
            purpose: "A message broker is brought to a supported version: assessed, planned, \
                      upgraded and tested in a development or staging environment, with every \
                      setting kept and a way back at any moment. A Playbook then does the same in \
                      the other environments."
                .to_owned(),
            benefits: vec![
                "Every setting is kept, or the reason why not is told.",
                "Nothing is changed before the way back was tried.",
                "What was tested is shown with figures from before and after.",
                "The Playbook is made from what really was done.",
            ],
            frequency: format!("Recommended {}.", months(rules.annual.months_since_upgrade)),
            inputs: inputs(rules),
            outputs: vec![
                "An upgraded development or staging environment.",
                "A report of the tests.",
                "A Playbook for the other environments, with settled files and checksums.",
                "On-call support while the Playbook is used.",
            ],
            process: process.0.iter().map(|rule| ProcessLine::new(rule, process)).collect(),
            exclusions: exclusions(rules),
            timeline: timeline(process),
            how_to_request: vec![
                "Log in, and choose \u{201c}Request an upgrade\u{201d}.".to_owned(),
                format!("The case is called \u{201c}{}\u{201d}.", rules.title),
                "Give current version, earliest start, ideal start, deadline and its reason, and \
                 acknowledge that access will be provided."
                    .to_owned(),
            ],
            questions: questions(rules),
        }
    }
}

impl ProcessLine {
    fn new(rule: &crate::ActivityRule, process: &Process) -> Self {
        let owners: Vec<_> = rule.owners.iter().map(|party| party.word()).collect();
        Self {
            phase: rule.phase.to_string(),
            milestone: rule.milestone.to_string(),
            activity: rule.name.to_string(),
            details: rule.details.to_string(),
            owner: owners.join(" and "),
            duration: rule.duration_words(process),
        }
    }
}

/// What the rules of scope say, and the engagements that no rule asks for by itself.
fn exclusions(rules: &Rules) -> Vec<String> {
    let by_rule = rules.scope.iter().map(|rule| rule.why.to_string());
    let has_rule = |kind: &EngagementKind| rules.scope.iter().any(|one| one.engagement == *kind);
    let others = EngagementKind::ALL.into_iter().filter(|kind| !has_rule(kind));
    by_rule.chain(others.map(|kind| format!("Paid engagement: {}.", kind.words()))).collect()
}

fn inputs(rules: &Rules) -> Vec<String> {
    let access = "Access to a development or staging environment, to read and to write.".to_owned();
    let documents = rules.documents.iter().map(|document| {
        format!("{}, within {}: {}", document.title, document.due_in.words(), document.purpose)
    });
    [access].into_iter().chain(documents).collect()
}

fn timeline(process: &Process) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(weeks) = duration(process, keys::BACK_UP) {
        lines.push(format!(
            "The upgrade of a development or staging environment takes {weeks}, longer for a large \
             installation, which the assessment says."
        ));
        lines.push(
            "This time begins when access is verified and all documents are processed.".to_owned(),
        );
    }
    if let Some(days) = duration(process, keys::CREATE_PLAYBOOK) {
        lines.push(format!("The Playbook is written within {days}."));
    }
    if let Some(days) = duration(process, keys::REVIEW) {
        lines.push(format!("Review and changes take {days} in all."));
    }
    if let Some(days) = on_call(process) {
        lines.push(format!("On-call support is there for {days}."));
    }
    lines
}

fn questions(rules: &Rules) -> Vec<QuestionAndAnswer> {
    let process = &rules.process;
    let asked = |question, answer| QuestionAndAnswer { question, answer };
    let said = |answer: Option<String>| answer.unwrap_or_else(|| "By agreement.".to_owned());
    let weeks = duration(process, keys::BACK_UP).map(|weeks| {
        format!("{weeks} of work for one environment, from the day on which everything is there.")
    });
    let respond =
        duration(process, keys::RESPOND).map(|days| format!("A consultant answers within {days}."));
    let on_call = on_call(process).map(|days| {
        format!(
            "There is on-call support for {days}. What can be seen in the environment that was \
             upgraded, too, is corrected in the Playbook."
        )
    });
    vec![
        asked("How long does it take?", said(weeks)),
        asked("When do I hear from you?", said(respond)),
        asked(
            "Do you upgrade production?",
            "No. You do, with the Playbook; having it done is a paid engagement.".to_owned(),
        ),
        asked("What if something goes wrong in production?", said(on_call)),
        asked(
            "What about our own plugins?",
            "They are documented. If a test fails because of one, making it work is a paid \
             engagement."
                .to_owned(),
        ),
        asked(
            "What if you get no access?",
            "The upgrade is done by screen sharing, with your hands, as a paid engagement."
                .to_owned(),
        ),
        asked(
            "How often should we upgrade?",
            format!(
                "{}, and before a version's end of life: we tell you {} days before.",
                capital(&months(rules.annual.months_since_upgrade)),
                rules.annual.days_before_end_of_life
            ),
        ),
    ]
}

fn duration(process: &Process, key: &str) -> Option<String> {
    let rule = process.get(key)?;
    process.allotted(&rule.key).map(crate::DurationRange::words)
}

fn on_call(process: &Process) -> Option<String> {
    match process.get(keys::ON_CALL)?.allotment {
        Allotment::AtMostDays(7) => Some("at most one week".to_owned()),
        Allotment::AtMostDays(days) => Some(format!("at most {days} days")),
        _ => None,
    }
}

fn months(months: u16) -> String {
    match months {
        12 => "once a year".to_owned(),
        months => format!("every {months} months"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or(String::new(), |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
