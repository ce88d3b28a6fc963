//! Values of pages that are of no case: runs, trials, settlements, sessions.

use refit_desk::StateMachine;
use refit_model::TrialVerdict;
use refit_model::{
    Decision, KeyOutcome, Lineage, Outcome, PackRef, Plan, PointOfNoReturn, Question,
    QuestionOption, Remark, RuleRef, SettledFile, Settlement, Shown, Stored, Strategy, Version,
};
use refit_pages::*;

use crate::support::*;

pub fn downloads() -> Vec<Download> {
    vec![Download {
        file: "apache-activemq-5.18.7-bin.tar.gz".to_owned(),
        version: "5.18.7".to_owned(),
        is_target: true,
        coordinates: "org.apache.activemq:apache-activemq:5.18.7:tar.gz:bin".to_owned(),
        digest: digest("archive"),
        size: "47.2 MiB".to_owned(),
        trust: "digest observed by those who made the pack (RUN)".to_owned(),
        series: vec![("runs on", "Java 11 to 25 (PF 6.1)".to_owned())],
    }]
}

pub fn live_run() -> LiveRun {
    let step = |id: &str, title: &str, phase: &str, state: &str, tone| LiveStep {
        time: "about 12 s".to_owned(),
        id: id.to_owned(),
        title: title.to_owned(),
        phase: phase.to_owned(),
        host: "broker-1".to_owned(),
        state: state.to_owned(),
        tone,
    };
    LiveRun {
        run: name("staging-2"),
        state: "going on: upgrade".to_owned(),
        is_going_on: true,
        at: at("2026-11-17 10:42"),
        since: Some(at("2026-11-17 10:40")),
        begun: Some(at("2026-11-17 09:12")),
        ended: None,
        downtime: Some("3.2 s".to_owned()),
        doing: Some("running: Switch to the new version".to_owned()),
        is_cut_off: true,
        wait: Some(RunWait {
            whom: "the operator".to_owned(),
            why: "the step `start` waits for the operator".to_owned(),
            instructions: vec!["Tell the clients' owners.".to_owned()],
            seen: vec!["yes: the old version serves".to_owned()],
        }),
        finding: Some("The journal is an older copy.".to_owned()),
        events: 14,
        settled: 3,
        steps: vec![
            step("unpack", "Unpack the new version", "prepare", "done", StepTone::Good),
            step("settle", "Write the settled files", "settings", "done", StepTone::Good),
            step("restore-point-b", "Copy the store", "back up", "done", StepTone::Good),
            step("switch", "Switch to the new version", "upgrade", "running", StepTone::Going),
            step("start", "Start the new version", "upgrade", "waits for approval", StepTone::Care),
            step("check", "Check queues and users", "test", "planned", StepTone::Planned),
        ],
        log: (1..=14)
            .map(|n| LogLine {
                at: (n != 3).then(|| at(&format!("2026-11-17 10:4{}:{:02}", n / 10, n * 4))),
                text: format!("switch: link {n} of 14 moved"),
            })
            .collect(),
        exits: vec![
            RunExit {
                word: "pause".to_owned(),
                label: "Pause".to_owned(),
                meaning: "Ends the step that runs, and begins no other one.".to_owned(),
                is_grave: false,
            },
            RunExit {
                word: "roll-back".to_owned(),
                label: "Roll back".to_owned(),
                meaning: "Takes back every step, the last one first.".to_owned(),
                is_grave: true,
            },
        ],
        commands: vec![RunCommand {
            meaning: "mark done: you did it".to_owned(),
            command: "refit run staging --mark-done start --why 'WHY'".to_owned(),
        }],
    }
}

pub fn run_links() -> Vec<RunLink> {
    let link =
        |run: &str, state: &str, tone| RunLink { run: name(run), state: state.to_owned(), tone };
    vec![
        link("staging-2", "running", StepTone::Going),
        link("staging-1", "rolled back", StepTone::Care),
    ]
}

pub fn trials() -> Vec<TrialDetail> {
    let test = |name: &str, verdict, reason: &str, figures: &[(&str, &str)]| TrialTest {
        name: name.to_owned(),
        what: "the old and the new version in turn, on copies".to_owned(),
        verdict,
        reason: reason.to_owned(),
        figures: figures.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
    };
    let plot = |after: [u64; 4]| LatencyPlot {
        what: "from sending to receiving".to_owned(),
        points: ["50 %", "90 %", "99 %", "99.9 %"]
            .into_iter()
            .zip([850, 1_900, 7_400, 31_000].into_iter().zip(after))
            .map(|(label, (before, after))| (label.to_owned(), before, after))
            .collect(),
    };
    vec![
        TrialDetail {
            number: 1,
            facts: vec![("before", "5.16.6".to_owned()), ("after", "5.18.7".to_owned())],
            reason: "failed: latency, audit stamp".to_owned(),
            tests: vec![
                test(
                    "no loss",
                    TrialVerdict::Pass,
                    "none of 120,000 is lost",
                    &[("sent", "120000")],
                ),
                test("latency", TrialVerdict::Fail, "p99 is 2.31 of before (2.10 to 2.55)", &[]),
                test("access", TrialVerdict::Inconclusive, "1 got no clear answer", &[]),
            ],
            latencies: vec![plot([910, 2_400, 17_100, 96_000])],
        },
        TrialDetail {
            number: 2,
            facts: Vec::new(),
            reason: "passed: no loss, latency, access".to_owned(),
            tests: vec![test(
                "latency",
                TrialVerdict::Pass,
                "p99 is 0.98 of before (0.94 to 1.03)",
                &[("p99 before", "7.4 ms"), ("p99 after", "7.2 ms")],
            )],
            latencies: vec![plot([830, 1_850, 7_200, 29_500])],
        },
    ]
}

/// The key of a connector's address.
const URI: &str = "/beans/broker/transportConnectors/transportConnector[openwire]/@uri";

pub fn settlements() -> Vec<SettlementView> {
    let settlement = Settlement {
        file: "conf/activemq.xml".to_owned(),
        sources: vec!["/opt/activemq/conf/activemq.xml".to_owned()],
        lineage: Lineage::Shipped(Vec::new()),
        target: "5.18.7".parse::<Version>().unwrap(),
        outcomes: outcomes(),
        remarks: vec![Remark {
            key: Some(URI.to_owned()),
            text: "The new default listens on the local machine alone; yours stays open."
                .to_owned(),
            source: None,
        }],
        result: SettledFile::Open,
    };
    vec![SettlementView { settlement, questions: vec![question()] }]
}

fn question() -> Question {
    let option = |choice: &str, meaning: &str| QuestionOption {
        choice: choice.to_owned(),
        meaning: meaning.to_owned(),
    };
    Question {
        subject: "conf/activemq.xml#/beans/broker/plugins/audit-stamp".to_owned(),
        text: "The plugin audit-stamp does not load in the new version. What becomes of it?"
            .to_owned(),
        options: vec![
            option("keep-site", "Keep it: the broker does not start with it."),
            option("take-new", "Leave it out: no stamps are written."),
        ],
    }
}

/// The plan of the case, with what it leaves open.
pub fn plan() -> Stored<Plan> {
    let option = |choice: &str, meaning: &str| QuestionOption {
        choice: choice.to_owned(),
        meaning: meaning.to_owned(),
    };
    let location = Question {
        subject: "data-location".to_owned(),
        text: "The data are inside the old home. Where shall they be?".to_owned(),
        options: vec![option("move", "renamed, at once"), option("keep", "they stay")],
    };
    let limit = Question {
        subject: "conf/activemq.xml#/beans/broker/@brokerName".to_owned(),
        text: "Both sides have changed it. Which one shall it be?".to_owned(),
        options: vec![
            option("keep-site", "what the site has"),
            option("take-new", "what the new default has"),
            option("value:", "followed by a value: that value"),
        ],
    };
    let settlements = settlements();
    Stored {
        document_type: "plan".to_owned(),
        schema: 1,
        digest: refit_desk::example::digest("plan"),
        created: "not told".to_owned(),
        body: Plan {
            environment: name("staging"),
            installation: name("orders"),
            assessment: digest("assessment"),
            playbook: None,
            pack: PackRef {
                platform: name("activemq-classic"),
                knowledge: "2026-11-20".to_owned(),
                digest: digest("pack"),
            },
            from: "5.16.6".parse().unwrap(),
            to: "5.18.7".parse().unwrap(),
            why_this_version: "it is the newest".to_owned(),
            way: Vec::new(),
            strategy: Strategy::SideBySide,
            parameters: refit_model::Parameters::default(),
            steps: Vec::new(),
            settlements: settlements.into_iter().map(|one| one.settlement).collect(),
            decisions: vec![Decision {
                subject: "file:lib/audit.jar".to_owned(),
                choice: "take-new".to_owned(),
                seen: None,
                by: "Otto".to_owned(),
                why: "It is the vendor's now.".to_owned(),
            }],
            questions: vec![location, question(), limit],
            landmarks: Vec::new(),
            logs: Vec::new(),
            point_of_no_return: PointOfNoReturn::None("nothing is stored anew".to_owned()),
            rehearsal: None,
        },
    }
}

fn outcomes() -> Vec<KeyOutcome> {
    let text = |text: &str| Some(Shown::Text(text.to_owned()));
    let key = |key: &str, outcome, sides: [Option<Shown>; 4]| {
        let [base, site, new, result] = sides;
        KeyOutcome { key: key.to_owned(), outcome, base, site, new, result, rule: None }
    };
    let site = "tcp://0.0.0.0:61616?maximumConnections=2000&wireFormat.maxFrameSize=104857600";
    vec![
        key(
            URI,
            Outcome::Combined,
            [
                text("tcp://0.0.0.0:61616?maximumConnections=1000"),
                text(site),
                text("tcp://127.0.0.1:61616?maximumConnections=1000"),
                text(site),
            ],
        ),
        key(
            "/beans/broker/plugins/audit-stamp",
            Outcome::NeedsDecision("The new version has no class that it needs.".to_owned()),
            [None, text("<bean class=\"com.nordwind.AuditStamp\"/>"), None, None],
        ),
        KeyOutcome {
            rule: Some(RuleRef {
                id: "web-console".to_owned(),
                source: "release notes".to_owned(),
            }),
            ..key(
                "/beans/import[jetty.xml]",
                Outcome::Moved("conf/jetty.xml".to_owned()),
                [text("jetty.xml"), text("jetty.xml"), text("jetty.xml"), None],
            )
        },
        key(
            "/beans/broker/@brokerName",
            Outcome::Kept,
            [text("localhost"), text("nordwind-1"), text("localhost"), text("nordwind-1")],
        ),
        key(
            "/beans/broker/plugins/simpleAuthenticationPlugin/users/@password",
            Outcome::Kept,
            [None, Some(Shown::Secret), None, Some(Shown::Secret)],
        ),
    ]
}

pub fn comparison() -> Comparison {
    let line = |change, text: &str| ComparedLine { change, text: text.to_owned() };
    Comparison {
        from: 1,
        to: 2,
        lines: vec![
            line(LineChange::Same, "## 12. Stop the broker"),
            line(LineChange::Gone, "Stop it by its service manager."),
            line(LineChange::Come, "Drain lb-1 before: it sends clients here otherwise."),
            line(LineChange::Come, "Then stop it by its service manager."),
        ],
    }
}

pub fn sessions() -> Vec<SessionRow> {
    let session = |key: &str, from: &str, is_this| SessionRow {
        key: key.to_owned(),
        from: from.to_owned(),
        begun: at("2026-11-16 08:30"),
        used: at("2026-11-16 15:02"),
        is_this,
    };
    vec![
        session("s1", "Firefox on Linux, 192.0.2.17", true),
        session("s2", "Safari on iPhone, 198.51.100.4", false),
    ]
}

pub fn tokens() -> Vec<TokenRow> {
    vec![TokenRow {
        key: "t1".to_owned(),
        name: "monitoring".to_owned(),
        scopes: vec!["requests:read".to_owned()],
        made: at("2026-10-01 09:00"),
        ends: Some(at("2026-12-30 09:00")),
        used: None,
    }]
}

pub fn scopes() -> Vec<TokenScope> {
    let scope = |word: &str, meaning: &str| TokenScope {
        word: word.to_owned(),
        meaning: meaning.to_owned(),
    };
    vec![scope("requests:read", "read requests"), scope("requests:write", "act on requests")]
}

pub fn upgraded() -> refit_desk::Upgraded {
    refit_desk::Upgraded {
        case: name("nw-2026-014"),
        organisation: name("nordwind"),
        environment: name("production"),
        installation: name("orders"),
        platform: name("activemq-classic"),
        version: line("5.16.6"),
        upgraded: date("2024-03-01"),
        end_of_life: Some(date("2024-05-06")),
    }
}

/// The word of a stage's state, to be sure that the case is what the test thinks.
pub fn state(case: &refit_desk::Case) -> &'static str {
    case.state.word()
}

pub fn organisation_fields() -> forms::OrganisationFields {
    let customer = crate::case::customer();
    forms::OrganisationFields {
        id: customer.organisation,
        name: customer.name,
        support_plan: customer.support_plan,
        calendar: customer.calendar,
    }
}

pub fn organisation_rows() -> Vec<OrganisationRow> {
    vec![OrganisationRow {
        id: name("nordwind"),
        name: "Nordwind Logistik GmbH".to_owned(),
        support_plan: Some("Platinum".to_owned()),
        time_zone: "Europe/Vienna".to_owned(),
        users: 2,
        open_cases: 1,
    }]
}

pub fn user_rows() -> Vec<UserRow> {
    let row = |(id, user, role): (&str, &str, refit_desk::Role)| UserRow {
        id: name(id),
        name: user.to_owned(),
        email: format!("{id}@mail.example"),
        role,
        organisation: "Nordwind Logistik GmbH".to_owned(),
        has_second_factor: true,
        tokens: 2,
        is_active: id != OTTO.0,
        seen: (id != PIA.0).then(|| at("2026-11-16 08:30")),
    };
    ALL.into_iter().map(row).collect()
}

pub fn webhook_rows() -> Vec<WebhookRow> {
    vec![WebhookRow {
        id: "w1".to_owned(),
        url: "https://hooks.nordwind.example/refit".to_owned(),
        events: vec!["case".to_owned()],
        last: Some((at("2026-11-16 08:31"), "answered with 503".to_owned())),
        waiting: 3,
    }]
}

pub fn deliveries() -> Vec<DeliveryRow> {
    let row = |id, outcome: &str, is_dead| DeliveryRow {
        id,
        at: at("2026-11-16 08:31"),
        url: "https://hooks.nordwind.example/refit".to_owned(),
        what: "case-moved of nw-2026-014/7".to_owned(),
        outcome: outcome.to_owned(),
        tries: id,
        is_dead,
    };
    vec![row(2, "arrived", false), row(24, "given up: answered with 503", true)]
}

pub fn audit_rows() -> Vec<AuditRow> {
    let row = |number, who: &str, kind: &str, is_allowed| AuditRow {
        number,
        at: at("2026-11-16 08:30"),
        who: who.to_owned(),
        from: "192.0.2.17".to_owned(),
        kind: kind.to_owned(),
        moved: Vec::new(),
        case: None,
        is_allowed,
        request: "01J9Z3M8".to_owned(),
    };
    vec![
        AuditRow {
            case: Some((name("nw-2026-014"), 31)),
            ..row(3, "anna.berger", "case-approved", true)
        },
        AuditRow {
            moved: vec![("role".to_owned(), "consultant \u{2192} project-manager".to_owned())],
            ..row(2, "ada.novak", "user-changed", true)
        },
        row(1, "", "login-refused", false),
    ]
}
