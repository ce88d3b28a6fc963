//! What a plan is made from.

use std::collections::BTreeMap;

use refit_model::{Assessment, Decision, Digest, Template};
use refit_packs::Pack;

use crate::PlanError;

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The assessment.
    pub assessment: &'a Assessment,
    /// Its digest.
    pub digest: Digest,
    /// The texts that it names, by digest.
    pub templates: &'a BTreeMap<Digest, Template>,
    /// The pack that it was made with.
    pub pack: &'a Pack,
    /// What was decided so far.
    pub decisions: &'a [Decision],
    /// The playbook that is followed, if one is.
    pub playbook: Option<Digest>,
}

impl<'a> Inputs<'a> {
    /// A captured text.
    pub(crate) fn template(&self, file: &str, digest: Digest) -> Result<&'a Template, PlanError> {
        let found = self.templates.get(&digest);
        found.ok_or_else(|| PlanError::MissingText(file.to_owned()))
    }
}
