//! For whom a case waits, what for, since when, and where that is done.

use jiff::Timestamp;
use refit_desk::{
    ActionKind, Activity, ActivityState, Arithmetic, Bar, Case, CaseState, Party, Post,
    QUESTIONNAIRE, Waiting, WaitingOf, keys,
};

use super::case_view::Part;

/// Something that a case waits for.
pub(crate) struct Wait {
    /// What.
    pub(crate) what: String,
    /// For whom; nobody but the whole team, if it is empty.
    pub(crate) whom: Vec<Party>,
    /// What has to happen, if somebody said so.
    pub(crate) why: Option<String>,
    pub(crate) since: Timestamp,
    pub(crate) due: Option<Due>,
    pub(crate) is_late: bool,
    /// Where it is done.
    pub(crate) place: Place,
}

/// When something is due.
pub(crate) enum Due {
    /// By a clock, with how that comes about.
    Clock(Arithmetic),
    /// On a day that was set.
    Day(Timestamp),
}

/// Where something is done.
pub(crate) struct Place {
    pub(crate) part: Part,
    /// The id on the page of that part; none where the action's own form is the place.
    pub(crate) anchor: Option<String>,
    /// What does it: one of these.
    pub(crate) kinds: &'static [ActionKind],
    /// The thing that it is done to, if there are several.
    pub(crate) subject: Option<String>,
}

/// Everything that an open case waits for at the moment `now`: what the desk says, who is at it
/// otherwise, and vacant posts. What is late comes first, then what has waited longest. When
/// something is due is said where `bars` are given: those of the case's timeline.
pub(crate) fn waits(case: &Case, bars: &[Bar], now: Timestamp) -> Vec<Wait> {
    if case.state != CaseState::Open {
        return Vec::new();
    }
    let mut waits = posts(case);
    waits.extend(at_hand(case, bars));
    waits.extend(case.waits().into_iter().map(|waiting| of_desk(waiting, case, bars, now)));
    waits.sort_by_key(|wait| (!wait.is_late, wait.since));
    waits
}

fn posts(case: &Case) -> Vec<Wait> {
    let vacant = Post::ALL.into_iter().filter_map(|post| {
        let kinds = &[ActionKind::TakeUp, ActionKind::Assign];
        Some(Wait {
            what: format!("A {} is to be assigned", post.role()),
            whom: Vec::new(),
            why: None,
            since: case.vacant_since(post)?,
            due: None,
            is_late: false,
            place: Place::new(Part::Overview, "doings", kinds),
        })
    });
    vacant.collect()
}

/// Activities that somebody is at, or that could be begun.
fn at_hand(case: &Case, bars: &[Bar]) -> Vec<Wait> {
    let wait = |(activity, since): (&Activity, Timestamp)| {
        let bar = bars.iter().find(|bar| bar.key == activity.key);
        let is_begun = activity.state == ActivityState::Running;
        Wait {
            what: activity.title(),
            whom: activity.rule.owners.clone(),
            why: (!is_begun).then(|| "to be begun".to_owned()),
            since,
            due: bar.and_then(clock),
            is_late: bar.is_some_and(|bar| bar.is_late),
            place: Place::of_activity(activity.key.as_str()),
        }
    };
    case.at_hand().map(wait).collect()
}

fn of_desk(waiting: Waiting, case: &Case, bars: &[Bar], now: Timestamp) -> Wait {
    let (due, is_late) = match &waiting.of {
        WaitingOf::Activity(key) => {
            let bar = bars.iter().find(|bar| bar.key == *key);
            (bar.and_then(clock), bar.is_some_and(|bar| bar.is_late))
        }
        WaitingOf::Document(key) => {
            let document = case.document(key.as_str());
            let is_customers = waiting.waits_for == Party::Customer;
            let due = document.map(|one| one.due).filter(|_| is_customers);
            (due.map(Due::Day), due.is_some_and(|due| due < now))
        }
        WaitingOf::Dependency(number) => {
            let mut unmet = case.unmet_dependencies();
            let dependency = unmet.find(|(one, _)| one == number).map(|(_, one)| one);
            let due = dependency.zip(case.calendar()).map(|(one, all)| all.end_of(one.due));
            (due.map(Due::Day), due.is_some_and(|due| due < now))
        }
        WaitingOf::Change(_)
        | WaitingOf::Version(_)
        | WaitingOf::Problem(_)
        | WaitingOf::Engagement(_)
        | WaitingOf::Eligibility
        | WaitingOf::Contacts
        | WaitingOf::Run(_) => (None, false),
    };
    Wait {
        place: Place::of(&waiting.of),
        what: waiting.title,
        whom: vec![waiting.waits_for],
        why: Some(waiting.why),
        since: waiting.since,
        due,
        is_late,
    }
}

fn clock(bar: &Bar) -> Option<Due> {
    bar.due.clone().map(Due::Clock)
}

impl Place {
    fn new(part: Part, anchor: &str, kinds: &'static [ActionKind]) -> Self {
        Self { part, anchor: Some(anchor.to_owned()), kinds, subject: None }
    }

    /// Where the only thing to be done is to fill in a form.
    fn form(kinds: &'static [ActionKind]) -> Self {
        Self { part: Part::Overview, anchor: None, kinds, subject: None }
    }

    fn about(self, subject: &dyn ToString) -> Self {
        Self { subject: Some(subject.to_string()), ..self }
    }

    fn of(waiting: &WaitingOf) -> Self {
        use ActionKind as K;
        match waiting {
            WaitingOf::Activity(key) => Self::of_activity(key.as_str()),
            WaitingOf::Document(key) if key.as_str() == QUESTIONNAIRE => {
                let kinds = &[K::SubmitAnswers, K::AskForMissing];
                Self::new(Part::Questionnaire, "questionnaire", kinds)
            }
            WaitingOf::Document(key) => {
                let kinds = &[K::ReturnDocument, K::ProcessDocument, K::FindIncomplete];
                Self::new(Part::Documents, &html_id("document", key.as_str()), kinds).about(key)
            }
            WaitingOf::Change(number) => {
                let kinds = &[K::AnswerChange, K::AgreeToChange, K::DiscussChange];
                Self::new(Part::Playbook, &format!("change-{number}"), kinds).about(number)
            }
            WaitingOf::Problem(number) => {
                let kinds = &[K::RecordReplicated, K::AnswerProblem];
                Self::new(Part::Playbook, &format!("problem-{number}"), kinds).about(number)
            }
            WaitingOf::Engagement(number) => {
                Self::new(Part::Overview, "scope", &[K::AnswerOffer]).about(number)
            }
            WaitingOf::Version(_) => {
                let kinds = &[K::ApprovePlaybook, K::DeliverPlaybook];
                Self::new(Part::Playbook, "versions", kinds)
            }
            WaitingOf::Dependency(number) => {
                Self::new(Part::Overview, "kick-off", &[K::MeetDependency]).about(number)
            }
            WaitingOf::Eligibility => Self::new(Part::Overview, "scope", &[K::DecideEligibility]),
            WaitingOf::Contacts => Self::new(Part::Overview, "people", &[K::NameContact]),
            WaitingOf::Run(_) => Self::new(Part::Upgrade, "runs", &[K::RecordRun]),
        }
    }

    /// Where an activity is done: those that the desk knows more about have a place of their own.
    fn of_activity(key: &str) -> Self {
        use ActionKind as K;
        match key {
            keys::RESPOND => Self::form(&[K::Respond]),
            keys::ACKNOWLEDGE => Self::form(&[K::AcknowledgeFormally]),
            keys::ASSESS => Self::new(Part::Upgrade, "assessment", &[K::RecordAssessment]),
            keys::PLAN => Self::new(Part::Upgrade, "plan", &[K::AcceptPlan, K::PostPlan]),
            keys::PREPARE_ENVIRONMENT => {
                Self::new(Part::Downloads, "host", &[K::RecordSoftware, K::FinishActivity])
            }
            keys::UPGRADE => Self::new(Part::Upgrade, "runs", &[K::RecordRun]),
            keys::TEST | keys::FIX => Self::new(Part::Upgrade, "trials", &[K::RecordTrial]),
            keys::DELIVER_RESOURCES => {
                Self::new(Part::Upgrade, "resources", &[K::DeliverResources])
            }
            keys::CREATE_PLAYBOOK => Self::new(Part::Playbook, "versions", &[K::PostPlaybook]),
            keys::REVIEW => {
                Self::new(Part::Playbook, "versions", &[K::ApprovePlaybook, K::AskForChange])
            }
            keys::CHANGES => {
                Self::new(Part::Playbook, "versions", &[K::DeliverPlaybook, K::PostPlaybook])
            }
            keys::ON_CALL => Self::new(Part::Playbook, "on-call", &[K::OpenOnCall]),
            key => {
                let kinds = &[K::FinishActivity, K::ReleaseActivity];
                Self::new(Part::Activities, &html_id("activity", key), kinds).about(&key)
            }
        }
    }
}

/// The id of something on its page.
pub(crate) fn html_id(what: &str, key: &str) -> String {
    format!("{what}-{}", key.replace('.', "-"))
}
