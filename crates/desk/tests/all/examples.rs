//! One example of every action.

use refit_desk::*;
use refit_model::TrialVerdict;

use crate::support::*;

pub fn contact(duty: Duty, user: &str) -> Contact {
    let period = Period { from: date("2026-11-01"), to: date("2027-02-28") };
    Contact { duty, user: name(user), name: line(user), available: vec![period] }
}

pub fn kick_off() -> KickOff {
    KickOff {
        deliverables: vec![line("An upgraded staging environment"), line("A Playbook")],
        plan: prose("Staging in November, production in January."),
        dependencies: vec![Dependency {
            what: line("Access to staging"),
            from: Party::Customer,
            due: date("2026-11-13"),
        }],
        escalation: vec![line("Pia"), line("The head of support")],
    }
}

pub fn file(kind: FileKind, name: &str) -> ProjectFile {
    ProjectFile { kind, name: line(name), digest: digest(name), source: line("the pack") }
}

pub fn assessment() -> AssessmentSummary {
    AssessmentSummary {
        digest: digest("assessment"),
        blocking: Vec::new(),
        customisations: vec![line("audit plugin")],
        version: line("5.16.6"),
        extension: None,
    }
}

pub fn plan() -> PostedPlan {
    PostedPlan {
        digest: digest("plan"),
        assessment: digest("assessment"),
        documentation: vec![digest("Upgrade notes")],
        summary: prose("One restart, about a minute."),
        steps: vec![plan_step("stop-old"), plan_step("start-new")],
    }
}

fn plan_step(id: &str) -> PlanStep {
    PlanStep { id: name(id), title: line("A step"), phase: line("upgrade") }
}

pub fn access_check(can_write: bool) -> AccessCheck {
    AccessCheck {
        environment: name("staging"),
        kind: EnvironmentKind::Staging,
        can_read: true,
        can_write,
        report: None,
        word: Some(prose("Ben has tried it.")),
        evidence: Some(evidence("access check")),
    }
}

pub fn run(id: &str, end: RunEnd) -> RecordedRun {
    let installed = Installed {
        environment: name("staging"),
        installation: name("broker"),
        version: line("5.18.3"),
    };
    let (plan, journal) = (digest("plan"), digest(id));
    RecordedRun { run: name(id), plan, journal, end, installed: Some(installed) }
}

pub fn halted(id: &str, why: HaltKind) -> HaltedRun {
    HaltedRun {
        run: name(id),
        plan: digest("plan"),
        why,
        step: Some(name("start-new")),
        waits_for: Party::Consultant,
        since: at("2026-11-17 10:05"),
    }
}

pub fn failure(component: &str, kind: ComponentKind) -> Failure {
    Failure { component: line(component), kind, what: prose("Messages are slow.") }
}

pub fn other(environment: &str) -> OtherUpgrade {
    OtherUpgrade {
        environment: name(environment),
        version: 3,
        drift: Drift { report: digest("drift"), differences: 3, steps: 2 },
        end: RunEnd::Done,
        evidence: evidence("journal of production"),
    }
}

/// One of every action, in the order of their kinds.
pub fn actions() -> Vec<Action> {
    ActionKind::ALL.iter().map(|kind| example(*kind)).collect()
}

fn example(kind: ActionKind) -> Action {
    use ActionKind as K;
    let (text, activity) = (prose("a text"), name(keys::PREPARE));
    let document = name("access-details");
    match kind {
        K::CreateRequest => Action::CreateRequest(Box::new(request())),
        K::AmendRequest => Action::AmendRequest {
            fields: Box::new(request().fields),
            version: VersionStanding::Known,
        },
        K::Respond => Action::Respond { message: text },
        K::AcknowledgeFormally => Action::AcknowledgeFormally { overview: text },
        K::TakeUp => Action::TakeUp,
        K::Assign => Action::Assign { post: Post::Consultant, to: name("ben"), why: Some(text) },
        K::VacatePost => Action::VacatePost(Vacancy { post: Post::Consultant, why: text }),
        K::DecideEligibility => Action::DecideEligibility { is_eligible: true, why: text },
        K::Withdraw => Action::Withdraw { why: text },
        K::Close => Action::Close,
        K::Reopen => Action::Reopen { why: text },
        K::SetGroup => Action::SetGroup(SupportGroup {
            name: line("Acme upgrade"),
            members: ["anna", "ben", "pia"].map(name).into(),
        }),
        K::RecordKickOff => Action::RecordKickOff(kick_off()),
        K::MeetDependency => Action::MeetDependency { dependency: 1 },
        K::NameContact => Action::NameContact(contact(Duty::Approver, "anna")),
        K::RemoveContact => Action::RemoveContact { duty: Duty::Approver, user: name("anna") },
        K::PostFile => Action::PostFile(file(FileKind::Other, "Notes")),
        K::AddNote => Action::AddNote { scope: NoteScope::Everyone, text },
        K::StartActivity => Action::StartActivity { activity },
        K::HoldActivity => Action::HoldActivity { activity, waits_for: Party::Customer, why: text },
        K::ReleaseActivity => Action::ReleaseActivity { activity },
        K::FinishActivity => Action::FinishActivity { activity, note: None, evidence: None },
        K::SkipActivity => Action::SkipActivity { activity, why: text },
        K::ExcludeActivity => Action::ExcludeActivity { activity, why: text },
        K::ReopenActivity => Action::ReopenActivity { activity, why: text },
        K::SendQuestionnaire => Action::SendQuestionnaire { additions: Vec::new() },
        K::SendDocument => Action::SendDocument {
            key: name("test-cases"),
            title: line("Test cases"),
            purpose: text,
            due_in: BusinessDuration::Days(3),
        },
        K::RecordInventory => Action::RecordInventory {
            facts: refit_model::Facts::new(),
            source: digest("inventory"),
        },
        K::SaveAnswers => Action::SaveAnswers {
            answers: [(name("version"), Some(Answer::of("5.16.6")))].into(),
            seen: None,
        },
        K::SubmitAnswers => Action::SubmitAnswers,
        K::AskForMissing => Action::AskForMissing,
        K::ReturnDocument => {
            Action::ReturnDocument { document, name: line("a.pdf"), digest: digest("a.pdf") }
        }
        K::FindIncomplete => Action::FindIncomplete { document, what: text },
        K::ProcessDocument => Action::ProcessDocument { document },
        K::RecordAccessCheck => Action::RecordAccessCheck(access_check(true)),
        _ => later_example(kind),
    }
}

fn later_example(kind: ActionKind) -> Action {
    use ActionKind as K;
    let text = prose("a text");
    match kind {
        K::RecordAssessment => Action::RecordAssessment(assessment()),
        K::PostPlan => Action::PostPlan(plan()),
        K::TakeDecisions => Action::TakeDecisions {
            plan: digest("plan"),
            choices: vec![PlanChoice {
                subject: prose("data-location"),
                choice: Some(prose("move")),
            }],
            why: text.clone(),
            word: Some(text),
        },
        K::AcceptPlan => Action::AcceptPlan { plan: digest("plan"), accepts_extension: false },
        K::ObjectToPlan => Action::ObjectToPlan { plan: digest("plan"), why: text },
        K::RecordSoftware => Action::RecordSoftware(SoftwarePlaced {
            placed_by: Party::Customer,
            is_verified: true,
            digest: None,
            against: vec![line("the vendor's release")],
            word: None,
            evidence: Some(evidence("archive on the host")),
        }),
        K::RecordHalt => Action::RecordHalt(halted("staging-1", HaltKind::Failed)),
        K::RecordGoingOn => Action::RecordGoingOn(GoingOn { run: name("staging-1") }),
        K::RecordRun => Action::RecordRun(run("staging-1", RunEnd::Done)),
        K::TickStep => Action::TickStep { plan: digest("plan"), step: name("stop-old") },
        K::RecordTrial => Action::RecordTrial {
            report: digest("trial"),
            verdict: TrialVerdict::Pass,
            failures: Vec::new(),
        },
        K::FixDefect => Action::FixDefect { defect: 1, how: text },
        K::DocumentDefect => Action::DocumentDefect { defect: 1, text },
        K::DeliverResources => Action::DeliverResources(Resources {
            playbook: None,
            bundle: digest("bundle"),
            contents: vec![line("playbook.md"), line("SHA256SUMS")],
        }),
        _ => hand_off_example(kind),
    }
}

fn hand_off_example(kind: ActionKind) -> Action {
    use ActionKind as K;
    let (text, playbook) = (prose("a text"), digest("playbook 1"));
    match kind {
        K::PostPlaybook => Action::PostPlaybook {
            steps: Vec::new(),
            digest: playbook,
            summary: text,
            makes: [].into(),
            corrects: [].into(),
        },
        K::AskForChange => {
            Action::AskForChange { version: 1, step: None, kind: ChangeRequestKind::Change, text }
        }
        K::DiscussChange => Action::DiscussChange { change: 1, text },
        K::AgreeToChange => Action::AgreeToChange { change: 1, how: text },
        K::AnswerChange => Action::AnswerChange { change: 1, text },
        K::DeclineChange => Action::DeclineChange { change: 1, why: text },
        K::WithdrawChange => Action::WithdrawChange { change: 1 },
        K::ApprovePlaybook => Action::ApprovePlaybook { playbook },
        K::DeliverPlaybook => Action::DeliverPlaybook { playbook },
        K::OpenOnCall => Action::OpenOnCall {
            playbook,
            from: at("2027-01-04 09:00"),
            until: at("2027-01-11 09:00"),
        },
        K::ReportProblem => {
            Action::ReportProblem { environment: name("production"), step: name("stop-old"), text }
        }
        K::RecordReplicated => Action::RecordReplicated { problem: 1, evidence: evidence("log") },
        K::RecordNotReplicated => Action::RecordNotReplicated {
            problem: 1,
            finding: NotReplicated { reason: text, evidence: evidence("log") },
        },
        K::AnswerProblem => Action::AnswerProblem { problem: 1, text },
        K::PlanEnvironment => Action::PlanEnvironment { environment: name("production") },
        K::RecordOtherUpgrade => Action::RecordOtherUpgrade(other("production")),
        K::OfferEngagement => {
            Action::OfferEngagement { kind: EngagementKind::ProblemsElsewhere, why: text }
        }
        K::AnswerOffer => Action::AnswerOffer { engagement: 1, accepts: true },
        K::WithdrawOffer => Action::WithdrawOffer { engagement: 1 },
        other => panic!("no example of {other}"),
    }
}
