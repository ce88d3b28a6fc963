//! Decisions of a playbook, replayed in another environment.

use refit_model::{Decision, DecisionDrift, DecisionFate, Plan, Seen};

/// The subject of a decision on a file that Refit does not read inside begins with this.
const WHOLE_FILE: &str = "file:";

/// What becomes of a playbook's decisions in another environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// All decisions to plan with: those that were made here before, and those that apply.
    pub decisions: Vec<Decision>,
    /// What becomes of each decision of the playbook.
    pub fates: Vec<DecisionDrift>,
}

/// Replays `learned` for an environment in which `own` was decided before. `plan` is the plan that
/// was made there with `own` alone.
pub fn replay(learned: &[Decision], own: &[Decision], plan: &Plan) -> Replay {
    let mut replay = Replay { decisions: own.to_vec(), fates: Vec::new() };
    for decision in learned {
        let decided_here = own.iter().any(|own| own.subject == decision.subject);
        let (fate, why) =
            if decided_here { (DecisionFate::DecidedHere, "") } else { fate(decision, plan) };
        if fate == DecisionFate::Applies {
            replay.decisions.push(decision.clone());
        }
        replay.fates.push(DecisionDrift {
            subject: decision.subject.clone(),
            choice: decision.choice.clone(),
            fate,
            why: why.to_owned(),
        });
    }
    replay.decisions.sort();
    replay
}

fn fate(decision: &Decision, plan: &Plan) -> (DecisionFate, &'static str) {
    use DecisionFate::{Applies, AskedAgain, NotHere};
    if let Some(seen) = &decision.seen {
        return fate_of_key(decision, seen, plan);
    }
    let asked = plan.questions.iter().find(|question| question.subject == decision.subject);
    let Some(question) = asked else { return (NotHere, "") };
    if decision.subject.starts_with(WHOLE_FILE) {
        return (AskedAgain, "Refit does not read inside the file, so it cannot compare");
    }
    let known = question.options.iter().any(|option| option.choice == decision.choice);
    if known { (Applies, "") } else { (AskedAgain, "there is no such choice here") }
}

/// A decision about a key applies where the same two sides are seen.
fn fate_of_key(decision: &Decision, seen: &Seen, plan: &Plan) -> (DecisionFate, &'static str) {
    let outcome = decision.subject.split_once('#').and_then(|(file, key)| {
        let settlement = plan.settlements.iter().find(|settlement| settlement.file == file)?;
        settlement.outcomes.iter().find(|outcome| outcome.key == key)
    });
    let Some(outcome) = outcome else { return (DecisionFate::NotHere, "") };
    match (outcome.site == seen.site, outcome.new == seen.new) {
        (true, true) => (DecisionFate::Applies, ""),
        (false, _) => (DecisionFate::AskedAgain, "the site has another value here"),
        (_, false) => (DecisionFate::AskedAgain, "the vendor's new value is another one"),
    }
}
