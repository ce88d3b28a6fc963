//! The annual recommendation: which installations are due for their next upgrade, and why.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use refit_model::{EnvironmentName, InstallationName, PlatformName};
use serde::{Deserialize, Serialize};

use crate::{
    AnnualRules, Case, CaseId, Installed, InstalledBy, Line, OrganisationId, OtherUpgrade,
    RecordedRun, RunEnd,
};

/// What is known about an installation that was upgraded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upgraded {
    /// The case that upgraded it.
    pub case: CaseId,
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

impl Case {
    /// The installations that it upgraded, and that the customer upgraded with its Playbook;
    /// `end_of_life` tells that of a version.
    pub fn upgraded(
        &self,
        end_of_life: impl Fn(&PlatformName, &Line) -> Option<Date>,
    ) -> Vec<Upgraded> {
        let Some(request) = &self.request else { return Vec::new() };
        let platform = &request.fields.platform;
        let upgraded = |one: &InstalledBy| Upgraded {
            case: self.id.clone(),
            organisation: request.customer.organisation.clone(),
            environment: one.installed.environment.clone(),
            installation: one.installed.installation.clone(),
            platform: platform.clone(),
            version: one.installed.version.clone(),
            upgraded: one.on,
            end_of_life: end_of_life(platform, &one.installed.version),
        };
        self.installed.iter().map(upgraded).collect()
    }

    /// Notes what a run upgraded, or that it was taken back.
    pub(crate) fn note_installed(&mut self, run: &RecordedRun, at: Timestamp) {
        self.installed.retain(|one| one.run.as_ref() != Some(&run.run));
        let installed = run.installed.clone().filter(|_| run.end == RunEnd::Done);
        let on = self.calendar().map(|calendar| calendar.date_of(at));
        if let (Some(installed), Some(on)) = (installed, on) {
            self.installed.push(InstalledBy { run: Some(run.run.clone()), installed, on });
        }
    }

    /// Notes what the customer upgraded with the Playbook: what this case's runs have upgraded has
    /// the same version there.
    pub(crate) fn note_other_installed(&mut self, other: &OtherUpgrade, at: Timestamp) {
        let on = self.calendar().map(|calendar| calendar.date_of(at));
        let (Some(on), RunEnd::Done) = (on, other.end) else { return };
        let there = |one: &InstalledBy| InstalledBy {
            run: None,
            installed: Installed {
                environment: other.environment.clone(),
                ..one.installed.clone()
            },
            on,
        };
        let by_runs = self.installed.iter().filter(|one| one.run.is_some());
        let new: Vec<_> = by_runs.map(there).collect();
        let is_replaced =
            |one: &InstalledBy| one.run.is_none() && one.installed.environment == other.environment;
        self.installed.retain(|one| !is_replaced(one));
        self.installed.extend(new);
    }
}

/// The installations that are due on the day `today`, the most urgent first. Of one that was
/// upgraded several times the last time counts.
pub fn recommendations<'a>(
    installations: impl IntoIterator<Item = &'a Upgraded>,
    rules: AnnualRules,
    today: Date,
) -> Vec<Recommendation> {
    let mut last: BTreeMap<_, &Upgraded> = BTreeMap::new();
    for one in installations {
        let place = last.entry((&one.organisation, &one.environment, &one.installation));
        let known = place.or_insert(one);
        if one.upgraded > known.upgraded {
            *known = one;
        }
    }
    let due = last.into_values().filter_map(|one| recommendation(one, rules, today));
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
