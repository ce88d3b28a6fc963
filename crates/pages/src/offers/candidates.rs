//! What a page could offer: one action for each thing that it could be about.

use jiff::{SignedDuration, Timestamp};
use refit_desk::{
    Action, ActionKind, ActivityEvent, ActivityKey, Actor, Case, Duty, EngagementKind, Evidence,
    Line, NotReplicated, NoteScope, OtherUpgrade, Party, Period, Post, Prose, Rules, RunEnd,
    StateMachine, SupportGroup, UserId, Wait,
};
use refit_model::{Digest, Name, NameKind};

use super::{Asking, Candidate};

/// What stands in place of what would be typed.
const SOME: &str = "some-text";
const WRITTEN: &str = "what is written in this crate is valid";

fn some<K: NameKind>() -> Name<K> {
    Name::new(SOME).expect(WRITTEN)
}

fn line() -> Line {
    Line::new(SOME).expect(WRITTEN)
}

fn prose() -> Prose {
    Prose::new(SOME).expect(WRITTEN)
}

fn digest() -> Digest {
    Digest::of(SOME.as_bytes())
}

fn evidence() -> Evidence {
    Evidence { what: prose(), digest: digest() }
}

/// What the form of a post is about.
pub(crate) fn post_subject(post: Post) -> String {
    post.role().word().replace(' ', "-")
}

/// About the case as a whole, nothing filled in.
fn plain(action: Action) -> Vec<Candidate> {
    vec![Candidate { subject: String::new(), action, fixed: &[], is_filled: false }]
}

/// About one thing, which these fields name.
fn about(subject: &dyn ToString, fixed: &'static [&'static str], action: Action) -> Candidate {
    Candidate { subject: subject.to_string(), action, fixed, is_filled: false }
}

/// About the case as a whole, with what is there already.
fn filled(action: Action) -> Vec<Candidate> {
    vec![Candidate { subject: String::new(), action, fixed: &[], is_filled: true }]
}

/// All candidates of a kind; each is asked about before it is offered.
pub(super) fn of(kind: ActionKind, asking: Asking<'_>) -> Vec<Candidate> {
    let Asking { case, actor, rules, now, .. } = asking;
    of_request(kind, case, rules)
        .or_else(|| of_project(kind, case, actor, now))
        .or_else(|| of_activity(kind, case))
        .or_else(|| of_inputs(kind, case))
        .or_else(|| of_delivery(kind, case))
        .or_else(|| of_playbook(kind, case, now))
        .or_else(|| of_support(kind, case))
        .unwrap_or_default()
}

fn of_request(kind: ActionKind, case: &Case, rules: &Rules) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    let why = prose();
    Some(match kind {
        K::AmendRequest => case.request.as_ref().map_or_else(Vec::new, |request| {
            let fields = Box::new(request.fields.clone());
            filled(Action::AmendRequest { fields, version: request.version })
        }),
        // They can be said again; there is no need to.
        K::Respond if case.response.is_some() => Vec::new(),
        K::AcknowledgeFormally if case.acknowledgement.is_some() => Vec::new(),
        K::Respond => plain(Action::Respond { message: why }),
        K::AcknowledgeFormally => {
            filled(Action::AcknowledgeFormally { overview: case.next_steps(rules) })
        }
        K::TakeUp => plain(Action::TakeUp),
        K::Assign => Post::ALL
            .into_iter()
            .map(|post| {
                let action = Action::Assign { post, to: some(), why: Some(prose()) };
                about(&post_subject(post), &["post"], action)
            })
            .collect(),
        K::DecideEligibility => plain(Action::DecideEligibility { is_eligible: true, why }),
        K::Withdraw => plain(Action::Withdraw { why }),
        K::Close => plain(Action::Close),
        K::Reopen => plain(Action::Reopen { why }),
        _ => return None,
    })
}

fn of_project(
    kind: ActionKind,
    case: &Case,
    actor: &Actor,
    now: Timestamp,
) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    Some(match kind {
        K::SetGroup => {
            let members = [actor.user.clone()].into();
            let new = || plain(Action::SetGroup(SupportGroup { name: line(), members }));
            case.group.clone().map_or_else(new, |group| filled(Action::SetGroup(group)))
        }
        K::RecordKickOff => match &case.kick_off {
            Some(kick_off) => filled(Action::RecordKickOff(kick_off.clone())),
            None => plain(Action::RecordKickOff(refit_desk::KickOff {
                deliverables: vec![line()],
                plan: prose(),
                dependencies: Vec::new(),
                escalation: vec![line()],
            })),
        },
        K::MeetDependency => case
            .unmet_dependencies()
            .map(|(dependency, _)| {
                about(&dependency, &["dependency"], Action::MeetDependency { dependency })
            })
            .collect(),
        K::NameContact => {
            let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
            let available = vec![Period { from: today, to: today }];
            let (duty, user) = (Duty::TechnicalContact, some());
            plain(Action::NameContact(refit_desk::Contact { duty, user, name: line(), available }))
        }
        K::RemoveContact => case
            .contacts
            .iter()
            .map(|contact| {
                let (duty, user) = (contact.duty, contact.user.clone());
                let subject = contact_subject(duty, &user);
                about(&subject, &["duty", "user"], Action::RemoveContact { duty, user })
            })
            .collect(),
        K::PostFile => plain(Action::PostFile(refit_desk::ProjectFile {
            kind: refit_desk::FileKind::Other,
            name: line(),
            digest: digest(),
            source: line(),
        })),
        K::AddNote => {
            let action = Action::AddNote { scope: NoteScope::Everyone, text: prose() };
            // What a customer writes is for everyone.
            let fixed: &[_] = if actor.role.is_team() { &[] } else { &["scope"] };
            vec![about(&"", fixed, action)]
        }
        _ => return None,
    })
}

/// What the removal of a contact is about.
pub(crate) fn contact_subject(duty: Duty, user: &UserId) -> String {
    format!("{}.{user}", duty.word().replace(' ', "-"))
}

fn of_activity(kind: ActionKind, case: &Case) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    let wait = || Wait { waits_for: Party::Customer, why: prose(), since: Timestamp::UNIX_EPOCH };
    let (note, shown) = (Some(prose()), Some(evidence()));
    // The event by which the desk's own table says quickly what surely is refused.
    let (event, make): (ActivityEvent, &dyn Fn(ActivityKey) -> Action) = match kind {
        K::StartActivity => {
            (ActivityEvent::Started, &|activity| Action::StartActivity { activity })
        }
        K::HoldActivity => (ActivityEvent::Held(wait()), &|activity| Action::HoldActivity {
            activity,
            waits_for: Party::Customer,
            why: prose(),
        }),
        K::ReleaseActivity => {
            (ActivityEvent::Released, &|activity| Action::ReleaseActivity { activity })
        }
        K::FinishActivity => (ActivityEvent::Finished, &|activity| Action::FinishActivity {
            activity,
            note: note.clone(),
            evidence: shown.clone(),
        }),
        K::SkipActivity => (ActivityEvent::Skipped(prose()), &|activity| Action::SkipActivity {
            activity,
            why: prose(),
        }),
        K::ExcludeActivity => (ActivityEvent::Excluded(prose()), &|activity| {
            Action::ExcludeActivity { activity, why: prose() }
        }),
        K::ReopenActivity => (ActivityEvent::Reopened(prose()), &|activity| {
            Action::ReopenActivity { activity, why: prose() }
        }),
        _ => return None,
    };
    let movable = case.activities.iter().filter(|one| one.state.after(&event).is_some());
    Some(movable.map(|one| about(&one.key, &["activity"], make(one.key.clone()))).collect())
}

fn of_inputs(kind: ActionKind, case: &Case) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    let documents = case.documents.iter().map(|one| one.template.key.clone());
    Some(match kind {
        K::SendQuestionnaire => plain(Action::SendQuestionnaire { additions: Vec::new() }),
        K::SendDocument => plain(Action::SendDocument {
            key: some(),
            title: line(),
            purpose: prose(),
            due_in: refit_desk::BusinessDuration::Days(1),
        }),
        K::RecordInventory => {
            plain(Action::RecordInventory { facts: refit_model::Facts::new(), source: digest() })
        }
        K::SubmitAnswers => plain(Action::SubmitAnswers),
        K::AskForMissing => plain(Action::AskForMissing),
        K::ReturnDocument => documents
            .map(|document| {
                let action = Action::ReturnDocument {
                    document: document.clone(),
                    name: line(),
                    digest: digest(),
                };
                about(&document, &["document"], action)
            })
            .collect(),
        K::FindIncomplete => documents
            .map(|document| {
                let action = Action::FindIncomplete { document: document.clone(), what: prose() };
                about(&document, &["document"], action)
            })
            .collect(),
        K::ProcessDocument => documents
            .map(|document| {
                let action = Action::ProcessDocument { document: document.clone() };
                about(&document, &["document"], action)
            })
            .collect(),
        K::RecordAccessCheck => plain(Action::RecordAccessCheck(refit_desk::AccessCheck {
            environment: some(),
            kind: refit_desk::EnvironmentKind::Staging,
            can_read: true,
            can_write: true,
            report: Some(digest()),
            word: None,
            evidence: None,
        })),
        _ => return None,
    })
}

fn of_delivery(kind: ActionKind, case: &Case) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    let plan = case.plan().map(|plan| plan.digest);
    let of_plan = |make: &dyn Fn(Digest) -> Action, fixed| -> Vec<Candidate> {
        plan.into_iter().map(|plan| about(&"", fixed, make(plan))).collect()
    };
    Some(match kind {
        K::RecordAssessment => plain(Action::RecordAssessment(some_assessment())),
        K::PostPlan => case
            .assessment()
            .into_iter()
            .map(|assessment| {
                let plan = refit_desk::PostedPlan {
                    digest: digest(),
                    assessment: assessment.digest,
                    documentation: Vec::new(),
                    summary: prose(),
                    steps: Vec::new(),
                };
                about(&"", &["assessment"], Action::PostPlan(plan))
            })
            .collect(),
        // What can be decided stands in the plan's document: its page has a form of its own.
        K::TakeDecisions => Vec::new(),
        K::AcceptPlan => {
            of_plan(&|plan| Action::AcceptPlan { plan, accepts_extension: true }, &["plan"])
        }
        K::ObjectToPlan => of_plan(&|plan| Action::ObjectToPlan { plan, why: prose() }, &["plan"]),
        K::RecordSoftware => plain(Action::RecordSoftware(some_software())),
        K::RecordRun => of_plan(
            &|plan| {
                let (run, journal, end) = (some(), digest(), RunEnd::Done);
                let installed = None;
                Action::RecordRun(refit_desk::RecordedRun { run, plan, journal, end, installed })
            },
            &["plan"],
        ),
        K::TickStep => case.plan().map_or_else(Vec::new, |plan| {
            let tick = |step: &refit_desk::PlanStep| {
                let action = Action::TickStep { plan: plan.digest, step: step.id.clone() };
                about(&step.id, &["plan", "step"], action)
            };
            plan.steps.iter().map(tick).collect()
        }),
        K::RecordTrial => plain(Action::RecordTrial {
            report: digest(),
            verdict: refit_model::TrialVerdict::Pass,
            failures: Vec::new(),
        }),
        K::FixDefect => numbered(case.defects.iter().map(|one| one.number), "defect", |defect| {
            Action::FixDefect { defect, how: prose() }
        }),
        K::DocumentDefect => {
            numbered(case.defects.iter().map(|one| one.number), "defect", |defect| {
                Action::DocumentDefect { defect, text: prose() }
            })
        }
        K::DeliverResources => plain(Action::DeliverResources(refit_desk::Resources {
            bundle: digest(),
            playbook: None,
            contents: Vec::new(),
        })),
        _ => return None,
    })
}

fn some_assessment() -> refit_desk::AssessmentSummary {
    refit_desk::AssessmentSummary {
        digest: digest(),
        blocking: Vec::new(),
        customisations: Vec::new(),
        version: line(),
        extension: None,
    }
}

fn some_software() -> refit_desk::SoftwarePlaced {
    refit_desk::SoftwarePlaced {
        placed_by: refit_desk::Party::Customer,
        is_verified: true,
        digest: None,
        against: Vec::new(),
        word: Some(prose()),
        evidence: None,
    }
}

/// One for each number, which this field names.
fn numbered(
    numbers: impl Iterator<Item = u32>,
    field: &'static str,
    make: impl Fn(u32) -> Action,
) -> Vec<Candidate> {
    let fixed: &[_] = match field {
        "defect" => &["defect"],
        "change" => &["change"],
        "problem" => &["problem"],
        _ => &["engagement"],
    };
    numbers.map(|number| about(&number, fixed, make(number))).collect()
}

fn of_playbook(kind: ActionKind, case: &Case, now: Timestamp) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    let latest = case.playbook();
    let changes = || case.changes.iter().map(|one| one.number);
    let of_latest = |make: &dyn Fn(Digest) -> Action| -> Vec<Candidate> {
        let playbook = latest.map(|version| version.digest);
        playbook.into_iter().map(|digest| about(&"", &["playbook"], make(digest))).collect()
    };
    Some(match kind {
        K::PostPlaybook => plain(Action::PostPlaybook {
            steps: Vec::new(),
            digest: digest(),
            summary: prose(),
            makes: [].into(),
            corrects: [].into(),
        }),
        K::AskForChange => latest
            .into_iter()
            .map(|version| {
                let action = Action::AskForChange {
                    version: version.number,
                    step: None,
                    kind: refit_desk::ChangeRequestKind::Change,
                    text: prose(),
                };
                about(&"", &["version"], action)
            })
            .collect(),
        K::DiscussChange => {
            numbered(changes(), "change", |change| Action::DiscussChange { change, text: prose() })
        }
        K::AgreeToChange => {
            numbered(changes(), "change", |change| Action::AgreeToChange { change, how: prose() })
        }
        K::AnswerChange => {
            numbered(changes(), "change", |change| Action::AnswerChange { change, text: prose() })
        }
        K::DeclineChange => {
            numbered(changes(), "change", |change| Action::DeclineChange { change, why: prose() })
        }
        K::WithdrawChange => {
            numbered(changes(), "change", |change| Action::WithdrawChange { change })
        }
        K::ApprovePlaybook => of_latest(&|playbook| Action::ApprovePlaybook { playbook }),
        K::DeliverPlaybook => of_latest(&|playbook| Action::DeliverPlaybook { playbook }),
        K::OpenOnCall => of_latest(&|playbook| {
            let until = now.saturating_add(SignedDuration::from_hours(1)).unwrap_or(now);
            Action::OpenOnCall { playbook, from: now, until }
        }),
        _ => return None,
    })
}

fn of_support(kind: ActionKind, case: &Case) -> Option<Vec<Candidate>> {
    use ActionKind as K;
    let problems = || case.problems.iter().map(|one| one.number);
    let engagements = || case.engagements.iter().map(|one| one.number);
    Some(match kind {
        K::ReportProblem => {
            plain(Action::ReportProblem { environment: some(), step: some(), text: prose() })
        }
        K::RecordReplicated => numbered(problems(), "problem", |problem| {
            Action::RecordReplicated { problem, evidence: evidence() }
        }),
        K::RecordNotReplicated => numbered(problems(), "problem", |problem| {
            let finding = NotReplicated { reason: prose(), evidence: evidence() };
            Action::RecordNotReplicated { problem, finding }
        }),
        K::AnswerProblem => numbered(problems(), "problem", |problem| Action::AnswerProblem {
            problem,
            text: prose(),
        }),
        K::PlanEnvironment => plain(Action::PlanEnvironment { environment: some() }),
        K::RecordOtherUpgrade => other_upgrades(case),
        K::OfferEngagement => {
            let is_open = |kind: EngagementKind| {
                case.engagements.iter().any(|one| one.kind == kind && is_wanted(one.state))
            };
            let free = EngagementKind::ALL.into_iter().find(|kind| !is_open(*kind));
            free.map_or_else(Vec::new, |kind| plain(Action::OfferEngagement { kind, why: prose() }))
        }
        K::AnswerOffer => numbered(engagements(), "engagement", |engagement| Action::AnswerOffer {
            engagement,
            accepts: true,
        }),
        K::WithdrawOffer => {
            numbered(engagements(), "engagement", |engagement| Action::WithdrawOffer { engagement })
        }
        _ => return None,
    })
}

fn is_wanted(state: refit_desk::EngagementState) -> bool {
    use refit_desk::EngagementState::{Accepted, Offered};
    matches!(state, Offered | Accepted)
}

fn other_upgrades(case: &Case) -> Vec<Candidate> {
    let delivered = case.playbooks.iter().rev().find(|version| version.delivered.is_some());
    let Some(version) = delivered.map(|version| version.number) else { return Vec::new() };
    let environments = case.activities.iter().filter_map(|one| one.environment.clone());
    let upgrade = |environment: refit_model::EnvironmentName| {
        let other = OtherUpgrade {
            environment: environment.clone(),
            version,
            drift: refit_desk::Drift { report: digest(), differences: 0, steps: 0 },
            end: RunEnd::Done,
            evidence: evidence(),
        };
        about(&environment, &["environment"], Action::RecordOtherUpgrade(other))
    };
    environments.map(upgrade).collect()
}
