//! The transition tables, printed into the documentation: a change of a table is seen there.

use std::path::Path;

use refit_execute::{RunEvent, RunState, StepEvent, StepState};

fn table<S: Copy, E: Copy>(
    states: &[S],
    events: &[E],
    word: impl Fn(S) -> &'static str,
    event_word: impl Fn(E) -> &'static str,
    after: impl Fn(S, E) -> Option<S>,
) -> String {
    let mut text = String::from("| state |");
    for &event in events {
        text += &format!(" {} |", event_word(event));
    }
    text += &format!("\n|---|{}\n", "---|".repeat(events.len()));
    for &state in states {
        text += &format!("| **{}** |", word(state));
        for &event in events {
            text += &format!(" {} |", after(state, event).map_or("–", &word));
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_documented_tables_are_the_real_ones() {
    let text = format!(
        "# State machines\n\nPrinted by a test from the code; `–` is a typed error. To print them \
         anew after a change: `UPDATE_EXPECT=1 cargo test -p refit-execute --test state_tables`.\n\
         \n\
         ## A run\n\n{}\n## A step\n\n{}",
        table(&RunState::ALL, &RunEvent::ALL, RunState::word, RunEvent::word, |state, event| {
            state.after(event).ok()
        }),
        table(
            &StepState::ALL,
            &StepEvent::ALL,
            StepState::word,
            StepEvent::word,
            |state, event| { state.after(event).ok() }
        ),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/states.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn ends_are_ends() {
    for event in RunEvent::ALL {
        assert!(RunState::RolledBack.after(event).is_err());
        assert!(RunState::Finalised.after(event).is_err());
    }
    for event in StepEvent::ALL {
        assert!(StepState::Undone.after(event).is_err());
    }
}
