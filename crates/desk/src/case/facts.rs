//! What the rules of eligibility and scope are asked about.

use refit_model::Facts;

use super::Case;
use crate::eligibility::{Judgement, Verdict, facts};
use crate::{AccessPromise, ComponentKind, EngagementKind, Rules};

impl Case {
    /// The facts of the inventory and of the request.
    pub fn facts(&self) -> Facts {
        let mut known = self.inventory.clone();
        let Some(request) = &self.request else { return known };
        let plan = request.customer.support_plan.as_ref();
        known.set(
            facts::SUPPORT_PLAN,
            plan.map_or("none".to_owned(), |plan| plan.as_str().to_lowercase()),
        );
        if let Some(deployment) = request.fields.deployment.word() {
            known.set(facts::DEPLOYMENT, deployment);
        }
        known.set(facts::ACCESS, request.fields.access == AccessPromise::ReadAndWrite);
        known.set(facts::ENVIRONMENTS, i64::from(request.fields.environments));
        let is_custom = |kind: ComponentKind| kind == ComponentKind::Custom;
        let failing = self.defects.iter().any(|defect| is_custom(defect.failure.kind));
        known.set(facts::CUSTOM_FAILURE, failing);
        known
    }

    /// What the rules of eligibility say.
    pub fn eligibility_judgements(&self, rules: &Rules) -> Vec<Judgement> {
        let facts = self.facts();
        rules.eligibility.iter().map(|rule| rule.judge(&facts)).collect()
    }

    /// What the rules of scope say.
    pub fn scope_judgements(&self, rules: &Rules) -> Vec<Judgement> {
        let facts = self.facts();
        rules.scope.iter().map(|rule| rule.judge(&facts)).collect()
    }

    /// Whether the customer gets the service: because it is paid for, because a person decided, or
    /// else as the rules say.
    pub fn eligibility_verdict(&self, rules: &Rules) -> Verdict {
        if self.has_engagement(EngagementKind::WholeUpgrade) {
            return Verdict::Holds;
        }
        if let Some(decision) = &self.eligibility {
            return if decision.is_eligible { Verdict::Holds } else { Verdict::Fails };
        }
        self.eligibility_by_rules(rules)
    }

    /// Whether the customer gets the service, as the rules say.
    pub fn eligibility_by_rules(&self, rules: &Rules) -> Verdict {
        let judgements = self.eligibility_judgements(rules);
        let has = |verdict| judgements.iter().any(|judgement| judgement.verdict == verdict);
        if has(Verdict::Fails) {
            Verdict::Fails
        } else if has(Verdict::Unknown) {
            Verdict::Unknown
        } else {
            Verdict::Holds
        }
    }
}
