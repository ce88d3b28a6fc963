//! `shipped/keys/*.json`: the vendor's defaults of configuration files, as keys and values.
//!
//! Made by `cargo xtask shipped`. A content that several versions ship is kept once; which versions
//! ship it is told by the digests of `shipped/VERSION.json`.

use std::collections::BTreeMap;

use refit_model::Version;
use refit_settings::ShippedFile;

use crate::{Pack, PackError, Place, Problem, Shipped};

/// The folder of the defaults, below the pack's.
const FOLDER: &str = "shipped/keys/";

/// A vendor's default of one configuration file, and the versions that ship it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedDefault {
    /// The versions, oldest first; never empty.
    pub versions: Vec<Version>,
    /// The default.
    pub file: ShippedFile,
}

impl Pack {
    /// All known defaults of the file at `path`, relative to the home: those among which a site's
    /// file has its lineage. The oldest first.
    pub fn defaults_of(&self, path: &str) -> impl Iterator<Item = &ShippedDefault> {
        let of_path = move |default: &&ShippedDefault| default.file.path == path;
        self.defaults.iter().filter(of_path)
    }

    /// The default of the file at `path` in `version`.
    pub fn default_in(&self, version: &Version, path: &str) -> Option<&ShippedDefault> {
        self.defaults_of(path).find(|default| default.versions.contains(version))
    }
}

/// Whether a pack's file is a default.
pub(crate) fn is_default(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER);
    name.is_some_and(|name| name.strip_suffix(".json").is_some())
}

/// Reads all defaults of a pack, given as file names and contents.
pub(crate) fn read_all<'a>(
    documents: impl Iterator<Item = (String, &'a [u8])>,
    shipped: &BTreeMap<Version, Shipped>,
) -> Result<Vec<ShippedDefault>, PackError> {
    let mut defaults = Vec::new();
    for (name, bytes) in documents {
        defaults.push(read_one(&name, bytes, shipped)?);
    }
    let order = |default: &ShippedDefault| (default.file.path.clone(), default.versions.clone());
    defaults.sort_by_key(order);
    Ok(defaults)
}

fn read_one(
    name: &str,
    bytes: &[u8],
    shipped: &BTreeMap<Version, Shipped>,
) -> Result<ShippedDefault, PackError> {
    let problem = |line: usize, what: String| {
        let mut place = Place::of_file(name);
        place.line = line;
        PackError::Invalid(vec![Problem { place, what }])
    };
    let file: ShippedFile =
        serde_json::from_slice(bytes).map_err(|error| problem(error.line(), error.to_string()))?;
    let ships = |shipped: &&Shipped| {
        let entry = shipped.files.get(&file.path);
        entry.is_some_and(|entry| entry.digest == file.digest)
    };
    let versions: Vec<_> =
        shipped.values().filter(ships).map(|shipped| shipped.version.clone()).collect();
    if versions.is_empty() {
        let what = format!("no version ships `{}` with this content", file.path);
        return Err(problem(0, what));
    }
    Ok(ShippedDefault { versions, file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ShippedArchive, ShippedEntry};
    use refit_model::Digest;

    fn shipped(version: &str, content: &str) -> (Version, Shipped) {
        let version: Version = version.parse().unwrap();
        let entry =
            ShippedEntry { mode: 0o644, size_bytes: 1, digest: Digest::of(content.as_bytes()) };
        let archive =
            ShippedArchive { file: String::new(), digest: Digest::of(b""), size_bytes: 0 };
        let shipped = Shipped {
            version: version.clone(),
            archive,
            left_out: Vec::new(),
            files: [("conf/a".to_owned(), entry)].into(),
        };
        (version, shipped)
    }

    fn default(content: &str) -> Vec<u8> {
        let file = ShippedFile {
            path: "conf/a".to_owned(),
            digest: Digest::of(content.as_bytes()),
            keys: Vec::new(),
            comments: Vec::new(),
        };
        serde_json::to_vec(&file).unwrap()
    }

    #[test]
    fn a_default_is_of_all_versions_that_ship_its_content() {
        let all: BTreeMap<_, _> =
            [shipped("1.1", "x"), shipped("1.0", "x"), shipped("1.2", "y")].into();
        let (x, y) = (default("x"), default("y"));
        let files = [("p/y".to_owned(), y.as_slice()), ("p/x".to_owned(), x.as_slice())];
        let read = read_all(files.into_iter(), &all).unwrap();
        let versions: Vec<Vec<String>> = read
            .iter()
            .map(|default| default.versions.iter().map(Version::to_string).collect())
            .collect();
        assert_eq!(versions, [vec!["1.0", "1.1"], vec!["1.2"]]);
    }

    #[test]
    fn a_default_that_nobody_ships_is_an_error() {
        let all: BTreeMap<_, _> = [shipped("1.0", "x")].into();
        let other = default("other");
        let files = [("p/shipped/keys/a.json".to_owned(), other.as_slice())];
        let error = read_all(files.into_iter(), &all).unwrap_err();
        assert_eq!(
            error.to_string(),
            "p/shipped/keys/a.json: no version ships `conf/a` with this content"
        );
    }
}
