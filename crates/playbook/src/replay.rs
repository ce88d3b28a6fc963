//! Decisions of a playbook, replayed in another environment.

use refit_model::{Decision, Plan, Seen};

/// The subject of a decision on a file that Refit does not read inside begins with this.
const WHOLE_FILE: &str = "file:";

/// What becomes of a playbook's decisions in another environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// All decisions to plan with: those that were made here before, and those that apply.
    pub decisions: Vec<Decision>,
    /// The playbook's decisions that apply here.
    pub applied: Vec<Decision>,
    /// Those that are asked again, because this environment shows something else; and why.
    pub asked_again: Vec<(Decision, String)>,
    /// Those about what is not here.
    pub not_here: Vec<Decision>,
    /// Those that were decided here already, in whatever way.
    pub decided_here: Vec<Decision>,
}

/// Replays `learned` for an environment in which `own` was decided before. `plan` is the plan that
/// was made there with `own` alone.
pub fn replay(learned: &[Decision], own: &[Decision], plan: &Plan) -> Replay {
    let mut replay = Replay { decisions: own.to_vec(), ..Replay::default() };
    for decision in learned {
        if own.iter().any(|own| own.subject == decision.subject) {
            replay.decided_here.push(decision.clone());
            continue;
        }
        match fit(decision, plan) {
            Fit::Applies => {
                replay.decisions.push(decision.clone());
                replay.applied.push(decision.clone());
            }
            Fit::AskAgain(why) => replay.asked_again.push((decision.clone(), why)),
            Fit::NotHere => replay.not_here.push(decision.clone()),
        }
    }
    replay.decisions.sort();
    replay
}

enum Fit {
    Applies,
    AskAgain(String),
    NotHere,
}

fn fit(decision: &Decision, plan: &Plan) -> Fit {
    if let Some(seen) = &decision.seen {
        return fit_key(decision, seen, plan);
    }
    let asked = plan.questions.iter().find(|question| question.subject == decision.subject);
    match asked {
        None => Fit::NotHere,
        Some(_) if decision.subject.starts_with(WHOLE_FILE) => Fit::AskAgain(
            "the content of a file that Refit does not read inside cannot be compared".into(),
        ),
        Some(question) if question.options.iter().any(|one| one.choice == decision.choice) => {
            Fit::Applies
        }
        Some(_) => Fit::AskAgain(format!("`{}` is no choice here", decision.choice)),
    }
}

/// A decision about a key applies where the same two sides are seen.
fn fit_key(decision: &Decision, seen: &Seen, plan: &Plan) -> Fit {
    let outcome = decision.subject.split_once('#').and_then(|(file, key)| {
        let settlement = plan.settlements.iter().find(|settlement| settlement.file == file)?;
        settlement.outcomes.iter().find(|outcome| outcome.key == key)
    });
    let Some(outcome) = outcome else { return Fit::NotHere };
    let here = Seen { site: outcome.site.clone(), new: outcome.new.clone() };
    match (here.site == seen.site, here.new == seen.new) {
        (true, true) => Fit::Applies,
        (false, _) => Fit::AskAgain("the site has another value here".into()),
        (_, false) => Fit::AskAgain("the vendor's new value is another one".into()),
    }
}
