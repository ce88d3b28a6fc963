//! The contents that an action names: files that people have sent along.

use refit_model::Digest;

use super::Action;
use crate::Evidence;

impl Action {
    /// The contents that it names by digest, which have to be there before it is done: files, and
    /// what shows something. The documents that Refit makes are not among them: those can be
    /// attached later.
    pub fn contents(&self) -> Vec<Digest> {
        let shown = |evidence: &Evidence| vec![evidence.digest];
        let maybe = |evidence: &Option<Evidence>| evidence.iter().flat_map(shown).collect();
        match self {
            Self::FinishActivity { evidence, .. } => maybe(evidence),
            Self::PostFile(file) => vec![file.digest],
            Self::SaveAnswers { answers, .. } => {
                let files = answers.values().flatten().flat_map(|answer| &answer.attachments);
                files.map(|file| file.digest).collect()
            }
            Self::ReturnDocument { digest, .. } => vec![*digest],
            Self::RecordAccessCheck(check) => maybe(&check.evidence),
            Self::RecordSoftware(software) => maybe(&software.evidence),
            Self::RecordRun(run) => vec![run.journal],
            Self::DeliverResources(resources) => vec![resources.bundle],
            Self::RecordReplicated { evidence, .. } => shown(evidence),
            Self::RecordNotReplicated { finding, .. } => shown(&finding.evidence),
            Self::RecordOtherUpgrade(upgrade) => shown(&upgrade.evidence),
            _ => Vec::new(),
        }
    }
}
