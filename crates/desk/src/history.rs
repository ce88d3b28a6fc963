//! The history of a case for people: one line for each event.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    ActivityEvent, Case, Change, ChangeRequestEvent, ChangeRequestKind, Event, Line, NoteScope,
    Role, StateMachine, UserId, Verdict,
};

/// A line of a case's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistoryLine {
    /// The event, by number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// As what.
    pub role: Role,
    /// What happened. Texts that people wrote are in it as they are.
    pub what: String,
}

impl Event {
    /// Whether somebody of this role may read it: notes of the team are not for the customer.
    pub fn is_for(&self, role: Role) -> bool {
        match &self.change {
            Change::NoteAdded(note) => role.is_team() || note.scope == NoteScope::Everyone,
            _ => true,
        }
    }

    /// The event as a line of history, with the names that the case has for things.
    pub fn line(&self, case: &Case) -> HistoryLine {
        HistoryLine {
            number: self.number,
            at: self.at,
            by: self.by.user.clone(),
            role: self.by.role,
            what: words(&self.change, case),
        }
    }
}

fn words(change: &Change, case: &Case) -> String {
    let name = |key: &crate::ActivityKey| {
        case.activity(key.as_str()).map_or_else(|| key.to_string(), crate::Activity::title)
    };
    match change {
        Change::RequestMade { request, .. } => match &request.word {
            None => format!("request made: {}", request.title),
            Some(word) => {
                format!(
                    "request made: {}, on the word of {}: {word}",
                    request.title, request.requester
                )
            }
        },
        Change::RequestAmended { .. } => "request changed".to_owned(),
        Change::Responded(text) => format!("responded: {text}"),
        Change::Acknowledged(text) => format!("acknowledged formally: {text}"),
        Change::Assigned(one) => {
            let why = one.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            format!("{} is {}{why}", one.post.role(), one.user)
        }
        Change::PostVacated { post, user, why } => {
            format!("{user} is no {} any more: {why}", post.role())
        }
        Change::EligibilityJudged { verdict, why } => {
            let why: Vec<_> = why.iter().map(|one| format!(" {one}")).collect();
            match verdict {
                Verdict::Holds => "eligible by the rules".to_owned(),
                Verdict::Fails => format!("not eligible by the rules:{}", why.concat()),
                Verdict::Unknown => format!("eligibility cannot be told yet:{}", why.concat()),
            }
        }
        Change::EligibilityDecided(decision) => {
            let not = if decision.is_eligible { "" } else { "not " };
            format!("decided to be {not}eligible: {}", decision.why)
        }
        Change::CaseMoved(event) => {
            format!("case {}", crate::CaseState::event_word(event))
        }
        Change::GroupSet(group) => {
            format!("support group {}, {} members", group.name, group.members.len())
        }
        Change::KickedOff(_) => "kick-off held".to_owned(),
        Change::DependencyMet { dependency } => format!("dependency {dependency} is met"),
        Change::ContactNamed(one) => format!("{} is {}", one.duty.word(), one.name),
        Change::ContactRemoved { duty, user } => format!("{user} is no {} any more", duty.word()),
        Change::FilePosted(one) => format!("file {}, version {}", one.file.name, one.version),
        Change::NoteAdded(note) => format!("note: {}", note.text),
        Change::ActivityMoved { activity, event } => {
            let word = crate::ActivityState::event_word(event);
            format!("{}: {word}{}", name(activity), why(event))
        }
        Change::ActivityEvidence { activity, note, evidence } => {
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let shown = evidence.as_ref().map(|one| format!(", shown by {}", one.what));
            format!("{}{note}{}", name(activity), shown.unwrap_or_default())
        }
        Change::ExecutionClockStarted { .. } => {
            "access is verified, all documents are processed: the execution begins".to_owned()
        }
        _ => words_of_inputs(change),
    }
}

fn words_of_inputs(change: &Change) -> String {
    match change {
        Change::QuestionnaireSent { description, documents } => {
            let questions = description.questions().count();
            format!("questionnaire sent: {questions} questions, {} documents", documents.len())
        }
        Change::DocumentSent(one) => format!("document sent: {}", one.template.title),
        Change::FileReturned { document, file } => format!("{document} came back: {}", file.name),
        Change::DocumentMoved { document, event } => {
            format!("{document}: {}", crate::DocumentState::event_word(event))
        }
        Change::InventoryRecorded { facts, .. } => {
            format!("inventory recorded: {} facts", facts.iter().count())
        }
        Change::AnswersSaved(answers) => format!("{} answers saved", answers.len()),
        Change::AnswersSubmitted => "answers submitted".to_owned(),
        Change::MissingAsked(ids) => format!("{} missing answers asked for", ids.len()),
        Change::AccessChecked(check) => {
            let word = if check.is_verified() { "verified" } else { "not sufficient" };
            let by = check.word.as_ref().map(|word| format!(", by word: {word}"));
            format!("access to {}: {word}{}", check.environment, by.unwrap_or_default())
        }
        Change::AssessmentRecorded(one) => format!("assessment {}", one.digest.short()),
        Change::PlanPosted(plan) => format!("plan {} posted", plan.digest.short()),
        Change::PlanDecided(one) => {
            let (plan, said, why) = (one.plan.short(), one.chosen.words(), &one.why);
            let word = one.word.as_ref().map(|word| format!(", on the customer's word: {word}"));
            format!("decided on plan {plan}: {said}: {why}{}", word.unwrap_or_default())
        }
        Change::PlanObjected { why, .. } => format!("objection to the plan: {why}"),
        Change::Approved(one) => format!("{} {} approved", one.subject.word(), one.digest.short()),
        Change::SoftwareRecorded(one) => {
            let word = if one.is_verified { "verified" } else { "not the expected one" };
            let how = match (one.against.as_slice(), &one.word) {
                ([], Some(word)) => format!(", by word: {word}"),
                ([], None) => String::new(),
                (same, _) => {
                    let same: Vec<_> = same.iter().map(Line::as_str).collect();
                    format!(", the same as {}", same.join(" and "))
                }
            };
            format!("software placed by the {}: {word}{how}", one.placed_by)
        }
        Change::RunRecorded(run) => format!("run {}: {}", run.run, run.end.word()),
        Change::RunHalted(halted) => {
            format!("run {} stands still: {}", halted.run, halted.words())
        }
        Change::RunWentOn { run } => format!("run {run} goes on"),
        Change::StepTicked(tick) => format!("step {} ticked", tick.step),
        Change::TrialRecorded(trial) => format!("trial {}: {}", trial.number, trial.verdict.word()),
        Change::DefectFound(one) => format!("defect {}: {}", one.number, one.failure.component),
        Change::DefectMoved { defect, event } => {
            format!("defect {defect}: {}", crate::DefectState::event_word(event))
        }
        _ => words_of_hand_off(change),
    }
}

fn words_of_hand_off(change: &Change) -> String {
    match change {
        Change::ResourcesDelivered(one) => {
            format!("resources delivered: bundle {}", one.bundle.short())
        }
        Change::PlaybookPosted(one) => format!("playbook version {}: {}", one.number, one.summary),
        Change::ChangeAsked(one) => {
            let kind = match one.kind {
                ChangeRequestKind::Change => "change",
                ChangeRequestKind::Clarification => "clarification",
            };
            format!("{kind} {} asked for: {}", one.number, one.text)
        }
        Change::ChangeMoved { change, event } => {
            let version = match event {
                ChangeRequestEvent::Made(version) => format!(" in version {version}"),
                _ => String::new(),
            };
            format!("change {change}: {}{version}", crate::ChangeRequestState::event_word(event))
        }
        Change::PlaybookDelivered { version } => format!("playbook version {version} delivered"),
        Change::OnCallOpened(one) => {
            format!("on-call support for version {} until {}", one.version, one.until)
        }
        Change::ProblemReported(one) => {
            format!("problem {} at step {}: {}", one.number, one.step, one.text)
        }
        Change::ProblemMoved { problem, event } => {
            format!("problem {problem}: {}", crate::ProblemState::event_word(event))
        }
        Change::EnvironmentPlanned(environment) => format!("environment {environment} planned"),
        Change::OtherUpgraded(one) => {
            format!("environment {}: {}", one.environment, one.end.word())
        }
        Change::EngagementOpened(one) => format!("engagement offered: {}", one.kind.words()),
        Change::EngagementMoved { engagement, event } => {
            format!("engagement {engagement}: {}", crate::EngagementState::event_word(event))
        }
        // Told by the functions before.
        _ => String::new(),
    }
}

fn why(event: &ActivityEvent) -> String {
    match event {
        ActivityEvent::Held(wait) => format!(", waits for the {}: {}", wait.waits_for, wait.why),
        ActivityEvent::Skipped(why)
        | ActivityEvent::Excluded(why)
        | ActivityEvent::Reopened(why) => format!(": {why}"),
        ActivityEvent::Started | ActivityEvent::Released | ActivityEvent::Finished => String::new(),
    }
}
