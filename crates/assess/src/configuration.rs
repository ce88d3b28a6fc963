//! Configuration files: read, taken apart, kept as templates without their secrets.

use refit_hosts::Reader;
use refit_model::{
    Document as _, FileOrigin, FileRecord, FileRole, Fingerprint, HostPath, Template, Version,
};
use refit_packs::{Documents, Pack, nearest};
use refit_settings::{Document, Format};

use crate::files::{Home, HomeFile};
use crate::gathered::Gathered;

/// The configuration of the installation.
#[derive(Default)]
pub(crate) struct Configuration {
    /// What Refit reads, by path within the home.
    pub(crate) documents: Documents,
    /// The same without secrets.
    pub(crate) templates: Vec<Template>,
    /// Every file of the home that matters, with its fingerprint.
    pub(crate) records: Vec<FileRecord>,
}

/// Reads every file that matters. What cannot be parsed is a fact, no failure.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    pack: &Pack,
    home_path: &HostPath,
    home: &Home,
    fingerprint: &dyn Fn(&[u8]) -> Fingerprint,
) -> Configuration {
    let mut found = Configuration::default();
    let mut unparsed = Vec::new();
    for file in &home.files {
        if file.origin == FileOrigin::Removed {
            found.records.push(record(file, None, None));
            continue;
        }
        let Some(bytes) = gathered.read(reader, &home_path.join(&file.path)) else { continue };
        let mut template = None;
        if let Some(spec) = pack.settings.file(&file.path)
            && file.role == FileRole::Configuration
        {
            match Document::parse(&bytes, spec) {
                Ok(document) if spec.format == Format::Opaque => {
                    // Known as a whole only: its text is kept if it is one.
                    template = std::str::from_utf8(&bytes).is_ok().then(|| document.template());
                }
                Ok(document) => {
                    template = Some(document.template());
                    found.documents.insert(file.path.clone(), document);
                }
                Err(error) => unparsed.push(error.to_string()),
            }
        }
        let digest = template.as_ref().and_then(|template| template.digest().ok());
        found.templates.extend(template);
        found.records.push(record(file, Some(fingerprint(&bytes)), digest));
    }
    gathered.list("conf.unparsed", unparsed);
    lineage(gathered, pack, &mut found);
    own_console_users(gathered, &found);
    found
}

fn record(
    file: &HomeFile,
    fingerprint: Option<Fingerprint>,
    template: Option<refit_model::Digest>,
) -> FileRecord {
    FileRecord {
        path: file.path.clone().into(),
        role: file.role,
        origin: file.origin.clone(),
        fingerprint,
        mode: file.mode,
        template,
    }
}

/// Which shipped default each changed file descends from, where it is another release's.
fn lineage(gathered: &mut Gathered, pack: &Pack, found: &mut Configuration) {
    let installed = gathered.facts.text("installed.version").and_then(|text| text.parse().ok());
    let installed = installed.unwrap_or_else(Version::unnamed);
    let mut other = Vec::new();
    for record in &found.records {
        let Some(path) = record.path.to_str() else { continue };
        let Some(document) = found.documents.get(path) else { continue };
        if record.origin != FileOrigin::Changed {
            continue;
        }
        if let Some(found) = nearest(&pack.defaults, path, document, &installed)
            && !found.versions.contains(&installed)
        {
            let versions: Vec<_> = found.versions.iter().map(ToString::to_string).collect();
            other.push(format!("{path}: {}", versions.join(", ")));
        }
    }
    gathered.list("conf.lineage", other);
}

/// Whether the console has other users than the vendor's: told by the file's origin, since
/// passwords are not compared.
fn own_console_users(gathered: &mut Gathered, found: &Configuration) {
    let realm = found
        .records
        .iter()
        .find(|record| record.path.to_str() == Some("conf/jetty-realm.properties"));
    let own = realm
        .is_some_and(|record| matches!(record.origin, FileOrigin::Changed | FileOrigin::Added));
    gathered.fact("conf.own_jetty_realm_users", own);
}

#[cfg(test)]
mod tests {
    use super::*;
    use refit_packs::Packs;

    #[test]
    fn a_changed_default_descends_from_the_release_it_is_nearest_to() {
        let pack = Packs::embedded().get("activemq-classic").unwrap();
        let spec = pack.settings.file("conf/users.properties").unwrap();
        let document = Document::parse(b"admin=x\nann=y\n", spec).unwrap();
        let installed: Version = "5.16.7".parse().unwrap();
        let found = nearest(&pack.defaults, "conf/users.properties", &document, &installed);
        assert!(found.unwrap().versions.contains(&installed));
    }
}
