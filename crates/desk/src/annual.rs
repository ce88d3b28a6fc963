//! The annual recommendation: which installations are due for their next upgrade, and why.

use jiff::civil::Date;
use refit_model::{EnvironmentName, InstallationName, PlatformName};
use serde::{Deserialize, Serialize};

use crate::{AnnualRules, Line, OrganisationId};

/// What is known about an installation that was upgraded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upgraded {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation.
    pub installation: InstallationName,
    /// Its platform.
    pub platform: PlatformName,
    /// The version that it has.
    pub version: Line,
    /// When it was upgraded the last time.
    pub upgraded: Date,
    /// The version's end of life, as the pack knows it.
    pub end_of_life: Option<Date>,
}

/// That an installation is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// The installation.
    pub of: Upgraded,
    /// Why; at least one reason.
    pub reasons: Vec<Reason>,
    /// Since when it is due.
    pub since: Date,
    /// A key that stays the same until the installation is upgraded again, so that it is offered
    /// once for each reason.
    pub key: String,
}

/// Why an upgrade is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The last upgrade is long ago.
    LongAgo {
        /// When it was.
        upgraded: Date,
    },
    /// The version's end of life is near, or over.
    EndOfLife {
        /// The day.
        on: Date,
    },
}

/// The installations that are due on the day `today`, the most urgent first.
pub fn recommendations<'a>(
    installations: impl IntoIterator<Item = &'a Upgraded>,
    rules: AnnualRules,
    today: Date,
) -> Vec<Recommendation> {
    let due = installations.into_iter().filter_map(|one| recommendation(one, rules, today));
    let mut due: Vec<_> = due.collect();
    due.sort_by(|a, b| (a.since, &a.key).cmp(&(b.since, &b.key)));
    due
}

fn recommendation(of: &Upgraded, rules: AnnualRules, today: Date) -> Option<Recommendation> {
    let long_ago = (rules.due_after(of.upgraded), Reason::LongAgo { upgraded: of.upgraded });
    let near = of.end_of_life.map(|on| (rules.near(on), Reason::EndOfLife { on }));
    let reasons: Vec<_> =
        [Some(long_ago), near].into_iter().flatten().filter(|(since, _)| *since <= today).collect();
    let since = reasons.iter().map(|(since, _)| *since).min()?;
    let reasons: Vec<_> = reasons.into_iter().map(|(_, reason)| reason).collect();
    let kinds: Vec<_> = reasons.iter().map(|reason| reason.kind()).collect();
    let Upgraded { organisation, environment, installation, upgraded, .. } = of;
    let kinds = kinds.join("+");
    let key = format!("annual/{organisation}/{environment}/{installation}/{upgraded}/{kinds}");
    Some(Recommendation { of: of.clone(), reasons, since, key })
}

impl Reason {
    fn kind(self) -> &'static str {
        match self {
            Self::LongAgo { .. } => "long-ago",
            Self::EndOfLife { .. } => "end-of-life",
        }
    }

    /// The words for people.
    pub fn words(self) -> String {
        match self {
            Self::LongAgo { upgraded } => format!("The last upgrade was on {upgraded}."),
            Self::EndOfLife { on } => format!("The version's end of life is {on}."),
        }
    }
}
