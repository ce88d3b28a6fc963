//! One believable case, at every stage; all of it decided by the desk.

use refit_desk::*;
use refit_model::TrialVerdict;

use crate::support::*;

/// The stages that the case is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The request was just made.
    New,
    /// The questionnaire is with the customer.
    Asked,
    /// The plan waits for its acceptance.
    Planned,
    /// The upgrade was run and tested.
    Tested,
    /// The Playbook is reviewed.
    Reviewed,
    /// On-call support is open.
    OnCall,
    /// Everything is done.
    Closed,
}

impl Stage {
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Asked,
        Self::Planned,
        Self::Tested,
        Self::Reviewed,
        Self::OnCall,
        Self::Closed,
    ];
}

/// How the case comes to its next stage.
type Way = fn(&mut Desk);

/// The case as it is at a stage.
pub fn case_at(until: Stage) -> Desk {
    let mut desk = Desk::new("nw-2026-014", "2026-11-02 14:05");
    let ways: [(Stage, Way); 7] = [
        (Stage::New, ask),
        (Stage::Asked, set_up),
        (Stage::Planned, plan),
        (Stage::Tested, upgrade),
        (Stage::Reviewed, review),
        (Stage::OnCall, on_call),
        (Stage::Closed, close),
    ];
    for (_, go) in ways.into_iter().filter(|(stage, _)| *stage <= until) {
        go(&mut desk);
    }
    desk
}

pub fn customer() -> Customer {
    Customer {
        organisation: name("nordwind"),
        name: line("Nordwind Logistik GmbH"),
        support_plan: Some(line("Platinum")),
        calendar: vienna(),
    }
}

pub fn request_fields() -> RequestFields {
    RequestFields {
        platform: name("activemq-classic"),
        current_version: line("5.16.6"),
        deployment: Deployment::OnPremises,
        earliest_start: date("2026-11-09"),
        ideal_start: date("2026-11-16"),
        deadline: date("2026-12-18"),
        deadline_reason: prose(
            "Support of 5.16 has ended, and our auditors want a supported version before the end \
             of the year.\nFrom 19 December on we have a change freeze.",
        ),
        access: AccessPromise::ReadAndWrite,
        environments: 1,
    }
}

fn ask(desk: &mut Desk) {
    let version = VersionStanding::Known;
    let request =
        NewRequest { customer: customer(), fields: request_fields(), version, on_behalf: None };
    desk.does(ANNA, Action::CreateRequest(Box::new(request)));
}

fn set_up(desk: &mut Desk) {
    desk.goes_to("2026-11-02 15:20");
    desk.does(BEN, Action::TakeUp);
    let to = name(PIA.0);
    desk.does(ADA, Action::Assign { post: Post::ProjectManager, to, why: None });
    let message = prose(
        "Thank you, we have your request. The questionnaire and two documents are with you now. \
         Pia Rossi, the project manager, will be in touch within a day.",
    );
    desk.does(BEN, Action::Respond { message });
    desk.does(BEN, Action::SendQuestionnaire { additions: Vec::new() });
    inventory(desk);
    desk.goes_to("2026-11-03 10:00");
    let overview =
        prose("Next: questionnaire and documents, kick-off on Wednesday, then the preparation.");
    desk.does(PIA, Action::AcknowledgeFormally { overview });
    answer_some(desk);
    kick_off(desk);
}

fn inventory(desk: &mut Desk) {
    let mut facts = refit_model::Facts::new();
    facts.set("installed.version", "5.16.6");
    desk.does(BEN, Action::RecordInventory { facts, source: digest("inventory") });
}

/// Some answers, one of which the inventory contradicts.
fn answer_some(desk: &mut Desk) {
    let answers = [
        ("version", Answer::of("5.16.5")),
        ("operating-system", Answer::of("Debian 12")),
        ("hosts", Answer::of(2_i64)),
        ("started-by", Answer::of("systemd unit")),
        ("brokers", Answer { given: Given::NotKnown, attachments: Vec::new() }),
        ("is-clustered", Answer::of(true)),
        ("protocols", Answer::of(vec!["OpenWire".to_owned(), "STOMP".to_owned()])),
    ];
    let answers = answers.map(|(id, answer)| (name(id), Some(answer)));
    desk.does(ANNA, Action::SaveAnswers { answers: answers.into() });
}

fn kick_off(desk: &mut Desk) {
    desk.goes_to("2026-11-04 10:00");
    for (duty, who) in [(Duty::TechnicalContact, OTTO), (Duty::Approver, ANNA)] {
        let available = vec![Period { from: date("2026-11-01"), to: date("2027-02-28") }];
        let (user, name) = (name(who.0), line(who.1));
        desk.does(ANNA, Action::NameContact(Contact { duty, user, name, available }));
    }
    let members = [ANNA, OTTO, BEN, PIA].map(|who| name(who.0)).into();
    let group = SupportGroup { name: line("Nordwind upgrade 2026"), members };
    desk.does(BEN, Action::SetGroup(group));
    post(desk, FileKind::InitialDocument, "Project plan.pdf", "made for this project");
    desk.does(
        BEN,
        Action::RecordKickOff(KickOff {
            deliverables: vec![
                line("An upgraded staging environment"),
                line("A report of the tests"),
                line("A Playbook for production"),
            ],
            plan: prose("Staging in the week of 16 November, review in the week after."),
            dependencies: vec![Dependency {
                what: line("SSH access to the staging hosts, to read and to write"),
                from: Party::Customer,
                due: date("2026-11-11"),
            }],
            escalation: vec![line("Pia Rossi"), line("The head of support")],
        }),
    );
    let text = prose("Otto is on holiday until Thursday; ask Anna before.");
    desk.does(BEN, Action::AddNote { scope: NoteScope::Team, text });
    let text = prose("The kick-off went well. Minutes are among the files.");
    desk.does(PIA, Action::AddNote { scope: NoteScope::Everyone, text });
}

fn post(desk: &mut Desk, kind: FileKind, title: &str, source: &str) {
    let file = ProjectFile { kind, name: line(title), digest: digest(title), source: line(source) };
    desk.does(BEN, Action::PostFile(file));
}

pub fn finish(desk: &mut Desk, who: (&str, &str, Role), key: &str) {
    let (activity, note, evidence) = (name(key), None, None);
    desk.does(who, Action::FinishActivity { activity, note, evidence });
}

fn plan(desk: &mut Desk) {
    desk.goes_to("2026-11-04 16:30");
    desk.does(PIA, Action::MeetDependency { dependency: 1 });
    desk.does(ANNA, Action::SubmitAnswers);
    desk.does(BEN, Action::AskForMissing);
    let available = vec![Period { from: date("2026-11-01"), to: date("2027-02-28") }];
    let (user, of) = (name(ANNA.0), line(ANNA.1));
    let contact = Contact { duty: Duty::Reviewer, user, name: of, available };
    desk.does(ANNA, Action::NameContact(contact));
    finish(desk, BEN, keys::SET_UP);
    desk.goes_to("2026-11-05 09:00");
    let notes = "Upgrade notes 5.16 to 5.18.md";
    post(desk, FileKind::UpgradeDocumentation, notes, "the pack of ActiveMQ Classic");
    finish(desk, BEN, keys::PREPARE);
    desk.does(BEN, Action::RecordAssessment(assessment()));
    let posted = PostedPlan {
        digest: digest("plan"),
        assessment: digest("assessment"),
        documentation: vec![digest(notes)],
        summary: prose(
            "Side by side: the new version is unpacked beside the old one while the broker runs. \
             One restart, about a minute. The way back stays open until you approve the first \
             start of the new version.",
        ),
    };
    desk.does(BEN, Action::PostPlan(posted));
}

fn assessment() -> AssessmentSummary {
    AssessmentSummary {
        digest: digest("assessment"),
        blocking: Vec::new(),
        customisations: vec![line("The plugin audit-stamp 2.1 of your own")],
        version: line("ActiveMQ Classic 5.16.6"),
        extension: Some(Extension {
            range: DurationRange {
                least: BusinessDuration::Weeks(1),
                most: BusinessDuration::Weeks(3),
            },
            why: prose("The store has 210 GB: restore points take most of a night."),
        }),
    }
}

fn upgrade(desk: &mut Desk) {
    desk.goes_to("2026-11-06 11:00");
    let plan = digest("plan");
    desk.does(ANNA, Action::AcceptPlan { plan, accepts_extension: true });
    let software = SoftwarePlaced {
        placed_by: Party::Customer,
        is_verified: true,
        evidence: evidence("archive on the host broker-1"),
    };
    desk.does(BEN, Action::RecordSoftware(software));
    give_inputs(desk);
    run(desk);
    test(desk);
}

fn give_inputs(desk: &mut Desk) {
    desk.goes_to("2026-11-09 09:30");
    answer_the_rest(desk);
    desk.does(ANNA, Action::SubmitAnswers);
    for (document, file) in [
        ("access-details", "Access to staging.pdf"),
        ("environment-overview", "Environments 2026.xlsx"),
    ] {
        let (document, name, digest) = (name(document), line(file), digest(file));
        desk.does(ANNA, Action::ReturnDocument { document, name, digest });
    }
    let what = prose("The second broker is missing in the overview.");
    desk.does(BEN, Action::FindIncomplete { document: name("environment-overview"), what });
    desk.goes_to("2026-11-10 11:00");
    let (file, document) = ("Environments 2026 (2).xlsx", name("environment-overview"));
    let returned = Action::ReturnDocument { document, name: line(file), digest: digest(file) };
    desk.does(OTTO, returned);
    for document in [QUESTIONNAIRE, "access-details", "environment-overview"] {
        desk.does(BEN, Action::ProcessDocument { document: name(document) });
    }
    for can_write in [false, true] {
        let check = AccessCheck {
            environment: name("staging"),
            kind: EnvironmentKind::Staging,
            can_read: true,
            can_write,
            evidence: evidence("report of the access check"),
        };
        desk.does(BEN, Action::RecordAccessCheck(check));
        desk.goes_to("2026-11-11 10:00");
    }
}

fn answer_the_rest(desk: &mut Desk) {
    loop {
        let questionnaire = desk.case.questionnaire.clone().unwrap();
        let missing = questionnaire.missing();
        if missing.is_empty() {
            return;
        }
        let answer = |id: &QuestionId| match &questionnaire.description.get(id).unwrap().kind {
            QuestionKind::Text | QuestionKind::LongText => Answer::of("As in the overview."),
            QuestionKind::Number { least, .. } => Answer::of(*least),
            QuestionKind::YesNo => Answer::of(true),
            QuestionKind::Date => Answer::of("2026-11-20"),
            QuestionKind::Choice(choices) => Answer::of(choices[0].as_str()),
            QuestionKind::Choices(choices) => Answer::of(vec![choices[0].to_string()]),
        };
        let answers = missing.iter().map(|id| (id.clone(), Some(answer(id)))).collect();
        desk.does(ANNA, Action::SaveAnswers { answers });
    }
}

fn run(desk: &mut Desk) {
    desk.goes_to("2026-11-16 09:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::BACK_UP) });
    desk.goes_to("2026-11-16 15:00");
    desk.does(
        BEN,
        Action::FinishActivity {
            activity: name(keys::BACK_UP),
            note: Some(prose("Configuration folders, and the store. Restored once, to be sure.")),
            evidence: Some(evidence("manifest of restore point A")),
        },
    );
    desk.goes_to("2026-11-17 10:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::UPGRADE) });
    for (run, end) in [("staging-1", RunEnd::RolledBack), ("staging-2", RunEnd::Done)] {
        let (plan, journal) = (digest("plan"), digest(run));
        let run = RecordedRun { run: name(run), plan, journal, end, installed: None };
        desk.does(BEN, Action::RecordRun(run));
        desk.goes_to("2026-11-17 15:00");
    }
}

fn test(desk: &mut Desk) {
    let failure = |component: &str, kind, what: &str| Failure {
        component: line(component),
        kind,
        what: prose(what),
    };
    let failures = vec![
        failure("KahaDB index", ComponentKind::Standard, "p99 is 2.3 times that of before."),
        failure(
            "audit-stamp",
            ComponentKind::Custom,
            "The plugin writes no stamp: it needs a class that is gone.",
        ),
    ];
    let (report, verdict) = (digest("trial 1"), TrialVerdict::Fail);
    desk.does(BEN, Action::RecordTrial { report, verdict, failures });
    finish(desk, BEN, keys::TEST);
    desk.goes_to("2026-11-18 11:00");
    desk.does(BEN, Action::StartActivity { activity: name(keys::FIX) });
    let how = prose("The index is rebuilt at the first start.");
    desk.does(BEN, Action::FixDefect { defect: 1, how });
    let (report, verdict, failures) = (digest("trial 2"), TrialVerdict::Pass, Vec::new());
    desk.does(BEN, Action::RecordTrial { report, verdict, failures });
}

fn review(desk: &mut Desk) {
    desk.goes_to("2026-11-19 16:00");
    desk.does(ANNA, Action::AnswerOffer { engagement: 1, accepts: false });
    finish(desk, BEN, keys::FIX);
    let contents = ["playbook.md", "settled/activemq.xml", "SHA256SUMS"].map(line).to_vec();
    let bundle = digest("bundle");
    desk.does(BEN, Action::DeliverResources(Resources { bundle, contents }));
    desk.goes_to("2026-11-20 16:00");
    post_playbook(desk, "The first version, made from the run staging-2.", &[], &[]);
    desk.goes_to("2026-11-23 10:00");
    let (version, step) = (1, Some(name("stop-broker")));
    let text = prose("Name the load balancer: it has to be drained before.");
    let kind = ChangeRequestKind::Change;
    desk.does(ANNA, Action::AskForChange { version, step: step.clone(), kind, text });
    let text = prose("Why is the backup broker stopped first?");
    let kind = ChangeRequestKind::Clarification;
    desk.does(OTTO, Action::AskForChange { version, step, kind, text });
    let text = prose("Which of the two load balancers?");
    desk.does(BEN, Action::DiscussChange { change: 1, text });
    let text = prose("The one in front, lb-1.");
    desk.does(ANNA, Action::DiscussChange { change: 1, text });
    desk.does(BEN, Action::AgreeToChange { change: 1, how: prose("A note at that step.") });
    desk.goes_to("2026-11-23 15:00");
    post_playbook(desk, "With a note about the load balancer.", &[1], &[]);
}

fn post_playbook(desk: &mut Desk, summary: &str, makes: &[u32], corrects: &[u32]) {
    let makes = makes.iter().copied().collect();
    let corrects = corrects.iter().copied().collect();
    let (digest, summary) = (digest(summary), prose(summary));
    desk.does(BEN, Action::PostPlaybook { digest, summary, makes, corrects });
}

fn on_call(desk: &mut Desk) {
    let text = prose("It takes over within a second, and clients notice nothing.");
    desk.does(BEN, Action::AnswerChange { change: 2, text });
    desk.goes_to("2026-11-24 10:00");
    let playbook = digest("With a note about the load balancer.");
    desk.does(ANNA, Action::ApprovePlaybook { playbook });
    desk.does(BEN, Action::DeliverPlaybook { playbook });
    let (from, until) = (at("2026-11-30 09:00"), at("2026-12-07 09:00"));
    desk.does(BEN, Action::OpenOnCall { playbook, from, until });
    desk.does(ANNA, Action::PlanEnvironment { environment: name("production") });
    desk.goes_to("2026-12-01 08:00");
    let (environment, step) = (name("production"), name("start-new-version"));
    let text = prose("The broker does not start: the port 61616 is taken.");
    desk.does(OTTO, Action::ReportProblem { environment, step, text });
    let shown = evidence("log of staging");
    desk.does(BEN, Action::RecordReplicated { problem: 1, evidence: shown });
    let (environment, step) = (name("production"), name("check-clients"));
    let text = prose("One client does not connect.");
    desk.does(OTTO, Action::ReportProblem { environment, step, text });
    let reason = prose("A firewall of production is in between.");
    let finding = NotReplicated { reason, evidence: evidence("connection from staging") };
    desk.does(BEN, Action::RecordNotReplicated { problem: 2, finding });
}

fn close(desk: &mut Desk) {
    post_playbook(desk, "The port is asked for before the start.", &[], &[1]);
    desk.goes_to("2026-12-02 20:00");
    let other = OtherUpgrade {
        environment: name("production"),
        version: 2,
        drift: Drift { report: digest("drift"), differences: 3, steps: 2 },
        end: RunEnd::Done,
        evidence: evidence("journal of production-1"),
    };
    desk.does(ANNA, Action::RecordOtherUpgrade(other));
    desk.goes_to("2026-12-07 10:00");
    finish(desk, BEN, keys::ON_CALL);
    desk.does(PIA, Action::Close);
}
