//! The command that plans anew with decisions.

use refit_model::{Decision, Plan, Target};

use crate::words::shell_word;

/// The command that makes a plan of the same installation with these decisions, all of
/// one person and for one reason, and without those on the subjects in `undecide`. Every word is
/// quoted, and none is taken for an option, whatever people wrote.
pub fn plan_command(plan: &Plan, decide: &[Decision], undecide: &[String]) -> String {
    let option = |name: &str, value: &str| shell_word(&format!("--{name}={value}"));
    let target = format!("{}:{}", plan.environment, plan.installation);
    let mut words = vec!["refit plan".to_owned(), shell_word(&target)];
    // Where nobody has asked for it, the newest one is chosen again: the assessment stays the same.
    if plan.why_this_version == Target::ASKED_FOR {
        words.push(option("to", &plan.to.to_string()));
    }
    let decided = decide.iter().map(|one| format!("{}={}", one.subject, one.choice));
    words.extend(decided.map(|decided| option("decide", &decided)));
    words.extend(undecide.iter().map(|subject| option("undecide", subject)));
    if let Some(one) = decide.first() {
        words.extend([option("by", &one.by), option("why", &one.why)]);
    }
    words.join(" ")
}
