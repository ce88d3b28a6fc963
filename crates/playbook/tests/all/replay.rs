//! Decisions in another environment.

use refit_model::{Decision, DecisionFate, Outcome, Plan, Question, QuestionOption, Seen, Shown};
use refit_playbook::replay;

use crate::fixture::{decision, key, plan, settlement};

fn asks(subject: &str, choices: &[&str]) -> Question {
    let option =
        |choice: &&str| QuestionOption { choice: (*choice).to_owned(), meaning: String::new() };
    Question {
        subject: subject.into(),
        text: String::new(),
        options: choices.iter().map(option).collect(),
    }
}

fn here() -> Plan {
    let mut plan = plan();
    plan.questions = vec![
        asks("data-location", &["move", "keep"]),
        asks("file:webapps/admin/index.html", &["keep-site", "take-new"]),
    ];
    plan.settlements =
        vec![settlement(vec![key("limit", Outcome::NeedsDecision("?".into()), Some("64mb"))])];
    plan
}

/// A decision about a key, made between these two sides.
fn about_key(key: &str, site: &str, new: &str) -> Decision {
    let shown = |text: &str| Some(Shown::Text(text.to_owned()));
    Decision {
        seen: Some(Seen { site: shown(site), new: shown(new) }),
        ..decision(&format!("conf/activemq.xml#{key}"), "keep-site")
    }
}

fn fate(learned: &Decision, own: &[Decision]) -> (DecisionFate, usize) {
    let replayed = replay(std::slice::from_ref(learned), own, &here());
    (replayed.fates[0].fate, replayed.decisions.len())
}

#[test]
fn what_shows_the_same_is_decided_the_same() {
    assert_eq!(fate(&decision("data-location", "move"), &[]), (DecisionFate::Applies, 1));
    let same = about_key("limit", "64mb", "vendor");
    assert_eq!(fate(&same, &[]), (DecisionFate::Applies, 1));
    assert_eq!(replay(std::slice::from_ref(&same), &[], &here()).decisions, [same]);
}

#[test]
fn what_shows_something_else_is_asked_again() {
    let cases = [
        about_key("limit", "128mb", "vendor"),
        about_key("limit", "64mb", "another default"),
        decision("data-location", "copy"),
        // Two sites may have changed the same file in different ways.
        decision("file:webapps/admin/index.html", "keep-site"),
    ];
    for case in cases {
        assert_eq!(fate(&case, &[]), (DecisionFate::AskedAgain, 0), "{case:?}");
    }
}

#[test]
fn what_is_not_here_or_decided_here_is_left() {
    let not_here = [about_key("other", "x", "vendor"), decision("cluster", "rolling")];
    for case in not_here {
        assert_eq!(fate(&case, &[]), (DecisionFate::NotHere, 0));
    }
    let own = [decision("data-location", "keep")];
    let replayed = replay(&[decision("data-location", "move")], &own, &here());
    assert_eq!(replayed.fates[0].fate, DecisionFate::DecidedHere);
    assert_eq!(replayed.decisions, own);
}
