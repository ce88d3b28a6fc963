//! Settling every configuration file.

use std::collections::{BTreeMap, BTreeSet};

use refit_model::{
    FileOrigin, FileRecord, FileRole, KeyOutcome, Lineage, Outcome, Question, Remark, SettledFile,
    Settlement, Template, UnknownName, Version,
};
use refit_packs::{Documents, ShippedDefault, nearest};
use refit_settings::{
    Base, Brought, Document, FileSpec, SettleInput, Settled, migrate, question, settle,
    settle_brought,
};

use crate::{Inputs, PlanError};

/// Permission bits of a file of which the pack knows none.
const NEW_FILE_MODE: u32 = 0o644;

/// What the configuration of the new version is to be.
#[derive(Default)]
pub(crate) struct Configuration {
    /// What becomes of each file that is not as shipped.
    pub(crate) settlements: Vec<Settlement>,
    /// The new texts, by file.
    pub(crate) contents: BTreeMap<String, Template>,
    /// The permission bits of files that are written.
    pub(crate) modes: BTreeMap<String, u32>,
    /// Every configuration file of the new version that Refit reads.
    pub(crate) documents: Documents,
    /// What a person must decide.
    pub(crate) questions: Vec<Question>,
}

/// Settles every configuration file that is not as the vendor shipped it.
pub(crate) fn settle_all(
    inputs: &Inputs<'_>,
    target: &Version,
) -> Result<Configuration, PlanError> {
    let mut configuration =
        Configuration { documents: vendor_documents(inputs)?, ..Configuration::default() };
    let work = Work { inputs, target };
    let first = work.all(&configuration, &[])?;
    let moved: Vec<Brought> =
        first.iter().flat_map(|(_, settled)| settled.moved.iter().cloned()).collect();
    let settled = if moved.is_empty() { first } else { work.all(&configuration, &moved)? };
    let known: Vec<String> =
        settled.iter().map(|(_, settled)| settled.settlement.file.clone()).collect();
    for (record, settled) in settled {
        configuration.take(inputs, record, settled)?;
    }
    for file in moved.iter().map(|one| one.file.clone()).collect::<BTreeSet<_>>() {
        if !known.contains(&file)
            && let Some(settled) = work.only_brought(&file, &moved)?
        {
            configuration.take_new(inputs, target, settled)?;
        }
    }
    Ok(configuration)
}

/// What settling all files needs.
struct Work<'a> {
    inputs: &'a Inputs<'a>,
    target: &'a Version,
}

impl<'a> Work<'a> {
    /// Every file that is not as shipped, with what other files bring.
    fn all(
        &self,
        so_far: &Configuration,
        brought: &[Brought],
    ) -> Result<Vec<(&'a FileRecord, Settled)>, PlanError> {
        let mut all = Vec::new();
        let files = &self.inputs.assessment.files;
        for record in files.iter().filter(|record| record.role == FileRole::Configuration) {
            let Some(path) = record.path.to_str() else { continue };
            let settled = settle_one(self, record, path, so_far, brought)?;
            all.extend(settled.map(|settled| (record, settled)));
        }
        Ok(all)
    }

    /// A file that the old version does not have, or that was as shipped.
    fn only_brought(&self, file: &str, brought: &[Brought]) -> Result<Option<Settled>, PlanError> {
        let new = vendor(self.inputs, file)?;
        let settled = new.map(|new| settle_brought(&new, brought, self.target));
        settled.transpose().map_err(|error| text_error(file, &error))
    }
}

impl Configuration {
    fn take(
        &mut self,
        inputs: &Inputs<'_>,
        record: &FileRecord,
        settled: Settled,
    ) -> Result<(), PlanError> {
        self.modes.insert(settled.settlement.file.clone(), record.mode);
        self.keep(inputs, Some(record), settled)
    }

    /// A file that the site does not have.
    fn take_new(
        &mut self,
        inputs: &Inputs<'_>,
        target: &Version,
        settled: Settled,
    ) -> Result<(), PlanError> {
        let file = &settled.settlement.file;
        let shipped = inputs.pack.shipped.get(target).and_then(|all| all.files.get(file));
        self.modes.insert(file.clone(), shipped.map_or(NEW_FILE_MODE, |entry| entry.mode));
        self.keep(inputs, None, settled)
    }

    fn keep(
        &mut self,
        inputs: &Inputs<'_>,
        record: Option<&FileRecord>,
        settled: Settled,
    ) -> Result<(), PlanError> {
        let Settled { mut settlement, content, companion, .. } = settled;
        settlement.remarks.extend(unknown_names(&settlement, inputs));
        let file = settlement.file.clone();
        let asked = settlement.open().filter_map(|key| question(&settlement, key));
        self.questions.extend(asked);
        if let (Some(template), Some(spec)) = (&content, inputs.pack.settings.file(&file)) {
            let document = Document::parse_template(template, spec)
                .map_err(|error| text_error(&file, &error))?;
            self.documents.insert(file.clone(), document);
        } else if settlement.result == SettledFile::AsSite
            && let Some(record) = record
            && let Some(document) = site_document(inputs, record)?
        {
            self.documents.insert(file.clone(), document);
        }
        self.contents.extend(content.map(|template| (file, template)));
        self.settlements.push(settlement);
        match (companion, record) {
            (Some(beside), Some(record)) => self.take(inputs, record, alone(inputs, *beside)),
            (Some(beside), None) => self.keep(inputs, None, alone(inputs, *beside)),
            (None, _) => Ok(()),
        }
    }
}

/// A second file that a site's file becomes, if it is the only one of its name.
fn alone(inputs: &Inputs<'_>, beside: Settled) -> Settled {
    let file = beside.settlement.file.as_str();
    let sites = inputs.assessment.files.iter().find(|record| record.path.to_str() == Some(file));
    let there = sites.is_some_and(|record| record.origin != FileOrigin::Removed);
    if !there && !inputs.assessment.target_files.contains_key(file) {
        return beside;
    }
    let from = beside.settlement.sources.join(", ");
    let why = format!("it exists, and what is left of {from} belongs there too. Join them before.");
    beside.refused(&why)
}

/// Names of the site's that the target does not know, as far as the settled file has them.
fn unknown_names(settlement: &Settlement, inputs: &Inputs<'_>) -> Vec<Remark> {
    let stays = |name: &&UnknownName| {
        let of_name = |key: &&KeyOutcome| Some(&key.key) == name.remark.key.as_ref();
        let key = settlement.outcomes.iter().find(of_name);
        key.is_some_and(|key| {
            key.result.is_some() || matches!(key.outcome, Outcome::NeedsDecision(_))
        })
    };
    let of_file =
        inputs.assessment.unknown_names.iter().filter(|name| name.file == settlement.file);
    of_file.filter(stays).map(|name| name.remark.clone()).collect()
}

/// The vendor's new defaults.
fn vendor_documents(inputs: &Inputs<'_>) -> Result<Documents, PlanError> {
    let mut documents = Documents::new();
    for path in inputs.assessment.target_files.keys() {
        documents.extend(vendor(inputs, path)?.map(|document| (path.clone(), document)));
    }
    Ok(documents)
}

fn settle_one(
    work: &Work<'_>,
    record: &FileRecord,
    path: &str,
    so_far: &Configuration,
    brought: &[Brought],
) -> Result<Option<Settled>, PlanError> {
    let Work { inputs, target } = *work;
    // What is as shipped comes with the new default; under another name too.
    if record.origin == FileOrigin::Shipped {
        return Ok(None);
    }
    if record.origin == FileOrigin::Removed {
        return Ok(removed(path, target, so_far));
    }
    let Some(site) = site_document(inputs, record)? else {
        return Ok(Some(whole(path, target, record)));
    };
    let nearest = nearest_default(inputs, path, &site, record);
    let lineage = nearest.map_or(Lineage::Own, |found| Lineage::Shipped(found.versions.clone()));
    let installed = &inputs.assessment.installed;
    let rules = inputs.pack.settings.rules_for(&lineage, installed, target);
    let migration = inputs.pack.settings.migration_between(path, installed, target);
    let ships = |file: &str| inputs.assessment.target_files.contains_key(file);
    let migration =
        migration.filter(|found| !found.optional || ships(&found.to) && !ships(&found.from));
    let new_path = migration.map_or(path, |migration| migration.to.as_str());
    let new = vendor(inputs, new_path)?;
    let input = SettleInput {
        base: nearest.map(|found| Base::Shipped(&found.file)),
        lineage: &lineage,
        site: &site,
        new: new.as_ref(),
        rules: &rules,
        facts: &inputs.assessment.facts,
        decisions: inputs.decisions,
        brought,
        target,
    };
    Ok(Some(match migration {
        Some(migration) => migrate(migration, &input),
        None => settle(&input),
    }))
}

/// The vendor's new default of a file, read anew: a settlement may have taken its place.
fn vendor(inputs: &Inputs<'_>, path: &str) -> Result<Option<Document>, PlanError> {
    let spec = inputs.pack.settings.file(path);
    let digest = inputs.assessment.target_files.get(path);
    let (Some(spec), Some(digest)) = (spec, digest) else { return Ok(None) };
    // The vendor's text as it is: its example passwords are no secrets of the site.
    let text = &inputs.template(path, *digest)?.text;
    let document = Document::parse(text.as_bytes(), spec);
    document.map(Some).map_err(|error| text_error(path, &error))
}

/// The site's file, without its secrets.
fn site_document(inputs: &Inputs<'_>, record: &FileRecord) -> Result<Option<Document>, PlanError> {
    let path = record.path.to_str().unwrap_or_default();
    let spec: Option<&FileSpec> = inputs.pack.settings.file(path);
    let (Some(spec), Some(digest)) = (spec, record.template) else { return Ok(None) };
    let template = inputs.template(path, digest)?;
    let document = Document::parse_template(template, spec);
    document.map(Some).map_err(|error| text_error(path, &error))
}

/// The shipped default that the file is nearest to; of equals the installed version's. None for a
/// file that the vendor never shipped.
fn nearest_default<'a>(
    inputs: &Inputs<'a>,
    path: &str,
    site: &Document,
    record: &FileRecord,
) -> Option<&'a ShippedDefault> {
    if record.origin == FileOrigin::Added {
        return None;
    }
    nearest(&inputs.pack.defaults, path, site, &inputs.assessment.installed)
}

/// A file that Refit does not read inside: it is taken over as it is.
fn whole(path: &str, target: &Version, record: &FileRecord) -> Settled {
    let own = record.origin == FileOrigin::Added;
    let why = if own { "the vendor ships no such file" } else { "the site replaced the vendor's" };
    let remark = Remark {
        key: None,
        text: format!("Taken over byte for byte: {why}, and Refit does not read its inside."),
        source: None,
    };
    settled_as(path, target, SettledFile::AsSite, Outcome::Kept, remark)
}

/// A vendor's file that the site had deleted.
fn removed(path: &str, target: &Version, so_far: &Configuration) -> Option<Settled> {
    so_far.documents.get(path)?;
    let text = "The site had deleted this file; the new version brings its default again.";
    let remark = Remark { key: None, text: text.into(), source: None };
    Some(settled_as(path, target, SettledFile::AsNew, Outcome::TakenFromNew, remark))
}

fn settled_as(
    path: &str,
    target: &Version,
    result: SettledFile,
    outcome: Outcome,
    remark: Remark,
) -> Settled {
    let key = KeyOutcome {
        key: "(the whole file)".into(),
        outcome,
        base: None,
        site: None,
        new: None,
        result: None,
        rule: None,
    };
    let settlement = Settlement {
        file: path.to_owned(),
        sources: vec![path.to_owned()],
        lineage: Lineage::Own,
        target: target.clone(),
        outcomes: vec![key],
        remarks: vec![remark],
        result,
    };
    Settled::new(settlement, None)
}

fn text_error(file: &str, error: &refit_settings::ParseError) -> PlanError {
    PlanError::Text { file: file.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests;
