//! Documents of a small upgrade.

use std::collections::BTreeMap;

use refit_model::{
    Act, Assessment, Check, Condition, Digest, Document, Finding, Folders, HostPath, KeyOutcome,
    Lineage, Name, NameKind, Outcome, Owner, PackRef, Phase, Plan, Playbook, PlaybookStep,
    PointOfNoReturn, Remedy, SettledFile, Settlement, Severity, Shown, Step, Strategy, Template,
    Undo,
};
use refit_trial::report::{
    Design, Installed, Rule, TrialReport, TrialRules, TrialSubject, judge_ratio,
};
use refit_trial::statistics::{Better, PairedValue, RatioRule};

fn name<K: NameKind>(text: &str) -> Name<K> {
    Name::new(text).unwrap()
}

fn path(text: &str) -> HostPath {
    HostPath::from(text)
}

fn pack() -> PackRef {
    let digest = Digest::of(b"pack");
    PackRef { platform: name("activemq-classic"), knowledge: "2026-11-20".into(), digest }
}

pub fn assessment() -> Assessment {
    let entry = serde_json::json!({
        "host": "local", "platform": "activemq-classic", "home": "/opt/mq"
    });
    let mut facts = refit_model::Facts::new();
    facts.set("installed.version", "5.16.7");
    facts.set("store.kind", "kahadb");
    Assessment {
        environment: name("staging"),
        installation: name("orders"),
        entry: serde_json::from_value(entry).unwrap(),
        pack: pack(),
        installed: "5.16.7".parse().unwrap(),
        target: None,
        way: vec![],
        folders: Folders {
            home: path("/opt/apache-activemq-5.16.7"),
            link: None,
            data: path("/opt/mq-data"),
            default_data: None,
            java_home: path("/usr/java"),
            new_java_home: path("/usr/java"),
            install_into: path("/opt"),
            restore_points: path("/var/backups/mq"),
            control: path("/opt/.refit"),
        },
        facts,
        endpoints: vec![],
        written_paths: vec![],
        files: vec![],
        target_files: BTreeMap::new(),
        unknown_names: vec![],
        findings: vec![Finding {
            severity: Severity::Medium,
            key: "log4j1-silent-log".into(),
            blocks: false,
            title: "The log falls silent".into(),
            detail: "The new version reads another configuration.".into(),
            evidence: vec![],
            remedy: Remedy::Planned("writes log4j2.properties".into()),
            sources: vec![],
        }],
        scope: vec![],
    }
}

/// The text of the settled file, with a secret's place.
pub fn text() -> Template {
    let slot = refit_model::Slot {
        id: "conf/users#alice".into(),
        file: "conf/users".into(),
        key: "alice".into(),
    };
    let text = format!("<broker name='orders' password='{}'/>\n", Template::mark(&slot.id));
    Template { slots: vec![slot], ..Template::plain(text) }
}

fn settlement() -> Settlement {
    let shown = |text: &str| Some(Shown::Text(text.to_owned()));
    Settlement {
        file: "conf/activemq.xml".into(),
        sources: vec!["conf/activemq.xml".into()],
        lineage: Lineage::Own,
        target: "5.18.3".parse().unwrap(),
        outcomes: vec![KeyOutcome {
            key: "/broker/@memoryLimit".into(),
            outcome: Outcome::Combined,
            base: shown("64mb"),
            site: shown("512mb"),
            new: shown("70%"),
            result: shown("512mb"),
            rule: None,
        }],
        remarks: vec![],
        result: SettledFile::Written(text().digest().unwrap()),
    }
}

fn steps() -> Vec<Step> {
    let step = |id: &str, title: &str, phase, downtime| Step {
        id: name(id),
        title: title.into(),
        reason: "so that the way back stays open".into(),
        phase,
        host: name("local"),
        owner: Owner::Refit,
        needs: vec![],
        estimate_milliseconds: 2_000,
        downtime,
        may_skip: false,
        probe: Condition::Never,
        act: Act::Observe,
        verify: Check::now(Condition::All(vec![])),
        undo: Undo::Nothing("it changed nothing".into()),
    };
    vec![
        step("unpack", "Unpack the new version", Phase::Prepare, false),
        step("start-new-version", "Start the new version", Phase::Upgrade, true),
    ]
}

pub fn plan() -> Plan {
    Plan {
        environment: name("staging"),
        installation: name("orders"),
        assessment: assessment().digest().unwrap(),
        playbook: None,
        pack: pack(),
        from: "5.16.7".parse().unwrap(),
        to: "5.18.3".parse().unwrap(),
        why_this_version: "it is the newest".into(),
        way: vec![],
        strategy: Strategy::SideBySide,
        parameters: refit_model::Parameters::default(),
        steps: steps(),
        settlements: vec![settlement()],
        decisions: vec![],
        questions: vec![],
        landmarks: vec![],
        logs: vec![],
        point_of_no_return: PointOfNoReturn::At {
            step: name("start-new-version"),
            cost: "messages since then are lost".into(),
        },
        rehearsal: None,
    }
}

/// A trial whose middle latency after the upgrade is this, in microseconds.
pub fn trial(after: u64) -> TrialReport {
    let test = "latency-end-to-end-p50-microseconds";
    let rule = RatioRule {
        metric: test.into(),
        better: Better::Less,
        margin_per_mille: 100,
        looks: vec![4],
    };
    let pairs = [850, 851, 849, 850].map(|before| Ok(PairedValue { before, after }));
    let tests = vec![judge_ratio(test, "from sending to receiving", &rule, &pairs, &[])];
    let rules = TrialRules { rules: BTreeMap::from([(test.to_owned(), Rule::Ratio(rule))]) };
    let reading = |computing_microseconds| refit_trial::CanaryReading {
        computing_microseconds,
        syncing_microseconds: 410,
    };
    let side = |told: &str| Installed { version: told.parse().unwrap(), what: "a copy".into() };
    let subject = TrialSubject {
        environment: name("staging"),
        installation: name("orders"),
        before: side("5.16.7"),
        after: side("5.18.3"),
        design: Design::Alternating,
        series: 1,
        canary: vec![reading(8_120), reading(8_135)],
    };
    TrialReport::assemble(rules, subject, tests).unwrap()
}

/// The file of a document, as commands write it.
pub fn json<T: Document>(body: T) -> Vec<u8> {
    let stored = refit_model::Stored::new(body, "2026-11-24T11:58:00Z".to_owned()).unwrap();
    serde_json::to_vec_pretty(&stored).unwrap()
}

/// Keeps all of them in a state directory, as commands do.
pub fn keep(state: &refit_app::StateDir) {
    state.save(text()).unwrap();
    state.save(assessment()).unwrap();
    state.save(plan()).unwrap();
    state.save(trial(840)).unwrap();
    state.save(playbook()).unwrap();
}

pub fn playbook() -> Playbook {
    let plan = plan();
    let learned = |step: Step| PlaybookStep {
        step,
        measured_milliseconds: Some(1_900),
        seen: "the broker answers".into(),
        attempts: 1,
        by_hand: None,
        notes: vec![],
    };
    Playbook {
        title: "ActiveMQ 5.16.7 to 5.18.3".into(),
        environment: plan.environment.clone(),
        installation: plan.installation.clone(),
        pack: pack(),
        from: plan.from.clone(),
        to: plan.to.clone(),
        way: vec![],
        strategy: plan.strategy,
        plan: plan.digest().unwrap(),
        run: name("staging-1-6f2a91c0"),
        journal: Digest::of(b"journal"),
        trials: vec![refit_model::TrialSummary {
            report: trial(840).digest().unwrap(),
            lines: vec![("latency".into(), "PASS".into())],
        }],
        parameters: vec![],
        steps: plan.steps.into_iter().map(learned).collect(),
        settlements: plan.settlements,
        decisions: vec![],
        findings: vec![],
        facts: assessment().facts,
        link: None,
        point_of_no_return: plan.point_of_no_return,
        downtime_milliseconds: Some(3_240),
        notes: vec![],
    }
}
