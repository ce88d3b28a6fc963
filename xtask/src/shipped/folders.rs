//! Vendors' files that lie in folders, one for each version: for products whose defaults are made
//! by a command, come in packages, or lie in a source tree.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use refit_model::{Digest, Version};
use refit_packs::{Packs, Settings, Shipped, ShippedArchive, ShippedEntry};

use super::{
    Content, ReadArchive, ShippedError, default_name, io_error, read_defaults, write_defaults,
    write_versions,
};

/// The mode that is told of a file: what a folder gives it says nothing about the vendor.
const MODE: u32 = 0o644;

/// Writes the facts of all versions that have a folder in `parent`. Gives a line for each version,
/// and one for the keys.
pub(super) fn write_folders(
    packs: &Path,
    platform: &str,
    parent: &Path,
) -> Result<Vec<String>, ShippedError> {
    let pack = Packs::with_folder(packs).settings_of(platform)?;
    let mut versions = BTreeMap::new();
    let mut defaults = BTreeMap::new();
    for entry in fs::read_dir(parent).map_err(io_error(parent))? {
        let entry = entry.map_err(io_error(parent))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (true, Ok(version)) = (entry.path().is_dir(), name.parse::<Version>()) else {
            continue;
        };
        let read = read_folder(&pack.settings, version, &entry.path())?;
        versions.insert(read.shipped.version.clone(), read.shipped);
        let named = read.defaults.into_iter();
        defaults.extend(named.map(|default| (default_name(&default), default)));
    }
    if versions.is_empty() {
        return Err(ShippedError::NoVersion { path: parent.to_owned() });
    }
    let folder = packs.join(platform).join("shipped");
    let mut lines = write_versions(&folder, &versions)?;
    lines.push(write_defaults(&folder.join("keys"), &defaults)?);
    Ok(lines)
}

/// The files of one version that the pack names.
fn read_folder(
    settings: &Settings,
    version: Version,
    folder: &Path,
) -> Result<ReadArchive, ShippedError> {
    let mut contents = BTreeMap::new();
    let mut listed = String::new();
    for spec in &settings.file {
        let path = folder.join(&spec.path);
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).map_err(io_error(&path))?;
        let digest = Digest::of(&bytes);
        listed.push_str(&format!("{digest} {}\n", spec.path));
        let entry = ShippedEntry { mode: MODE, size_bytes: bytes.len() as u64, digest };
        contents.insert(spec.path.clone(), Content { entry, bytes });
    }
    let defaults = read_defaults(settings, folder, &contents)?;
    let archive = ShippedArchive {
        file: format!("the configuration files of {version}"),
        digest: Digest::of(listed.as_bytes()),
        size_bytes: contents.values().map(|content| content.entry.size_bytes).sum(),
    };
    let files = contents.into_iter().map(|(path, content)| (path, content.entry)).collect();
    Ok(ReadArchive { shipped: Shipped { version, archive, left_out: Vec::new(), files }, defaults })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_version_are_read_by_their_paths() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("1.0");
        fs::create_dir_all(home.join("etc")).unwrap();
        fs::write(home.join("etc/a.properties"), "a=1\n").unwrap();
        fs::write(home.join("etc/other"), "b=1\n").unwrap();
        let settings: Settings = serde_json::from_str(
            r#"{"files_source": "test", "file": [
                {"path": "etc/a.properties", "format": "properties"},
                {"path": "etc/absent", "format": "xml"}]}"#,
        )
        .unwrap();
        let read = read_folder(&settings, "1.0".parse().unwrap(), &home).unwrap();
        assert_eq!(read.shipped.files.keys().collect::<Vec<_>>(), ["etc/a.properties"]);
        assert_eq!(read.defaults.len(), 1);
        assert_eq!(read.defaults[0].keys[0].path, "a");
    }
}
