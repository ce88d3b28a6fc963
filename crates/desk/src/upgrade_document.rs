//! The documents that Refit makes of an upgrade, as a case names them: each by the digest of its
//! content, which alone binds.

use std::fmt;

use refit_model::Digest;

use crate::Case;

/// A kind of document that Refit makes of an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UpgradeDocument {
    /// What may be read and written.
    Access,
    /// What was found in an installation.
    Assessment,
    /// What will be done.
    Plan,
    /// What was measured before and after.
    Trial,
    /// How it is done in other environments.
    Playbook,
    /// What differs in another environment.
    Drift,
}

impl UpgradeDocument {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Access, Self::Assessment, Self::Plan, Self::Trial, Self::Playbook, Self::Drift];

    /// The word for people, which is also the type that the document's file names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Access => "access-report",
            Self::Assessment => "assessment",
            Self::Plan => "plan",
            Self::Trial => "trial",
            Self::Playbook => "playbook",
            Self::Drift => "drift",
        }
    }
}

impl fmt::Display for UpgradeDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Case {
    /// The documents that the case names, in the order of the work; each once.
    pub fn upgrade_documents(&self) -> Vec<(UpgradeDocument, Digest)> {
        use UpgradeDocument as D;
        let inventory = self.inventory_source.map(|digest| (D::Assessment, digest));
        let assessments = self.assessments.iter().map(|one| (D::Assessment, one.digest));
        let plans = self.plans.iter().map(|one| (D::Plan, one.digest));
        let trials = self.trials.iter().map(|one| (D::Trial, one.report));
        let playbooks = self.playbooks.iter().map(|one| (D::Playbook, one.digest));
        let drifts = self.others.iter().map(|one| (D::Drift, one.drift.report));
        let reports = self.access.iter().filter_map(|check| check.report);
        let reports = reports.map(|digest| (D::Access, digest));
        let named = reports.chain(inventory).chain(assessments).chain(plans);
        let mut once = Vec::new();
        for one in named.chain(trials).chain(playbooks).chain(drifts) {
            if !once.contains(&one) {
                once.push(one);
            }
        }
        once
    }

    /// Which kind of document the case names by this digest, if it names one.
    pub fn upgrade_document(&self, digest: Digest) -> Option<UpgradeDocument> {
        let mut named = self.upgrade_documents().into_iter();
        named.find(|(_, known)| *known == digest).map(|(kind, _)| kind)
    }
}
