//! Who gets the service, and what is outside of it: rules that say why.

use refit_model::{Facts, Truth, When};
use serde::{Deserialize, Serialize};

use crate::written::{line, name, prose};
use crate::{EngagementKind, Line, Prose, RuleKey};

/// The facts that the rules are about, besides those of the installation.
pub mod facts {
    /// The customer's support plan, in lower case.
    pub const SUPPORT_PLAN: &str = "support.plan";
    /// Where the installation is: `on-premises` or `hosted`.
    pub const DEPLOYMENT: &str = "installation.deployment";
    /// Whether access to read and write was promised.
    pub const ACCESS: &str = "access.provided";
    /// How many environments are to be upgraded for the customer.
    pub const ENVIRONMENTS: &str = "environments.requested";
    /// Whether a trial failed because of a component that is not the vendor's.
    pub const CUSTOM_FAILURE: &str = "customisations.failing";
}

/// A condition that a request must meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityRule {
    /// Its key.
    pub key: RuleKey,
    /// What it asks for.
    pub name: Line,
    /// The condition.
    pub when: When,
    /// What is said if it does not hold.
    pub why: Prose,
}

/// A condition under which something is outside of the service, and can be had as a paid
/// engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeRule {
    /// Its key.
    pub key: RuleKey,
    /// What is outside.
    pub name: Line,
    /// The condition.
    pub when: When,
    /// The engagement that it needs.
    pub engagement: EngagementKind,
    /// What is said if it holds.
    pub why: Prose,
}

/// The answer of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The rule.
    pub rule: RuleKey,
    /// What it is about.
    pub name: Line,
    /// The answer.
    pub verdict: Verdict,
    /// Why, where the answer is not the hoped-for one.
    pub why: Option<Prose>,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// A fact that decides it is not known yet.
    Unknown,
}

impl EligibilityRule {
    /// Asks the rule about `facts`.
    pub fn judge(&self, facts: &Facts) -> Judgement {
        let verdict = Verdict::from(self.when.evaluate(facts));
        let why = (verdict != Verdict::Holds).then(|| self.why.clone());
        Judgement { rule: self.key.clone(), name: self.name.clone(), verdict, why }
    }
}

impl ScopeRule {
    /// Asks the rule about `facts`.
    pub fn judge(&self, facts: &Facts) -> Judgement {
        let verdict = Verdict::from(self.when.evaluate(facts));
        let why = (verdict == Verdict::Holds).then(|| self.why.clone());
        Judgement { rule: self.key.clone(), name: self.name.clone(), verdict, why }
    }
}

impl From<Truth> for Verdict {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::Holds,
            Truth::No => Self::Fails,
            Truth::Unknown => Self::Unknown,
        }
    }
}

/// The rules of eligibility before an administrator changes them.
pub(crate) fn default_eligibility() -> Vec<EligibilityRule> {
    let is = |fact: &str, value: &str| When::Is { fact: fact.to_owned(), value: value.into() };
    vec![
        EligibilityRule {
            key: name("support-plan"),
            name: line("Support plan with the service"),
            when: is(facts::SUPPORT_PLAN, "platinum"),
            why: prose("The managed upgrade belongs to the Platinum support plan."),
        },
        EligibilityRule {
            key: name("on-premises"),
            name: line("On-premises installation"),
            when: is(facts::DEPLOYMENT, "on-premises"),
            why: prose("The managed upgrade is for installations on the customer's own hosts."),
        },
    ]
}

/// The rules of scope before an administrator changes them.
pub(crate) fn default_scope() -> Vec<ScopeRule> {
    let no_access = When::Not(Box::new(When::True(facts::ACCESS.to_owned())));
    vec![
        ScopeRule {
            key: name("no-access"),
            name: line("Upgrade without access"),
            when: no_access,
            engagement: EngagementKind::NoAccess,
            why: prose(
                "No access to read and write is given. The upgrade can be done by screen sharing, \
                 with the customer's hands, as a paid engagement.",
            ),
        },
        ScopeRule {
            key: name("other-environments"),
            name: line("Upgrade of other environments"),
            when: When::Above { fact: facts::ENVIRONMENTS.to_owned(), number: 1 },
            engagement: EngagementKind::OtherEnvironments,
            why: prose(
                "One development or staging environment is upgraded. The customer upgrades the \
                 others with the Playbook; having it done is a paid engagement.",
            ),
        },
        ScopeRule {
            key: name("customisations"),
            name: line("Customised plugins and services"),
            when: When::True(facts::CUSTOM_FAILURE.to_owned()),
            engagement: EngagementKind::Customisations,
            why: prose(
                "A test failed because of a component that is not the vendor's. Making it work is \
                 a paid engagement.",
            ),
        },
    ]
}
