//! The activities of a case: the whole process, with where each stands and what can be done.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{Activity, ActivityEvidence, ActivityState, Bar, Missing};

use super::case_view::{CaseView, Part, Subject};
use crate::{Html, Shell, paths};

#[derive(Template)]
#[template(path = "activities.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    groups: Vec<Group<'a>>,
    subject: Subject<'a>,
}

/// Activities of one phase and milestone.
struct Group<'a> {
    title: String,
    activities: Vec<Shown<'a>>,
}

struct Shown<'a> {
    activity: &'a Activity,
    bar: Bar,
    allotment: String,
    evidence: Vec<&'a ActivityEvidence>,
    missing: Vec<Missing>,
    doings: Safe<String>,
}

/// The activities of a case.
pub fn activities(shell: &Shell<'_>, view: CaseView<'_>) -> Html {
    let subject = Subject::new(shell, view, Part::Activities);
    let groups = groups(&subject);
    Html::of(&Page { shell, title: subject.title(), here: paths::REQUESTS, groups, subject })
}

fn groups<'a>(subject: &Subject<'a>) -> Vec<Group<'a>> {
    let Some(timeline) = subject.case().timeline(subject.view.now) else { return Vec::new() };
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (activity, bar) in subject.case().activities.iter().zip(timeline.bars) {
        let title = format!("{}: {}", activity.rule.phase, activity.rule.milestone);
        let shown = shown(subject, activity, bar);
        match groups.last_mut().filter(|group| group.title == title) {
            Some(group) => group.activities.push(shown),
            None => groups.push(Group { title, activities: vec![shown] }),
        }
    }
    groups
}

fn shown<'a>(subject: &Subject<'a>, activity: &'a Activity, bar: Bar) -> Shown<'a> {
    use refit_desk::ActionKind as K;
    let case = subject.case();
    let kinds = [
        K::StartActivity,
        K::FinishActivity,
        K::HoldActivity,
        K::ReleaseActivity,
        K::ReopenActivity,
        K::SkipActivity,
        K::ExcludeActivity,
    ];
    let missing = match activity.state {
        ActivityState::Planned => case.missing_to_start(activity),
        ActivityState::Running | ActivityState::Waiting(_) => {
            case.missing_to_finish(activity, subject.view.rules)
        }
        _ => Vec::new(),
    };
    let evidence = case.evidence.iter().filter(|one| one.activity == activity.key);
    Shown {
        activity,
        bar,
        allotment: activity.rule.duration_words(&case.process),
        evidence: evidence.collect(),
        missing,
        doings: subject.doings_about(&kinds, activity.key.as_str()),
    }
}

impl Page<'_> {
    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }
}

impl Shown<'_> {
    fn tone(&self) -> &'static str {
        match self.activity.state {
            _ if self.bar.is_late => "bad",
            ActivityState::Done => "good",
            ActivityState::Waiting(_) => "care",
            ActivityState::Running => "low",
            _ => "info",
        }
    }

    /// How long it may take; nothing where nobody has set that.
    fn allotted(&self) -> Option<&str> {
        Some(self.allotment.as_str()).filter(|words| !matches!(*words, "-" | "N/A"))
    }

    /// What is missing, in words for the state.
    fn missing_words(&self) -> &'static str {
        match self.activity.state {
            ActivityState::Planned => "Before it can start:",
            _ => "Before it is done:",
        }
    }
}
