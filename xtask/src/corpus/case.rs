//! The cases of a corpus.

use std::fs;
use std::path::{Path, PathBuf};

use refit_model::Version;
use serde::Deserialize;

use crate::error::{Error, Result};

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its folder.
    pub folder: PathBuf,
    /// What is said about it.
    pub about: About,
    /// What is expected of a result, where somebody said so.
    pub expected: Option<Expected>,
}

/// The parts of `meta.json` that settling needs.
#[derive(Clone, Debug, Deserialize)]
pub struct About {
    /// The case's name.
    pub id: String,
    /// The platform, as the corpus calls it.
    pub platform: String,
    /// The file.
    pub role: String,
    /// What kind of change this is.
    pub kind: String,
    from: String,
    to: String,
    /// Where the vendor has the file.
    base_path: Option<String>,
}

/// The parts of `expected.json` that the scorer does not judge.
#[derive(Clone, Debug, Deserialize)]
pub struct Expected {
    /// Why no result may be written.
    #[serde(default)]
    pub must_refuse: Option<String>,
    /// What the report must name.
    #[serde(default)]
    pub must_report: Vec<MustReport>,
}

/// Something that a report must name.
#[derive(Clone, Debug, Deserialize)]
pub struct MustReport {
    /// The key, or the file.
    pub key: String,
    /// What about it.
    pub what: String,
}

impl Case {
    /// The cases below `folder` with `only` in their names, in the order of their names.
    pub fn all(folder: &Path, only: &str) -> Result<Vec<Self>> {
        let mut cases = Vec::new();
        for entry in fs::read_dir(folder).map_err(Error::file("read", folder))? {
            let path = entry.map_err(Error::file("read", folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.join("meta.json").exists() && name.contains(only) {
                cases.push(Self::read(path)?);
            }
        }
        cases.sort_by(|one, other| one.about.id.cmp(&other.about.id));
        Ok(cases)
    }

    fn read(folder: PathBuf) -> Result<Self> {
        let about = json(&folder.join("meta.json"))?;
        let expected = folder.join("expected.json");
        let expected = if expected.exists() { Some(json(&expected)?) } else { None };
        Ok(Self { folder, about, expected })
    }

    /// One of `base`, `ours` and `theirs`.
    pub fn side(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(name);
        fs::read(&path).map_err(Error::file("read", &path))
    }
}

impl About {
    /// The pack's name.
    pub fn pack(&self) -> &str {
        if self.platform == "activemq" { "activemq-classic" } else { &self.platform }
    }

    /// The file, without the variant that stands in brackets.
    pub fn file(&self) -> &str {
        self.role.split('(').next().unwrap_or(&self.role).trim()
    }

    /// Which of the files `known` is meant, where the corpus says it by a path.
    pub fn file_of<'a>(&self, mut known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let path = self.base_path.as_deref()?;
        known.find(|file| path.ends_with(&format!("/{file}")) || path == *file)
    }

    /// The versions of the way. `deb 1.4.8-1` and `4.1-branch` are told by their numbers.
    pub fn versions(&self) -> Result<(Version, Version)> {
        Ok((version(&self.from)?, version(&self.to)?))
    }
}

fn version(text: &str) -> Result<Version> {
    let digits = text.find(|found: char| found.is_ascii_digit()).unwrap_or(0);
    let number: String = text[digits..]
        .chars()
        .take_while(|found| found.is_ascii_digit() || *found == '.')
        .collect();
    number.trim_end_matches('.').parse().map_err(|error: refit_model::InvalidVersion| {
        Error::Answer { command: "reading meta.json".to_owned(), why: error.to_string() }
    })
}

pub fn json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Answer {
        command: format!("reading {}", path.display()),
        why: error.to_string(),
    })
}
