//! The Playbook: versions, review, on-call support, other environments.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{
    ActionKind, Approval, ApprovalSubject, ChangeRequest, ChangeRequestKind, ChangeRequestState,
    Missing, NotReplicated, OnCallWindow, OtherUpgrade, PlaybookVersion, Problem, ProblemState,
    StateMachine, UpgradeDocument,
};
use refit_model::{Digest, EnvironmentName};
use refit_report::hunks;

use super::case_view::{CaseView, Part, Subject};
use super::playbook_detail::PlaybookDetail;
use crate::{Html, Shell, paths};

/// What the page of the Playbook shows besides the case.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaybookView<'a> {
    /// The versions in detail, as far as they are at hand.
    pub versions: &'a [PlaybookDetail],
    /// Two versions, compared.
    pub comparison: Option<&'a Comparison>,
}

/// Two versions of the Playbook, compared line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The earlier version, by number.
    pub from: u32,
    /// The later version, by number.
    pub to: u32,
    /// The lines that differ, and some around them.
    pub lines: Vec<ComparedLine>,
}

impl Comparison {
    /// Of the texts of two versions; none where they are too long to be compared.
    pub fn of((from, earlier): (u32, &str), (to, later): (u32, &str)) -> Option<Self> {
        let hunks = hunks(earlier, later)?;
        let line = |line: refit_report::Line| ComparedLine {
            change: match line.change {
                refit_report::LineChange::Same => LineChange::Same,
                refit_report::LineChange::Gone => LineChange::Gone,
                refit_report::LineChange::Come => LineChange::Come,
            },
            text: line.text,
        };
        let lines = hunks.into_iter().flat_map(|hunk| hunk.lines).map(line).collect();
        Some(Self { from, to, lines })
    }
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedLine {
    /// Whether it is in both versions.
    pub change: LineChange,
    /// What it says.
    pub text: String,
}

/// Whether a line is in both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// In both.
    Same,
    /// In the earlier one alone.
    Gone,
    /// In the later one alone.
    Come,
}

#[derive(Template)]
#[template(path = "playbook.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    view: PlaybookView<'a>,
    subject: Subject<'a>,
}

/// The Playbook of a case, and what comes after it.
pub fn playbook(shell: &Shell<'_>, case: CaseView<'_>, view: PlaybookView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::Playbook);
    Html::of(&Page { shell, title: subject.title(), here: paths::REQUESTS, view, subject })
}

impl LineChange {
    fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Gone => "gone",
            Self::Come => "come",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Gone => "-",
            Self::Come => "+",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Gone => "removed:",
            Self::Come => "added:",
        }
    }
}

impl<'a> Page<'a> {
    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }

    fn content(&self, digest: &Digest) -> String {
        paths::content(&self.subject.case().id, *digest)
    }

    fn path(&self) -> String {
        paths::part(&self.subject.case().id, Part::Playbook.words().1)
    }

    fn detail(&self, version: &PlaybookVersion) -> Option<&'a PlaybookDetail> {
        self.view.versions.iter().find(|one| one.number == version.number)
    }

    fn bundle(&self, version: &PlaybookVersion) -> String {
        paths::bundle(&self.subject.case().id, version.number)
    }

    fn attached(&self, kind: UpgradeDocument, digest: &Digest) -> Safe<String> {
        self.subject.attached(kind, digest)
    }

    fn approval(&self, version: &PlaybookVersion) -> Option<&'a Approval> {
        self.subject.case().approval(ApprovalSubject::Playbook, version.digest)
    }

    /// What is missing before the final Playbook can be delivered, while it is not.
    fn missing(&self) -> Vec<Missing> {
        let case = self.subject.case();
        match case.playbook() {
            Some(version) if version.delivered.is_none() => case.missing_to_deliver(),
            _ => Vec::new(),
        }
    }

    fn kind(change: &ChangeRequest) -> &'static str {
        match change.kind {
            ChangeRequestKind::Change => "change",
            ChangeRequestKind::Clarification => "clarification",
        }
    }

    fn change_text(change: &ChangeRequest) -> Option<String> {
        match &change.state {
            ChangeRequestState::Submitted | ChangeRequestState::Withdrawn => None,
            ChangeRequestState::Made(version) => Some(format!("It is made in version {version}.")),
            ChangeRequestState::Discussed(text)
            | ChangeRequestState::Agreed(text)
            | ChangeRequestState::Answered(text)
            | ChangeRequestState::Declined(text) => Some(text.to_string()),
        }
    }

    fn change_tone(change: &ChangeRequest) -> &'static str {
        match change.state {
            ChangeRequestState::Submitted | ChangeRequestState::Discussed(_) => "care",
            ChangeRequestState::Agreed(_) => "low",
            ChangeRequestState::Made(_) | ChangeRequestState::Answered(_) => "good",
            ChangeRequestState::Declined(_) | ChangeRequestState::Withdrawn => "info",
        }
    }

    fn window(&self, window: &OnCallWindow) -> (&'static str, &'static str) {
        let now = self.subject.view.now;
        if now < window.from {
            ("low", "to come")
        } else if now < window.until {
            ("good", "open now")
        } else {
            ("info", "over")
        }
    }

    fn problem_tone(problem: &Problem) -> &'static str {
        match problem.state {
            ProblemState::Reported => "care",
            ProblemState::Replicated(_) => "bad",
            ProblemState::Corrected(_) | ProblemState::Answered(_) => "good",
            ProblemState::OutOfScope(_) => "info",
        }
    }

    /// What is known about a problem: words, and what shows it.
    fn problem_text(problem: &Problem) -> (String, Option<Digest>) {
        match &problem.state {
            ProblemState::Reported => (String::new(), None),
            ProblemState::Replicated(evidence) => (
                format!("Seen in the upgraded environment, too: {}", evidence.what),
                Some(evidence.digest),
            ),
            ProblemState::Corrected(version) => (format!("Version {version} is without it."), None),
            ProblemState::OutOfScope(NotReplicated { reason, evidence }) => (
                format!("Not seen in the upgraded environment: {reason} ({})", evidence.what),
                Some(evidence.digest),
            ),
            ProblemState::Answered(text) => (text.to_string(), None),
        }
    }

    /// Other environments: the name, the activity's state, and where it leads.
    fn environments(&self) -> Vec<(&'a EnvironmentName, &'static str)> {
        let activities = self.subject.case().activities.iter();
        activities.filter_map(|one| Some((one.environment.as_ref()?, one.state.word()))).collect()
    }

    fn upgrades_of(&self, environment: &EnvironmentName) -> Vec<&'a OtherUpgrade> {
        let others = self.subject.case().others.iter();
        others.filter(|other| other.environment == *environment).collect()
    }

    fn do_versions(&self) -> Safe<String> {
        use ActionKind as K;
        self.subject.doings(&[
            K::ApprovePlaybook,
            K::AskForChange,
            K::PostPlaybook,
            K::DeliverPlaybook,
        ])
    }

    fn do_change(&self, change: &ChangeRequest) -> Safe<String> {
        use ActionKind as K;
        let kinds = [
            K::AgreeToChange,
            K::AnswerChange,
            K::DiscussChange,
            K::DeclineChange,
            K::WithdrawChange,
        ];
        self.subject.doings_about(&kinds, &change.number.to_string())
    }

    fn do_on_call(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::ReportProblem, ActionKind::OpenOnCall])
    }

    fn do_problem(&self, problem: &Problem) -> Safe<String> {
        use ActionKind as K;
        let kinds = [K::RecordReplicated, K::RecordNotReplicated, K::AnswerProblem];
        self.subject.doings_about(&kinds, &problem.number.to_string())
    }

    fn do_environments(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::PlanEnvironment])
    }

    fn do_environment(&self, environment: &EnvironmentName) -> Safe<String> {
        self.subject.doings_about(&[ActionKind::RecordOtherUpgrade], environment.as_str())
    }
}
