//! A playbook against another environment.

use proptest::prelude::*;
use refit_model::{
    Act, Condition, DriftReport, FilePair, Outcome, Parameters, Plan, Playbook, PlaybookParameter,
    PlaybookStep, Step, StepDriftKind, Stored,
};
use refit_playbook::{Here, drift};

use crate::fixture::{
    assessment, digest, facts, finding, key, parameters, path, plan, run, settlement, step, stored,
};

fn playbook() -> Stored<Playbook> {
    let plan = plan();
    let learned = assessment(facts(&plan.parameters));
    let parameter = |(name, value): (&str, &str)| PlaybookParameter {
        name: name.into(),
        meaning: String::new(),
        learned: value.into(),
    };
    let step = |step: Step| PlaybookStep {
        step,
        measured_milliseconds: None,
        seen: String::new(),
        attempts: 1,
        by_hand: None,
        notes: vec![],
    };
    stored(Playbook {
        title: "Upgrade".into(),
        environment: plan.environment,
        installation: plan.installation,
        pack: plan.pack,
        from: plan.from,
        to: plan.to,
        way: plan.way,
        strategy: plan.strategy,
        plan: digest("plan"),
        run: run(),
        journal: digest("journal"),
        trials: vec![],
        parameters: parameters().iter().map(parameter).collect(),
        steps: plan.steps.into_iter().map(step).collect(),
        settlements: plan.settlements,
        decisions: plan.decisions,
        findings: learned.findings,
        facts: learned.facts,
        link: None,
        point_of_no_return: plan.point_of_no_return,
        downtime_milliseconds: None,
        notes: vec![],
    })
}

fn compared(plan: &Plan, facts: refit_model::Facts) -> DriftReport {
    let assessment = assessment(facts);
    drift(&playbook(), &Here { assessment: &assessment, observed: &[], plan, decisions: &[] })
}

fn of_steps(change: impl FnOnce(&mut Vec<Step>)) -> Vec<refit_model::StepDrift> {
    let mut plan = plan();
    change(&mut plan.steps);
    compared(&plan, facts(&plan.parameters)).steps
}

#[test]
fn an_environment_does_not_differ_from_itself() {
    let report = compared(&plan(), facts(&parameters()));
    assert!(report.is_empty(), "{report:?}");
    assert_eq!(report.parameters, []);
}

#[test]
fn facts_tell_the_steps_that_they_touch() {
    let mut here = facts(&parameters());
    here.set("store.size_about_mebibytes", 20_480_i64);
    here.set("broker.plugins", vec!["statistics".to_owned()]);
    let drifts = compared(&plan(), here).facts;
    let told: Vec<_> = drifts
        .iter()
        .map(|fact| {
            let touches: Vec<_> = fact.touches.iter().map(ToString::to_string).collect();
            (fact.fact.as_str(), fact.learned.as_deref(), fact.here.as_deref(), touches.join(" "))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("broker.plugins", None, Some("statistics"), "write-conf".to_owned()),
            ("store.size_about_mebibytes", Some("64"), Some("20480"), "restore-point-b".to_owned()),
        ]
    );
}

#[test]
fn steps_are_compared_before_values_are_put_in() {
    // What is each site's own changes no step.
    assert_eq!(
        of_steps(|steps| {
            for step in steps.iter_mut() {
                step.estimate_milliseconds *= 3;
                step.verify.within_seconds += 60;
                if let Act::WriteFile { template, .. } = &mut step.act {
                    *template = digest("another text");
                }
            }
        }),
        []
    );
    let drifts = of_steps(|steps| {
        steps.remove(2);
        steps.insert(0, step("fetch-archive", Act::Observe));
        steps[1].act = Act::Place(vec![FilePair {
            from: path("${old_home}/conf/own.p12"),
            to: path("${new_home}/conf/own.p12"),
        }]);
        steps[3].verify.condition = Condition::Exists(path("${home}"));
    });
    let told: Vec<_> =
        drifts.iter().map(|one| (one.step.as_str(), one.kind, one.what.join("; "))).collect();
    assert_eq!(
        told,
        [
            ("fetch-archive", StepDriftKind::Added, String::new()),
            (
                "place-site-files",
                StepDriftKind::Changed,
                "conf/own.p12 only here; conf/users.properties not here".to_owned()
            ),
            ("switch-link", StepDriftKind::Changed, "what must hold after".to_owned()),
            ("restore-point-b", StepDriftKind::Removed, String::new()),
        ]
    );
}

#[test]
fn settings_and_findings_that_are_others_are_told() {
    let mut plan = plan();
    let shipped = refit_model::KeyOutcome {
        base: key("x", Outcome::Kept, Some("vendor")).new,
        ..key("as-shipped", Outcome::Kept, Some("vendor"))
    };
    plan.settlements = vec![settlement(vec![
        shipped,
        key("limit", Outcome::Dropped("gone".into()), Some("64mb")),
        key("statistics", Outcome::Kept, Some("on")),
    ])];
    let mut assessment = assessment(facts(&plan.parameters));
    assessment.findings.push(finding("only-here"));
    let observed = [finding("seen-now")];
    let here = Here { assessment: &assessment, observed: &observed, plan: &plan, decisions: &[] };
    let report = drift(&playbook(), &here);
    let settings: Vec<_> = report
        .settings
        .iter()
        .map(|one| (one.key.as_str(), one.learned.as_deref(), one.here.as_deref()))
        .collect();
    assert_eq!(
        settings,
        [("limit", Some("kept"), Some("dropped")), ("statistics", None, Some("kept"))]
    );
    let findings: Vec<_> = report.new_findings.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(findings, ["only-here", "seen-now"]);
}

#[test]
fn another_pack_is_told() {
    let mut plan = plan();
    plan.pack.digest = digest("newer pack");
    let report = compared(&plan, facts(&parameters()));
    assert_eq!(report.facts[0].fact, "pack.knowledge");
}

/// Other values for all parameters, each different.
fn other_site(seeds: &[String]) -> Parameters {
    let value = |(index, (name, value)): (usize, (&str, &str))| {
        let seed = &seeds[index % seeds.len()];
        let other = match name {
            "new_port.openwire" => format!("6{index}{}", seed.len()),
            "new_host.openwire" => format!("192.168.{index}.{}", seed.len()),
            _ if value.starts_with('/') => format!("/srv/{seed}/{index}"),
            _ => value.to_owned(),
        };
        (name.to_owned(), other)
    };
    let parameters = parameters();
    let all: Vec<_> = parameters.iter().enumerate().map(value).collect();
    all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

proptest! {
    #[test]
    fn only_values_differ_where_only_values_differ(
        seeds in proptest::collection::vec("[a-z0-9.-]{1,12}", 1..12)
    ) {
        let mut plan = plan();
        plan.parameters = other_site(&seeds);
        let report = compared(&plan, facts(&plan.parameters));
        prop_assert!(report.is_empty(), "{:?}", report);
        prop_assert!(!report.parameters.is_empty());
        for drift in &report.parameters {
            prop_assert_ne!(&drift.learned, &drift.here);
        }
    }
}
