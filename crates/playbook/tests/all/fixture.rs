//! A small plan, its assessment, and journals of its runs.

use std::collections::BTreeMap;

use refit_execute::{Detail, DoneHow, EVENT_SCHEMA, Event, Payload, RunEvent, StepEvent};
use refit_model::{
    Act, Assessment, BrokerCheck, Check, Command, Condition, Decision, Digest, Document,
    EndpointCheck, EnvironmentName, Facts, FilePair, FileRecord, Finding, Folders, HomeLink,
    HostName, HostPath, InstallationName, KeyOutcome, Lineage, Outcome, Owner, PackRef, Parameters,
    Phase, Plan, PlatformName, PointOfNoReturn, ProcessMatch, Protocol, Remedy, RestoreItem, RunId,
    SettledFile, Settlement, Severity, Shown, Step, StepId, Stored, Strategy, Undo, UndoAct,
    Version,
};

pub const RUN: &str = "staging-1-6f2a91c0";

pub fn version(text: &str) -> Version {
    text.parse().unwrap()
}

pub fn path(text: &str) -> HostPath {
    HostPath::from(text)
}

pub fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub fn run() -> RunId {
    RunId::new(RUN).unwrap()
}

pub fn step_id(text: &str) -> StepId {
    StepId::new(text).unwrap()
}

pub fn stored<T: Document>(body: T) -> Stored<T> {
    Stored::new(body, "2026-11-24T11:58:00Z".into()).unwrap()
}

pub fn parameters() -> Parameters {
    [
        ("data", "/opt/mq-data"),
        ("home", "/opt/mq"),
        ("java_home", "/usr/java"),
        ("new_home", "/opt/apache-activemq-5.18.3"),
        ("new_host.openwire", "10.0.0.7"),
        ("new_java_home", "/usr/java"),
        ("new_port.openwire", "61716"),
        ("new_version", "5.18.3"),
        ("old_home", "/opt/apache-activemq-5.16.7"),
        ("old_version", "5.16.7"),
        ("restore_points", "/var/backups/mq"),
    ]
    .into_iter()
    .collect()
}

pub fn step(id: &str, act: Act) -> Step {
    Step {
        id: step_id(id),
        title: format!("{id} of ${{new_version}}"),
        reason: "because".into(),
        phase: Phase::Prepare,
        host: HostName::new("local").unwrap(),
        owner: Owner::Refit,
        needs: vec![],
        estimate_milliseconds: 500,
        downtime: false,
        may_skip: true,
        probe: Condition::Never,
        act,
        verify: Check::now(Condition::All(vec![])),
        undo: Undo::Nothing("it changed nothing".into()),
    }
}

pub fn process(folder: &str) -> ProcessMatch {
    ProcessMatch {
        executable: "java".into(),
        argument_prefix: "-Dactivemq.home=".into(),
        folder: path(folder),
    }
}

pub fn serves() -> Condition {
    Condition::Broker(Box::new(BrokerCheck {
        process: process("${new_home}"),
        version: version("5.18.3"),
        endpoints: vec![EndpointCheck {
            name: "openwire".into(),
            protocol: Protocol::Openwire,
            tls: false,
            address: "${new_host.openwire}:${new_port.openwire}".into(),
            certificate: None,
        }],
        folders: vec![],
        again_after_milliseconds: 0,
    }))
}

pub fn steps() -> Vec<Step> {
    let link =
        |target: &str| Act::Link { path: path("${home}"), target: path(target), set_aside: None };
    let place = Act::Place(vec![FilePair {
        from: path("${old_home}/conf/users.properties"),
        to: path("${new_home}/conf/users.properties"),
    }]);
    let write = Act::WriteFile {
        path: path("${new_home}/conf/activemq.xml"),
        template: digest("template"),
        mode: 0o640,
        secrets_from: path("${old_home}"),
    };
    let copies =
        vec![RestoreItem { name: "store-1".into(), path: path("${data}/kahadb"), warm: false }];
    let back_up = Act::RestorePoint {
        at: path("${restore_points}/${run}/b"),
        items: copies,
        seal: false,
        rehearse_in: None,
    };
    let start = Act::Start {
        command: Command::new(["${new_home}/bin/activemq", "start"], path("${new_home}")),
        process: process("${new_home}"),
        pid_file: None,
    };
    let undo = UndoAct {
        probe: Condition::Never,
        act: link("${old_home}"),
        verify: Check::now(Condition::All(vec![])),
    };
    vec![
        step("place-site-files", place),
        step("write-conf", write),
        step("restore-point-b", back_up),
        Step {
            undo: Undo::By(vec![undo]),
            downtime: true,
            ..step("switch-link", link("${new_home}"))
        },
        Step {
            verify: Check { condition: serves(), within_seconds: 120 },
            downtime: true,
            ..step("start-new", start)
        },
    ]
}

pub fn key(key: &str, outcome: Outcome, site: Option<&str>) -> KeyOutcome {
    let shown = |text: &str| Shown::Text(text.to_owned());
    KeyOutcome {
        key: key.into(),
        outcome,
        base: None,
        site: site.map(shown),
        new: Some(shown("vendor")),
        result: None,
        rule: None,
    }
}

pub fn settlement(outcomes: Vec<KeyOutcome>) -> Settlement {
    Settlement {
        file: "conf/activemq.xml".into(),
        sources: vec!["conf/activemq.xml".into()],
        lineage: Lineage::Own,
        target: version("5.18.3"),
        outcomes,
        remarks: vec![],
        result: SettledFile::Written(digest("template")),
    }
}

pub fn decision(subject: &str, choice: &str) -> Decision {
    Decision {
        subject: subject.into(),
        choice: choice.into(),
        seen: None,
        by: "Ada Byron".into(),
        why: "as everywhere".into(),
    }
}

pub fn pack() -> PackRef {
    PackRef {
        platform: PlatformName::new("activemq-classic").unwrap(),
        knowledge: "2026-11-20".into(),
        digest: digest("pack"),
    }
}

pub fn plan() -> Plan {
    Plan {
        environment: EnvironmentName::new("staging").unwrap(),
        installation: InstallationName::new("orders").unwrap(),
        assessment: digest("assessment"),
        playbook: None,
        pack: pack(),
        from: version("5.16.7"),
        to: version("5.18.3"),
        why_this_version: "the newest".into(),
        way: vec![],
        strategy: Strategy::SideBySide,
        parameters: parameters(),
        steps: steps(),
        settlements: vec![settlement(vec![key("limit", Outcome::Kept, Some("64mb"))])],
        decisions: vec![decision("data-location", "move")],
        questions: vec![],
        landmarks: vec![],
        logs: vec![],
        point_of_no_return: PointOfNoReturn::None("nothing is lost".into()),
        rehearsal: None,
    }
}

pub fn finding(key: &str) -> Finding {
    Finding {
        severity: Severity::Low,
        key: key.into(),
        blocks: false,
        title: key.into(),
        detail: String::new(),
        evidence: vec![],
        remedy: Remedy::Nothing,
        sources: vec![],
    }
}

pub fn facts(of: &Parameters) -> Facts {
    let value = |name: &str| of.get(name).unwrap_or_default().to_owned();
    let mut facts = Facts::new();
    facts.set("data.path", value("data"));
    facts.set("java.home", value("java_home"));
    facts.set("java.new_home", value("new_java_home"));
    facts.set("store.size_about_mebibytes", 64_i64);
    facts.set("env.file_used", format!("{}/bin/env", value("old_home")));
    facts.set(
        "data.paths",
        vec![format!("{}/kahadb", value("data")), format!("{}/tmp", value("data"))],
    );
    facts
}

pub fn assessment(facts: Facts) -> Assessment {
    let entry = serde_json::json!({
        "host": "local", "platform": "activemq-classic", "home": "/opt/mq"
    });
    Assessment {
        environment: EnvironmentName::new("staging").unwrap(),
        installation: InstallationName::new("orders").unwrap(),
        entry: serde_json::from_value(entry).unwrap(),
        pack: pack(),
        installed: version("5.16.7"),
        target: None,
        way: vec![],
        folders: Folders {
            home: path("/opt/apache-activemq-5.16.7"),
            link: Some(HomeLink { path: path("/opt/mq"), target: path("apache-activemq-5.16.7") }),
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
        files: Vec::<FileRecord>::new(),
        target_files: BTreeMap::new(),
        unknown_names: Vec::new(),
        findings: vec![finding("known")],
        scope: vec![],
    }
}

/// A journal that is being written.
pub struct Script(pub Vec<Event>);

impl Script {
    pub fn begun(plan: Digest) -> Self {
        let mut script = Self(Vec::new());
        script.goes_on(plan);
        script
    }

    pub fn goes_on(&mut self, plan: Digest) {
        self.add(Payload::Controller {
            event: RunEvent::Begun,
            plan,
            environment: EnvironmentName::new("staging").unwrap(),
            approval: digest("approval"),
            epoch: 1,
            by: "ada@bastion".into(),
            why: String::new(),
        });
    }

    pub fn add(&mut self, payload: Payload) {
        let previous = self.0.last().map_or(digest(""), |event| event.digest().unwrap());
        self.0.push(Event {
            schema: EVENT_SCHEMA,
            run: run(),
            sequence: self.0.len() as u64 + 1,
            at: "2026-11-24T12:03:00Z".into(),
            payload,
            previous,
        });
    }

    pub fn step(&mut self, id: &str, event: StepEvent, attempt: u32, detail: Detail) {
        self.add(Payload::Step { step: step_id(id), event, attempt, detail });
    }

    pub fn tried(&mut self, id: &str, attempt: u32) {
        self.step(id, StepEvent::Intent, attempt, Detail::default());
        let text = "it failed".to_owned();
        self.step(id, StepEvent::Failed, attempt, Detail { text, ..Detail::default() });
    }

    pub fn done(&mut self, id: &str, attempt: u32, text: &str) {
        self.step(id, StepEvent::Intent, attempt, Detail::default());
        self.step(id, StepEvent::Acted, attempt, Detail::default());
        self.step(id, StepEvent::Done, attempt, detail(DoneHow::Acted, text));
    }

    pub fn note(&mut self, step: Option<&str>, text: &str) {
        let step = step.map(step_id);
        self.add(Payload::Note { step, by: "Ada Byron".into(), text: text.into() });
    }

    pub fn ends(mut self) -> Vec<Event> {
        self.add(Payload::Measured { name: "downtime_milliseconds".into(), value: 3_240 });
        self.add(Payload::Ended { event: RunEvent::Completed, why: String::new() });
        self.0
    }
}

pub fn detail(how: DoneHow, text: &str) -> Detail {
    let milliseconds = Some(700);
    Detail { text: text.into(), how: Some(how), milliseconds, ..Detail::default() }
}
