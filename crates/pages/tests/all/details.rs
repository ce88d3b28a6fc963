//! Documents of the upgrade in detail.

use refit_desk::example::digest;
use refit_model::{Digest, Finding, PlaybookNote, Remedy, ScopeLine, Severity};
use refit_pages::{AssessmentDetail, LearnedStep, PlanDetail, PlaybookDetail};
use refit_report::{PhaseView, StepView};

/// What is kept with the case.
pub fn at_hand() -> Vec<Digest> {
    let first = "The first version, made from the run staging-2.";
    ["assessment", "plan", "trial 1", first].map(digest).to_vec()
}

fn finding(severity: Severity, title: &str, remedy: Remedy) -> Finding {
    Finding {
        severity,
        key: "log4j1-silent-log".to_owned(),
        blocks: severity == Severity::High,
        title: title.to_owned(),
        detail: "The log configuration is of another library; the new version ignores it."
            .to_owned(),
        evidence: vec!["conf/log4j.properties".to_owned()],
        remedy,
        sources: vec!["AM@5.17.0:pom.xml".to_owned()],
    }
}

pub fn assessments(text: &str) -> Vec<AssessmentDetail> {
    let planned = Remedy::Planned("writes conf/log4j2.properties".to_owned());
    let decide = Remedy::Decide("audit-stamp=keep-site or take-new".to_owned());
    vec![AssessmentDetail {
        digest: digest("assessment"),
        facts: vec![
            ("installed", "5.16.6".to_owned()),
            ("home", "/opt/apache-activemq-5.16.6".to_owned()),
        ],
        findings: vec![
            finding(Severity::High, text, decide),
            finding(Severity::Medium, "The log falls silent", planned),
            finding(Severity::Info, "The console moves", Remedy::Nothing),
        ],
        scope: vec![ScopeLine {
            what: text.to_owned(),
            included: false,
            why: "it is a plugin of the site's own".to_owned(),
        }],
    }]
}

fn step(number: usize, id: &str, title: &str, downtime: bool) -> StepView {
    StepView {
        number,
        id: id.to_owned(),
        title: title.to_owned(),
        reason: "So that the way back stays open.".to_owned(),
        person: (id == "drain").then(|| "operator".to_owned()),
        estimate: "about 20 s".to_owned(),
        downtime,
        no_return: (id == "start-new-version").then(|| "messages since then are lost".to_owned()),
        may_skip: id == "drain",
        act: Vec::new(),
        commands: Vec::new(),
        verify: Vec::new(),
        undo: vec!["the link is turned back".to_owned()],
    }
}

pub fn plans(text: &str) -> Vec<PlanDetail> {
    let prepare = vec![step(1, "unpack", text, false), step(2, "drain", "Drain lb-1", false)];
    let upgrade = vec![
        step(3, "stop-broker", "Stop the broker", true),
        step(4, "start-new-version", "Start the new version", true),
    ];
    vec![PlanDetail {
        digest: digest("plan"),
        facts: vec![
            ("downtime", "about 40 s (2 steps)".to_owned()),
            ("point of no return", "the step start-new-version: messages are lost".to_owned()),
        ],
        phases: vec![
            PhaseView { phase: "prepare", steps: prepare },
            PhaseView { phase: "upgrade", steps: upgrade },
        ],
        decisions: vec![("data-location".to_owned(), "move (ben.okafor)".to_owned())],
    }]
}

pub fn versions(text: &str) -> Vec<PlaybookDetail> {
    let note = PlaybookNote { by: "ben.okafor".to_owned(), text: text.to_owned() };
    let step = LearnedStep {
        id: "stop-broker".to_owned(),
        title: "Stop the broker".to_owned(),
        reason: "The store is copied at rest.".to_owned(),
        downtime: true,
        took: Some("3.24 s".to_owned()),
        by_hand: None,
        notes: vec![note.clone()],
    };
    vec![PlaybookDetail {
        number: 1,
        facts: vec![("learned in", "staging (orders)".to_owned())],
        parameters: vec![("old_home".to_owned(), "where the old version is".to_owned())],
        phases: vec![PhaseView { phase: "upgrade", steps: vec![step] }],
        notes: vec![note],
    }]
}
