//! What the rules of eligibility ask for, where people choose it.

use refit_desk::Rules;
use refit_model::{FactValue, When};

/// The fact of rules that is the customer's support plan.
const SUPPORT_PLAN: &str = "support.plan";

/// The support plans that the rules name.
pub fn support_plans(rules: &Rules) -> Vec<String> {
    let mut plans = Vec::new();
    for rule in &rules.eligibility {
        gather(&rule.when, &mut plans);
    }
    plans.sort_unstable();
    plans.dedup();
    plans
}

fn gather(when: &When, plans: &mut Vec<String>) {
    match when {
        When::All(parts) | When::Any(parts) => parts.iter().for_each(|one| gather(one, plans)),
        When::Is { fact, value: FactValue::Text(plan) } if fact == SUPPORT_PLAN => {
            // Rules compare it in lower case; people write it as a name.
            plans.push(super::capital_word(plan));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_of_the_rules_are_found() {
        assert_eq!(support_plans(&Rules::default()), ["Platinum"]);
    }
}
