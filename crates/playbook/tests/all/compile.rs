//! From a journal to a playbook.

use proptest::prelude::*;
use refit_execute::{Detail, DoneHow, Event, StepEvent};
use refit_model::{Playbook, TrialSummary};
use refit_playbook::{CompileError, Learned, compile};

use crate::fixture::{
    Script, assessment, detail, digest, facts, parameters, plan, run, step_id, steps, stored,
};

fn compiled(events: &[Event]) -> Result<Playbook, CompileError> {
    let (plan, assessment) = (stored(plan()), assessment(facts(&parameters())));
    let trials = [TrialSummary { report: digest("trial"), lines: vec![] }];
    compile(&Learned {
        product: "ActiveMQ Classic",
        plan: &plan,
        assessment: &assessment,
        run: &run(),
        events,
        trials: &trials,
    })
}

fn begun() -> Script {
    Script::begun(stored(plan()).digest)
}

/// Every step done at once, with what was seen.
fn plain() -> Vec<Event> {
    let mut script = begun();
    for step in steps() {
        script.done(step.id.as_str(), 1, seen(step.id.as_str()));
    }
    script.ends()
}

fn seen(step: &str) -> &'static str {
    match step {
        "switch-link" => "/opt/mq links to /opt/apache-activemq-5.18.3",
        "start-new" => "process 883 tells 5.18.3 at openwire (10.0.0.7:61716)",
        _ => "so it is",
    }
}

#[test]
fn a_run_that_is_done_becomes_a_playbook() {
    let playbook = compiled(&plain()).unwrap();
    assert_eq!(playbook.title, "Upgrade ActiveMQ Classic from 5.16.7 to 5.18.3, side by side");
    assert_eq!(playbook.downtime_milliseconds, Some(3_240));
    assert_eq!(playbook.journal, plain().last().unwrap().digest().unwrap());
    assert_eq!(playbook.decisions, plan().decisions);
    assert_eq!(playbook.trials.len(), 1);
    let seen: Vec<_> = playbook.steps.iter().map(|step| step.seen.as_str()).collect();
    assert_eq!(
        seen[3..],
        [
            "${home} links to ${new_home}",
            "process NUMBER tells ${new_version} at openwire \
             (${new_host.openwire}:${new_port.openwire})"
        ]
    );
    assert!(playbook.steps.iter().all(|step| step.measured_milliseconds == Some(700)));
    let names: Vec<_> = playbook.parameters.iter().map(|one| one.name.as_str()).collect();
    assert!(names.contains(&"new_port.openwire") && !names.contains(&"java_home"), "{names:?}");
    assert!(playbook.parameters.iter().all(|one| one.meaning != "a value of the site"));
}

#[test]
fn what_is_not_done_is_no_playbook() {
    let events = plain();
    for (upto, state) in [(0, "new"), (1, "running"), (events.len() - 1, "running")] {
        let error = compiled(&events[..upto]).unwrap_err();
        assert!(error.to_string().contains(state), "{error}");
    }
    let mut script = begun();
    script.done("place-site-files", 1, "");
    let error = compiled(&script.ends()).unwrap_err();
    assert!(
        matches!(&error, CompileError::NotSettled { step, .. } if *step == step_id("write-conf"))
    );
}

#[test]
fn a_journal_of_another_plan_is_refused() {
    let mut script = Script::begun(digest("another plan"));
    for step in steps() {
        script.done(step.id.as_str(), 1, "");
    }
    assert!(matches!(compiled(&script.ends()), Err(CompileError::OtherPlan { .. })));
}

#[test]
fn what_people_did_stands_with_its_reason() {
    let mut script = begun();
    let by_hand = Detail { milliseconds: None, ..detail(DoneHow::ByHand, "Ada: copied by scp") };
    script.step("place-site-files", StepEvent::Done, 0, by_hand);
    let left_out = Detail { text: "Ada: not wanted here".into(), ..Detail::default() };
    script.step("write-conf", StepEvent::Skipped, 0, left_out);
    script.step("restore-point-b", StepEvent::Intent, 1, Detail::default());
    script.step("restore-point-b", StepEvent::Done, 1, detail(DoneHow::Recovered, "it is there"));
    script.step("switch-link", StepEvent::Done, 0, detail(DoneHow::AlreadySo, "it led there"));
    script.done("start-new", 1, "");
    script.note(Some("start-new"), "the first log line came late");
    script.note(None, "the monitoring was silent");
    let playbook = compiled(&script.ends()).unwrap();
    let [placed, written, copied, linked, started] = playbook.steps.as_slice() else { panic!() };
    assert_eq!(placed.by_hand.as_deref(), Some("done by Ada: copied by scp"));
    assert_eq!(written.by_hand.as_deref(), Some("left out by Ada: not wanted here"));
    assert_eq!((placed.seen.as_str(), placed.measured_milliseconds), ("", None));
    // What was only found to be done says nothing of how long doing it takes.
    assert_eq!((copied.measured_milliseconds, linked.measured_milliseconds), (None, None));
    assert_eq!(linked.seen, "it led there");
    assert_eq!(started.notes[0].text, "the first log line came late");
    assert_eq!(playbook.notes[0].text, "the monitoring was silent");
}

/// Forgets what tells dead ends from a straight way.
fn folded(mut playbook: Playbook) -> Playbook {
    playbook.journal = digest("");
    playbook.steps.iter_mut().for_each(|step| step.attempts = 1);
    playbook
}

proptest! {
    #[test]
    fn dead_ends_and_retries_fold_away(
        failures in proptest::collection::vec(0_u32..4, 5),
        interrupted in proptest::collection::vec(any::<bool>(), 5),
    ) {
        let mut script = begun();
        for (index, step) in steps().iter().enumerate() {
            let id = step.id.as_str();
            for attempt in 1..=failures[index] {
                script.tried(id, attempt);
                if interrupted[index] {
                    script.goes_on(stored(plan()).digest);
                }
            }
            script.done(id, failures[index] + 1, seen(id));
        }
        let playbook = compiled(&script.ends()).unwrap();
        for (step, failures) in playbook.steps.iter().zip(&failures) {
            prop_assert_eq!(step.attempts, failures + 1);
        }
        prop_assert_eq!(folded(playbook), folded(compiled(&plain()).unwrap()));
    }
}
