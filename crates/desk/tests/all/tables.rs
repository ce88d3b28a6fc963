//! Every state machine, every state, every event: printed into the documentation.

use std::path::Path;

use refit_desk::*;

/// A machine's table. A state is looked up by its word: what is in it does not decide.
fn table<M: StateMachine>() -> String {
    let (states, events) = (M::all(), M::all_events());
    let mut text = format!("## {}\n\n| state |", M::NAME);
    for event in &events {
        text += &format!(" {} |", M::event_word(event));
    }
    text += &format!("\n|---|{}\n", "---|".repeat(events.len()));
    for state in &states {
        text += &format!("| **{}** |", state.word());
        for event in &events {
            let after = state.after(event);
            match (&after, state.moved(event, "it")) {
                (Some(after), Ok(moved)) => assert_eq!(*after, moved),
                (None, Err(refused)) => {
                    assert_eq!(refused.state, state.word());
                    assert_eq!(refused.event, M::event_word(event));
                }
                (after, moved) => panic!("{after:?} is not {moved:?}"),
            }
            text += &format!(" {} |", after.map_or("–", |after| after.word()));
        }
        text.push('\n');
    }
    check_words(&states.iter().map(StateMachine::word).collect::<Vec<_>>());
    check_words(&events.iter().map(M::event_word).collect::<Vec<_>>());
    check_reached::<M>(&states, &events);
    text + "\n"
}

/// No two have one word, so that none is missing from the table unseen.
fn check_words(words: &[&str]) {
    let unique: std::collections::BTreeSet<_> = words.iter().collect();
    assert_eq!(unique.len(), words.len(), "{words:?}");
}

/// Every state but the first is reached from the first, and every event happens somewhere.
fn check_reached<M: StateMachine>(states: &[M], events: &[M::Event]) {
    let mut reached = vec![states[0].clone()];
    let mut next = 0;
    while let Some(state) = reached.get(next).cloned() {
        for after in events.iter().filter_map(|event| state.after(event)) {
            if !reached.iter().any(|one| one.word() == after.word()) {
                reached.push(after);
            }
        }
        next += 1;
    }
    assert_eq!(reached.len(), states.len(), "{}", M::NAME);
    for event in events {
        assert!(states.iter().any(|state| state.after(event).is_some()), "{event:?}");
    }
}

#[test]
fn the_documented_tables_are_the_real_ones() {
    let mut text = String::from(
        "# State machines of the desk\n\nPrinted by a test from the code; `–` is a typed error. \
         To print them anew after a change: `UPDATE_EXPECT=1 cargo test -p refit-desk tables`.\n\n",
    );
    text += &table::<CaseState>();
    text += &table::<ActivityState>();
    text += &table::<DocumentState>();
    text += &table::<DefectState>();
    text += &table::<ChangeRequestState>();
    text += &table::<ProblemState>();
    text += &table::<EngagementState>();
    let text = format!("{}\n", text.trim_end());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/desk-states.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}
