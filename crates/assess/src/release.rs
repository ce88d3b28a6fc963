//! What releases hold: from the pack's knowledge, or from an archive among the artifacts.

use std::collections::BTreeMap;
use std::io::Read;

use refit_hosts::{HostError, Kind};
use refit_java::{ClassIndex, ClassIndexBuilder, Limits, Namespaces, schemas};
use refit_model::{Archive, Digest, DigestTrust, HostPath, Version};
use refit_packs::{ArchiveJudgement, ClassPathHolds, Pack, ShippedEntry, each_archive_file};
use refit_settings::{Schema, SchemaText};
use serde::{Deserialize, Serialize};

use crate::request::Request;
use crate::{AssessError, Result};

/// What of an archive's texts is kept: configuration files are small.
const TEXT_LIMIT: u64 = 4 << 20;

/// What an archive holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    /// Every file but those left out, by path within the home.
    pub(crate) files: BTreeMap<String, ShippedEntry>,
    /// The vendor's configuration files that the pack lists.
    pub(crate) texts: BTreeMap<String, Vec<u8>>,
    /// The classes on the class path.
    pub(crate) classes: ClassIndex,
    /// The names that its own schemas of configuration files have; or why they cannot be told.
    pub(crate) names: std::result::Result<Schema, String>,
}

/// The versions of which there are archives.
pub(crate) fn available(request: &Request<'_>) -> Result<Vec<Version>> {
    let entries = match request.controller.list(request.artifacts, 100_000) {
        Ok(entries) => entries,
        Err(HostError::NotFound(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let pattern = &request.pack.product.archive;
    let files = entries.iter().filter(|entry| entry.metadata.kind == Kind::File);
    let names = files.filter_map(|entry| entry.path.to_str());
    let mut versions: Vec<_> = names.filter_map(|name| pattern.version_of(name)).collect();
    versions.sort();
    Ok(versions)
}

/// Where the archive of a version is or would be.
fn path_of(request: &Request<'_>, version: &Version) -> HostPath {
    request.artifacts.join(request.pack.product.archive.file_of(version))
}

/// The archive of a version, with its digest judged.
pub(crate) fn archive(request: &Request<'_>, version: &Version) -> Result<Archive> {
    let path = path_of(request, version);
    let found = request.controller.stat(&path)?.ok_or_else(|| AssessError::MissingArchive {
        version: version.clone(),
        folder: request.artifacts.clone(),
        coordinates: request.pack.product.archive.coordinates_of(version),
        file: path.file_name(),
    })?;
    let digest = request.controller.digest(&path)?;
    let trust = match request.pack.judge_archive(version, digest) {
        ArchiveJudgement::Known(trust) => trust,
        ArchiveJudgement::Unknown => DigestTrust::Unconfirmed,
        ArchiveJudgement::Wrong { expected } => {
            return Err(AssessError::WrongArchive {
                file: path,
                version: version.clone(),
                found: digest.to_string(),
                expected: expected.to_string(),
            });
        }
    };
    Ok(Archive { file: path.file_name(), digest, size_bytes: found.size, trust })
}

/// What the archive of a version holds, for a Java release; kept, since reading takes a while.
pub(crate) fn release(
    request: &Request<'_>,
    version: &Version,
    digest: Digest,
    java_release: u16,
) -> Result<Release> {
    let name = format!("release-{}-{java_release}.json", digest.to_hex());
    let kept = request.cache.get(&name);
    if let Some(release) = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        return Ok(release);
    }
    (request.tell)(&format!("reading the archive of {version}"));
    let path = path_of(request, version);
    let archive = request.controller.stream(&path);
    let release = read(request.pack, version, archive, java_release)
        .map_err(|source| AssessError::Archive { file: path, source })?;
    if let Ok(json) = serde_json::to_vec(&release) {
        request.cache.put(&name, &json);
    }
    Ok(release)
}

fn read(
    pack: &Pack,
    version: &Version,
    archive: impl Read,
    java_release: u16,
) -> std::result::Result<Release, refit_packs::ArchiveError> {
    let layout = &pack.product.layout;
    let mut builder = ClassIndexBuilder::new(java_release, Limits::default());
    let mut jars: Vec<(usize, String, Vec<u8>)> = Vec::new();
    let (mut files, mut texts) = (BTreeMap::new(), BTreeMap::new());
    let top = pack.product.archive.top_of(version);
    each_archive_file(archive, &top, &layout.left_out.folders, |file| {
        if let Some(place) = class_path_place(pack, &file.path) {
            jars.push((place, file.path.clone(), file.bytes));
        } else if file.entry.size_bytes <= TEXT_LIMIT && pack.settings.file(&file.path).is_some() {
            texts.insert(file.path.clone(), file.bytes);
        }
        files.insert(file.path, file.entry);
    })?;
    jars.sort();
    for (_, path, bytes) in &jars {
        builder.add_jar(path, bytes);
    }
    let classes = builder.finish();
    let jars = jars.iter().map(|(_, path, bytes)| (path.as_str(), bytes.as_slice()));
    let names = names(jars, classes.namespaces());
    Ok(Release { files, texts, classes, names })
}

/// The schemas of the namespaces whose elements stand for classes. Other schemas in jars are not
/// about this version's configuration.
fn names<'a>(
    jars: impl Iterator<Item = (&'a str, &'a [u8])>,
    namespaces: &Namespaces,
) -> std::result::Result<Schema, String> {
    let about_classes = |text: &SchemaText| {
        let schema = Schema::read(std::slice::from_ref(text)).map_err(|error| error.to_string())?;
        let mut about = schema.namespaces();
        Ok::<_, String>(about.any(|namespace| namespaces.elements(namespace).is_some()))
    };
    let mut texts = Vec::new();
    for (jar, bytes) in jars {
        // A jar that cannot be read is noted in the index of classes.
        for (entry, content) in schemas(jar, bytes, &Limits::default()).unwrap_or_default() {
            let text = String::from_utf8_lossy(&content).into_owned();
            let text = SchemaText { name: format!("{entry} in {jar}"), text };
            if about_classes(&text)? {
                texts.push(text);
            }
        }
    }
    Schema::read(&texts).map_err(|error| error.to_string())
}

/// Which entry of the class path a jar belongs to; `None` if it is on none.
pub(crate) fn class_path_place(pack: &Pack, path: &str) -> Option<usize> {
    let (folder, name) = path.rsplit_once('/')?;
    let is_jar = std::path::Path::new(name).extension().is_some_and(|end| end == "jar");
    pack.product
        .layout
        .class_path
        .iter()
        .position(|entry| is_jar && entry.holds == ClassPathHolds::Jars && entry.folder == folder)
}

/// Reads what the pack does not know of a release from its archive, if it is there.
pub(crate) fn shipped_files(
    request: &Request<'_>,
    version: &Version,
) -> Result<BTreeMap<String, ShippedEntry>> {
    if let Some(shipped) = request.pack.shipped.get(version) {
        return Ok(shipped.files.clone());
    }
    match archive(request, version) {
        Ok(found) => Ok(release(request, version, found.digest, 8)?.files),
        Err(AssessError::MissingArchive { coordinates, folder, .. }) => {
            Err(AssessError::UnknownRelease { version: version.clone(), coordinates, folder })
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write as _;
    use std::path::PathBuf;

    use refit_packs::Packs;
    use refit_settings::Document;

    use super::*;

    const ARCHIVE: &str = "apache-activemq-5.18.3-bin.tar.gz";

    /// The archive; none where the tests have none, which is said loudly.
    fn archive() -> Option<File> {
        let folder = std::env::var_os("REFIT_TEST_ARTIFACTS").map(PathBuf::from);
        let file = folder.map(|folder| folder.join(ARCHIVE)).filter(|path| path.exists());
        if file.is_none() {
            let mut out = std::io::stderr().lock();
            writeln!(out, "SKIPPED: REFIT_TEST_ARTIFACTS names no folder with {ARCHIVE}").unwrap();
        }
        file.map(|path| File::open(path).unwrap())
    }

    #[test]
    fn the_schema_of_a_release_knows_its_own_names_and_no_others() {
        let Some(archive) = archive() else { return };
        let pack = Packs::embedded().get("activemq-classic").unwrap();
        let version = "5.18.3".parse().unwrap();
        let release = read(&pack, &version, archive, 17).unwrap();
        let schema = release.names.unwrap();
        let spec = pack.settings.file("conf/activemq.xml").unwrap();
        let own = std::str::from_utf8(&release.texts["conf/activemq.xml"]).unwrap();
        let unknown = |text: &str| {
            let names = schema.unknown_names(&Document::parse(text.as_bytes(), spec).unwrap());
            names.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(unknown(own), [""; 0]);
        let wrong = own
            .replace("brokerName=", "brokerNam=")
            .replace("<kahaDB ", "<levelDB ")
            .replace("<storeUsage>", "<storageUsage>")
            .replace("</storeUsage>", "</storageUsage>");
        assert_eq!(
            unknown(&wrong),
            [
                "no attribute `brokerNam` in `broker`; the nearest name is `brokerName`",
                "no element `levelDB` in `persistenceAdapter`",
                "no element `storageUsage` in `systemUsage`; the nearest name is `storeUsage`",
            ]
        );
    }
}
