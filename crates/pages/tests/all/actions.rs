//! Any action of a kind.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use refit_desk::*;
use refit_model::{Digest, Name, NameKind};

use crate::case::customer;
use crate::delivery::of_delivery;

fn text(pattern: &'static str) -> BoxedStrategy<String> {
    pattern.prop_map(|text| text).boxed()
}

/// Markup, quotes, blank space, other scripts, joiners: whatever a text may hold.
pub fn any_prose() -> BoxedStrategy<Prose> {
    text("[<>&\"'a-z \u{e4}\u{5d0}\u{200d}\u{fe0f}\u{1f469}\n\t\u{a0}=]{1,40}")
        .prop_filter_map("a text", |text| Prose::new(&text).ok())
        .boxed()
}

pub fn any_line() -> BoxedStrategy<Line> {
    text("[<>&\"'a-z \u{e4}\u{5d0}\u{200d},=]{1,30}")
        .prop_filter_map("a line", |text| Line::new(&text).ok())
        .boxed()
}

pub fn any_name<K: NameKind + 'static>() -> BoxedStrategy<Name<K>> {
    text("[a-z0-9][a-z0-9._-]{0,12}").prop_map(|text| Name::new(text).unwrap()).boxed()
}

pub fn any_installed() -> BoxedStrategy<Installed> {
    (any_name(), any_name(), any_line())
        .prop_map(|(environment, installation, version)| Installed {
            environment,
            installation,
            version,
        })
        .boxed()
}

pub fn any_digest() -> BoxedStrategy<Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes).boxed()
}

fn any_date() -> BoxedStrategy<jiff::civil::Date> {
    (2020_i16..2100, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
        .boxed()
}

/// To the minute, as it can be typed.
pub fn any_moment() -> BoxedStrategy<jiff::Timestamp> {
    (0_i64..100_000_000)
        .prop_map(|minutes| jiff::Timestamp::from_second(minutes * 60).unwrap())
        .boxed()
}

pub fn any_evidence() -> BoxedStrategy<Evidence> {
    (any_prose(), any_digest()).prop_map(|(what, digest)| Evidence { what, digest }).boxed()
}

fn any_duration() -> BoxedStrategy<BusinessDuration> {
    prop_oneof![
        (0_u16..=1000).prop_map(BusinessDuration::Hours),
        (0_u16..=1000).prop_map(BusinessDuration::Days),
        (0_u16..=1000).prop_map(BusinessDuration::Weeks),
    ]
    .boxed()
}

pub fn number() -> BoxedStrategy<u32> {
    (1_u32..=1_000_000).boxed()
}

/// Any action of this kind; none where the server makes it.
pub fn any_action(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    of_request(kind)
        .or_else(|| of_project(kind))
        .or_else(|| of_activity(kind))
        .or_else(|| of_inputs(kind))
        .or_else(|| of_delivery(kind))
        .or_else(|| of_playbook(kind))
        .or_else(|| of_support(kind))
}

fn of_request(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    Some(match kind {
        K::CreateRequest => (any_fields(), option::of((any_name(), any_prose())))
            .prop_map(|(fields, on_behalf)| {
                let (customer, version) = (customer(), VersionStanding::Unconfirmed);
                let on_behalf = on_behalf.map(|(requester, word)| OnBehalf { requester, word });
                let request = NewRequest { customer, fields, version, on_behalf };
                Action::CreateRequest(Box::new(request))
            })
            .boxed(),
        K::AmendRequest => any_fields()
            .prop_map(|fields| Action::AmendRequest {
                fields: Box::new(fields),
                version: VersionStanding::Unconfirmed,
            })
            .boxed(),
        K::Respond => any_prose().prop_map(|message| Action::Respond { message }).boxed(),
        K::AcknowledgeFormally => {
            any_prose().prop_map(|overview| Action::AcknowledgeFormally { overview }).boxed()
        }
        K::TakeUp => Just(Action::TakeUp).boxed(),
        K::Assign => (select(Post::ALL.to_vec()), any_name(), option::of(any_prose()))
            .prop_map(|(post, to, why)| Action::Assign { post, to, why })
            .boxed(),
        K::VacatePost => (select(Post::ALL.to_vec()), any_prose())
            .prop_map(|(post, why)| Action::VacatePost(Vacancy { post, why }))
            .boxed(),
        K::DecideEligibility => (any::<bool>(), any_prose())
            .prop_map(|(is_eligible, why)| Action::DecideEligibility { is_eligible, why })
            .boxed(),
        K::Withdraw => any_prose().prop_map(|why| Action::Withdraw { why }).boxed(),
        K::Close => Just(Action::Close).boxed(),
        K::Reopen => any_prose().prop_map(|why| Action::Reopen { why }).boxed(),
        _ => return None,
    })
}

fn any_fields() -> BoxedStrategy<RequestFields> {
    let deployments = vec![Deployment::OnPremises, Deployment::Hosted, Deployment::Unknown];
    let access = vec![AccessPromise::ReadAndWrite, AccessPromise::None];
    let dates = (any_date(), any_date(), any_date());
    let choices = (select(deployments), select(access), 1_u16..);
    (any_name(), any_line(), any_prose(), dates, choices)
        .prop_map(|(platform, version, reason, dates, (deployment, access, environments))| {
            RequestFields {
                platform,
                current_version: version,
                deployment,
                earliest_start: dates.0,
                ideal_start: dates.1,
                deadline: dates.2,
                deadline_reason: reason,
                access,
                environments,
            }
        })
        .boxed()
}

fn any_kick_off() -> BoxedStrategy<KickOff> {
    let dependency = (any_line(), select(Party::ALL.to_vec()), any_date());
    let dependency = dependency.prop_map(|(what, from, due)| Dependency { what, from, due });
    (vec(any_line(), 1..4), any_prose(), vec(dependency, 0..6), vec(any_line(), 1..4))
        .prop_map(|(deliverables, plan, dependencies, escalation)| KickOff {
            deliverables,
            plan,
            dependencies,
            escalation,
        })
        .boxed()
}

fn of_project(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    let duty = || select(Duty::ALL.to_vec());
    Some(match kind {
        K::SetGroup => (any_line(), btree_set(any_name(), 0..5))
            .prop_map(|(name, members)| Action::SetGroup(SupportGroup { name, members }))
            .boxed(),
        K::RecordKickOff => any_kick_off().prop_map(Action::RecordKickOff).boxed(),
        K::MeetDependency => {
            number().prop_map(|dependency| Action::MeetDependency { dependency }).boxed()
        }
        K::NameContact => {
            let period = (any_date(), any_date())
                .prop_map(|(one, other)| Period { from: one.min(other), to: one.max(other) });
            (duty(), any_name(), any_line(), vec(period, 1..5))
                .prop_map(|(duty, user, name, available)| {
                    Action::NameContact(Contact { duty, user, name, available })
                })
                .boxed()
        }
        K::RemoveContact => (duty(), any_name())
            .prop_map(|(duty, user)| Action::RemoveContact { duty, user })
            .boxed(),
        K::PostFile => {
            let kinds =
                [FileKind::InitialDocument, FileKind::UpgradeDocumentation, FileKind::Other];
            (select(kinds.to_vec()), any_line(), any_digest(), any_line())
                .prop_map(|(kind, name, digest, source)| {
                    Action::PostFile(ProjectFile { kind, name, digest, source })
                })
                .boxed()
        }
        K::AddNote => (select(vec![NoteScope::Everyone, NoteScope::Team]), any_prose())
            .prop_map(|(scope, text)| Action::AddNote { scope, text })
            .boxed(),
        _ => return None,
    })
}

fn of_activity(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    let with_why = || (any_name(), any_prose());
    Some(match kind {
        K::StartActivity => {
            any_name().prop_map(|activity| Action::StartActivity { activity }).boxed()
        }
        K::HoldActivity => (any_name(), select(Party::ALL.to_vec()), any_prose())
            .prop_map(|(activity, waits_for, why)| Action::HoldActivity {
                activity,
                waits_for,
                why,
            })
            .boxed(),
        K::ReleaseActivity => {
            any_name().prop_map(|activity| Action::ReleaseActivity { activity }).boxed()
        }
        K::FinishActivity => (any_name(), option::of(any_prose()), option::of(any_evidence()))
            .prop_map(|(activity, note, evidence)| Action::FinishActivity {
                activity,
                note,
                evidence,
            })
            .boxed(),
        K::SkipActivity => {
            with_why().prop_map(|(activity, why)| Action::SkipActivity { activity, why }).boxed()
        }
        K::ExcludeActivity => {
            with_why().prop_map(|(activity, why)| Action::ExcludeActivity { activity, why }).boxed()
        }
        K::ReopenActivity => {
            with_why().prop_map(|(activity, why)| Action::ReopenActivity { activity, why }).boxed()
        }
        _ => return None,
    })
}

fn of_inputs(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    Some(match kind {
        K::SendQuestionnaire => Just(Action::SendQuestionnaire { additions: Vec::new() }).boxed(),
        K::SendDocument => (any_name(), any_line(), any_prose(), any_duration())
            .prop_map(|(key, title, purpose, due_in)| Action::SendDocument {
                key,
                title,
                purpose,
                due_in,
            })
            .boxed(),
        K::RecordInventory => any_digest()
            .prop_map(|source| Action::RecordInventory { facts: refit_model::Facts::new(), source })
            .boxed(),
        K::SubmitAnswers => Just(Action::SubmitAnswers).boxed(),
        K::AskForMissing => Just(Action::AskForMissing).boxed(),
        K::ReturnDocument => (any_name(), any_line(), any_digest())
            .prop_map(|(document, name, digest)| Action::ReturnDocument { document, name, digest })
            .boxed(),
        K::FindIncomplete => (any_name(), any_prose())
            .prop_map(|(document, what)| Action::FindIncomplete { document, what })
            .boxed(),
        K::ProcessDocument => {
            any_name().prop_map(|document| Action::ProcessDocument { document }).boxed()
        }
        K::RecordAccessCheck => {
            let kinds = vec![EnvironmentKind::Development, EnvironmentKind::Staging];
            let shown =
                (option::of(any_digest()), option::of(any_prose()), option::of(any_evidence()));
            (any_name(), select(kinds), any::<(bool, bool)>(), shown)
                .prop_map(|(environment, kind, (can_read, can_write), shown)| {
                    let (report, word, evidence) = shown;
                    Action::RecordAccessCheck(AccessCheck {
                        environment,
                        kind,
                        can_read,
                        can_write,
                        report,
                        word,
                        evidence,
                    })
                })
                .boxed()
        }
        _ => return None,
    })
}

pub fn any_assessment() -> BoxedStrategy<AssessmentSummary> {
    let range = (any_duration(), any_duration());
    let extension = (range, any_prose())
        .prop_map(|((least, most), why)| Extension { range: DurationRange { least, most }, why });
    let lines = (vec(any_line(), 0..4), vec(any_line(), 0..4));
    (any_digest(), lines, any_line(), option::of(extension))
        .prop_map(|(digest, (blocking, customisations), version, extension)| AssessmentSummary {
            digest,
            blocking,
            customisations,
            version,
            extension,
        })
        .boxed()
}

pub fn any_failure() -> BoxedStrategy<Failure> {
    let kinds = select(vec![ComponentKind::Standard, ComponentKind::Custom]);
    (any_line(), kinds, any_prose())
        .prop_map(|(component, kind, what)| Failure { component, kind, what })
        .boxed()
}

pub fn any_end() -> BoxedStrategy<RunEnd> {
    select(vec![RunEnd::Done, RunEnd::RolledBack, RunEnd::Stopped]).boxed()
}

fn of_playbook(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    let numbers = || btree_set(number(), 0..5);
    let said = || (number(), any_prose());
    Some(match kind {
        K::PostPlaybook => (any_digest(), any_prose(), numbers(), numbers())
            .prop_map(|(digest, summary, makes, corrects)| Action::PostPlaybook {
                steps: Vec::new(),
                digest,
                summary,
                makes,
                corrects,
            })
            .boxed(),
        K::AskForChange => {
            let kinds = select(vec![ChangeRequestKind::Change, ChangeRequestKind::Clarification]);
            (number(), option::of(any_name()), kinds, any_prose())
                .prop_map(|(version, step, kind, text)| Action::AskForChange {
                    version,
                    step,
                    kind,
                    text,
                })
                .boxed()
        }
        K::DiscussChange => {
            said().prop_map(|(change, text)| Action::DiscussChange { change, text }).boxed()
        }
        K::AgreeToChange => {
            said().prop_map(|(change, how)| Action::AgreeToChange { change, how }).boxed()
        }
        K::AnswerChange => {
            said().prop_map(|(change, text)| Action::AnswerChange { change, text }).boxed()
        }
        K::DeclineChange => {
            said().prop_map(|(change, why)| Action::DeclineChange { change, why }).boxed()
        }
        K::WithdrawChange => number().prop_map(|change| Action::WithdrawChange { change }).boxed(),
        K::ApprovePlaybook => {
            any_digest().prop_map(|playbook| Action::ApprovePlaybook { playbook }).boxed()
        }
        K::DeliverPlaybook => {
            any_digest().prop_map(|playbook| Action::DeliverPlaybook { playbook }).boxed()
        }
        K::OpenOnCall => (any_digest(), any_moment(), any_moment())
            .prop_map(|(playbook, from, until)| Action::OpenOnCall { playbook, from, until })
            .boxed(),
        _ => return None,
    })
}

fn of_support(kind: ActionKind) -> Option<BoxedStrategy<Action>> {
    use ActionKind as K;
    Some(match kind {
        K::ReportProblem => (any_name(), any_name(), any_prose())
            .prop_map(|(environment, step, text)| Action::ReportProblem { environment, step, text })
            .boxed(),
        K::RecordReplicated => (number(), any_evidence())
            .prop_map(|(problem, evidence)| Action::RecordReplicated { problem, evidence })
            .boxed(),
        K::RecordNotReplicated => (number(), any_prose(), any_evidence())
            .prop_map(|(problem, reason, evidence)| Action::RecordNotReplicated {
                problem,
                finding: NotReplicated { reason, evidence },
            })
            .boxed(),
        K::AnswerProblem => (number(), any_prose())
            .prop_map(|(problem, text)| Action::AnswerProblem { problem, text })
            .boxed(),
        K::PlanEnvironment => {
            any_name().prop_map(|environment| Action::PlanEnvironment { environment }).boxed()
        }
        K::RecordOtherUpgrade => {
            let drift = (any_digest(), 0_u32..1_000_000, 0_u32..1_000_000);
            let drift =
                drift.prop_map(|(report, differences, steps)| Drift { report, differences, steps });
            (any_name(), number(), drift, any_end(), any_evidence())
                .prop_map(|(environment, version, drift, end, evidence)| {
                    Action::RecordOtherUpgrade(OtherUpgrade {
                        environment,
                        version,
                        drift,
                        end,
                        evidence,
                    })
                })
                .boxed()
        }
        K::OfferEngagement => (select(EngagementKind::ALL.to_vec()), any_prose())
            .prop_map(|(kind, why)| Action::OfferEngagement { kind, why })
            .boxed(),
        K::AnswerOffer => (number(), any::<bool>())
            .prop_map(|(engagement, accepts)| Action::AnswerOffer { engagement, accepts })
            .boxed(),
        K::WithdrawOffer => {
            number().prop_map(|engagement| Action::WithdrawOffer { engagement }).boxed()
        }
        _ => return None,
    })
}
