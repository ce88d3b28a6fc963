//! Which version is installed: by markers on disk, before the broker is asked.

use std::collections::BTreeSet;

use refit_hosts::Reader;
use refit_java::{JarOutline, Limits};
use refit_model::{HostPath, Version};
use refit_packs::{Pack, VersionMarker, between};

use crate::Result;
use crate::gathered::Gathered;

/// The versions that the markers tell, each with the marker.
pub(crate) fn markers(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    pack: &Pack,
    home: &HostPath,
) -> Result<BTreeSet<Version>> {
    let mut told = Vec::new();
    for marker in &pack.product.layout.markers {
        match marker {
            VersionMarker::FileName { path, .. } => {
                for (path, version) in matching(reader, home, path)? {
                    told.push((path, version));
                }
            }
            VersionMarker::JarManifest { path, attribute, .. } => {
                for path in jars(reader, home, path)? {
                    let bytes = gathered.read(reader, &home.join(&path));
                    let version = bytes.and_then(|jar| implementation(&path, &jar, attribute));
                    told.extend(version.map(|version| (format!("{path} {attribute}"), version)));
                }
            }
        }
    }
    let versions: BTreeSet<_> = told.iter().map(|(_, version)| version.clone()).collect();
    let lines = told.into_iter().map(|(marker, version)| format!("{marker} = {version}"));
    gathered.list("installed.markers", lines.collect());
    gathered.fact("installed.markers_disagree", versions.len() > 1);
    Ok(versions)
}

/// Files whose path fits the pattern, with the version that stands in it.
fn matching(reader: Reader<'_>, home: &HostPath, pattern: &str) -> Result<Vec<(String, Version)>> {
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let mut found = Vec::new();
    for file in names(reader, &home.join(folder))? {
        if let Some(version) = between(name, &file) {
            let path = if folder.is_empty() { file } else { format!("{folder}/{file}") };
            found.push((path, version));
        }
    }
    Ok(found)
}

fn jars(reader: Reader<'_>, home: &HostPath, pattern: &str) -> Result<Vec<String>> {
    if pattern.contains(refit_packs::VERSION_MARK) {
        return Ok(matching(reader, home, pattern)?.into_iter().map(|(path, _)| path).collect());
    }
    let there = reader.exists(&home.join(pattern))?;
    Ok(there.then(|| pattern.to_owned()).into_iter().collect())
}

/// The names of what is directly in a folder; nothing if it is not there.
fn names(reader: Reader<'_>, folder: &HostPath) -> Result<Vec<String>> {
    if !reader.exists(folder)? {
        return Ok(Vec::new());
    }
    let entries = reader.list(folder, 100_000)?;
    Ok(entries.iter().filter_map(|entry| entry.path.to_str().map(str::to_owned)).collect())
}

fn implementation(path: &str, jar: &[u8], attribute: &str) -> Option<Version> {
    let outline = JarOutline::read(path, jar, 8, &Limits::default()).ok()?;
    outline.manifest.get(attribute)?.parse().ok()
}
