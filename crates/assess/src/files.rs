//! Every file of the home against what the vendor shipped.

use std::collections::BTreeMap;

use refit_hosts::{Answer, Entry, HostError, Kind, Query, Reader};
use refit_model::{Digest, FileOrigin, FileRole, HostPath};
use refit_packs::{Pack, ShippedEntry};

use crate::Result;
use crate::gathered::Gathered;

/// More files than any home of a broker has.
const MAX_ENTRIES: usize = 1_000_000;
/// How many files are digested in one batch.
const BATCH: usize = 256;

/// A file of the home that is not as the vendor shipped it, or is a configuration file.
#[derive(Clone, Debug)]
pub(crate) struct HomeFile {
    /// The path within the home, as text.
    pub(crate) path: String,
    pub(crate) role: FileRole,
    pub(crate) origin: FileOrigin,
    pub(crate) mode: u32,
}

/// What the home holds.
pub(crate) struct Home {
    /// The files that matter, by path.
    pub(crate) files: Vec<HomeFile>,
    /// How many files of other kinds the site added; they stay where they are.
    pub(crate) other_added: Vec<String>,
    /// The size of everything in the home but the data, in bytes.
    pub(crate) size_bytes: u64,
}

/// Compares the home with what the vendor shipped. What lies below `skip` (the data) is passed by.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    pack: &Pack,
    home: &HostPath,
    shipped: &BTreeMap<String, ShippedEntry>,
    skip: &[HostPath],
) -> Result<Home> {
    let entries = entries(gathered, reader, home)?;
    let is_data = |entry: &Entry| {
        let path = home.join(entry.path.as_path());
        skip.iter().any(|folder| path.is_within(folder))
    };
    let entries: Vec<_> = entries.into_iter().filter(|entry| !is_data(entry)).collect();
    let size_bytes = entries.iter().map(|entry| entry.metadata.size).sum();
    let files: Vec<_> =
        entries.into_iter().filter(|entry| entry.metadata.kind != Kind::Folder).collect();
    let digests = digests(gathered, reader, home, &files, shipped)?;
    let mut found = Home { files: Vec::new(), other_added: Vec::new(), size_bytes };
    let mut seen = Vec::new();
    for entry in files {
        let Some(path) = entry.path.to_str().map(str::to_owned) else {
            gathered.unreadable.push(format!("{}: its name is not UTF-8", entry.path));
            continue;
        };
        let origin = match shipped.get(&path) {
            None => FileOrigin::Added,
            Some(known) if digests.get(&path) == Some(&known.digest) => FileOrigin::Shipped,
            Some(_) => FileOrigin::Changed,
        };
        let role = role(pack, &path);
        seen.push(path.clone());
        if is_left_out(pack, &path) || is_made_by_running(pack, &path) {
            continue;
        }
        if role == FileRole::Other && origin == FileOrigin::Added {
            found.other_added.push(path);
        } else if role == FileRole::Configuration || origin != FileOrigin::Shipped {
            found.files.push(HomeFile { path, role, origin, mode: entry.metadata.mode });
        }
    }
    seen.sort();
    let removed = shipped.iter().filter(|(path, _)| seen.binary_search(path).is_err());
    for (path, known) in removed.filter(|(path, _)| !is_made_by_running(pack, path)) {
        let (path, role) = (path.clone(), role(pack, path));
        found.files.push(HomeFile { path, role, origin: FileOrigin::Removed, mode: known.mode });
    }
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Everything below the home. A folder that may not be looked into is noted, and passed by.
fn entries(gathered: &mut Gathered, reader: Reader<'_>, home: &HostPath) -> Result<Vec<Entry>> {
    match reader.walk(home, MAX_ENTRIES) {
        Err(HostError::Denied { .. }) => entries_by_folder(gathered, reader, home),
        found => Ok(found?),
    }
}

fn entries_by_folder(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    home: &HostPath,
) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut folders = vec![HostPath::from(String::new())];
    while let Some(folder) = folders.pop() {
        let listed = match reader.list(&home.join(folder.as_path()), MAX_ENTRIES) {
            Err(error @ HostError::Denied { .. }) => {
                gathered.unreadable.push(error.to_string());
                continue;
            }
            listed => listed?,
        };
        for Entry { path, metadata } in listed {
            let path = folder.join(path.as_path());
            if metadata.kind == Kind::Folder {
                folders.push(path.clone());
            }
            found.push(Entry { path, metadata });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The digests of files that have the shipped size; another size tells without reading.
fn digests(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    home: &HostPath,
    files: &[Entry],
    shipped: &BTreeMap<String, ShippedEntry>,
) -> Result<BTreeMap<String, Digest>> {
    let same_size = files.iter().filter_map(|entry| {
        let path = entry.path.to_str()?;
        let known = shipped.get(path)?;
        let readable = entry.metadata.kind == Kind::File;
        (readable && known.size_bytes == entry.metadata.size).then(|| path.to_owned())
    });
    let same_size: Vec<_> = same_size.collect();
    let mut digests = BTreeMap::new();
    for batch in same_size.chunks(BATCH) {
        let questions: Vec<_> = batch.iter().map(|path| Query::Digest(home.join(path))).collect();
        for (path, answer) in batch.iter().zip(reader.ask_all(&questions)) {
            match answer {
                Ok(Answer::Digest(digest)) => drop(digests.insert(path.clone(), digest)),
                Err(error @ HostError::Denied { .. }) => {
                    gathered.unreadable.push(error.to_string());
                }
                other => drop(other?),
            }
        }
    }
    Ok(digests)
}

/// What a file is, by the pack's list of configuration files and by its folder.
pub(crate) fn role(pack: &Pack, path: &str) -> FileRole {
    let folders = &pack.product.layout.folders;
    let within = |name: &str| {
        let folder = folders.get(name).map_or(name, String::as_str);
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    if pack.settings.file(path).is_some() || within("conf") {
        FileRole::Configuration
    } else if within("lib") {
        FileRole::Library
    } else if within("bin") {
        FileRole::Program
    } else if within("console") {
        FileRole::Console
    } else {
        FileRole::Other
    }
}

fn is_left_out(pack: &Pack, path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    pack.product.layout.left_out.folders.iter().any(|folder| folder == first)
}

/// What a running broker makes by itself in its default data and temporary folders.
fn is_made_by_running(pack: &Pack, path: &str) -> bool {
    ["data", "tmp"].iter().any(|name| {
        let folder = pack.product.layout.folders.get(*name).map_or(*name, String::as_str);
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
    })
}

/// The lists of files that checks ask for.
pub(crate) fn facts(gathered: &mut Gathered, pack: &Pack, home: &Home) {
    let environment =
        |path: &str| pack.product.layout.environment_files.iter().any(|file| file.path == path);
    let changed = |role: FileRole| {
        home.files
            .iter()
            .filter(move |file| file.role == role && file.origin != FileOrigin::Shipped)
    };
    let paths = |files: Vec<&HomeFile>| files.into_iter().map(|file| file.path.clone()).collect();
    let programs = changed(FileRole::Program)
        .filter(|file| file.origin != FileOrigin::Added && !environment(&file.path));
    gathered.list("bin.changed", paths(programs.collect()));
    gathered.list("webapps.changed", paths(changed(FileRole::Console).collect()));
    let top = changed(FileRole::Other).filter(|file| file.origin != FileOrigin::Added);
    gathered.list("top.changed", paths(top.collect()));
    let own = changed(FileRole::Configuration).filter(|file| {
        file.origin == FileOrigin::Added && pack.settings.file(&file.path).is_none()
    });
    gathered.list("conf.own_files", paths(own.collect()));
    let jars = |origin: FileOrigin| -> Vec<&HomeFile> {
        changed(FileRole::Library).filter(|file| file.origin == origin).collect()
    };
    gathered.list("jars.added", paths(jars(FileOrigin::Added)));
    gathered.list("jars.changed", paths(jars(FileOrigin::Changed)));
    gathered.list("jars.removed", paths(jars(FileOrigin::Removed)));
}
