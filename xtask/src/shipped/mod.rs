//! `cargo xtask shipped`: from vendors' archives to `packs/PLATFORM/shipped/VERSION.json`, and to
//! `shipped/keys/` for the keys of the configuration files.
//!
//! Facts only: paths, sizes, modes, digests, keys and values. No text of the vendor's is copied.

mod folders;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use refit_model::{Digest, TemplateError, Version};
use refit_packs::{
    ArchiveError, Pack, PackError, Packs, Settings, Shipped, ShippedArchive, ShippedDocument,
    ShippedEntry, each_archive_file,
};
use refit_settings::{Document, FileSpec, Format, ParseError, ShippedFile};
use serde::Serialize;
use thiserror::Error;

use crate::error;
use crate::repository::Repository;

const EXAMPLE: &str = "\
Example:
  cargo xtask shipped activemq-classic --artifacts ./archives
  cargo xtask shipped kafka --folders ./kafka    (with ./kafka/3.8.0/config/server.properties ...)";

/// Options of the command.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub struct ShippedArguments {
    /// The pack that is written to, below packs/
    #[arg(value_name = "PLATFORM")]
    platform: String,
    /// Archives, or folders with archives of the platform
    #[arg(long, required_unless_present = "folders", num_args = 1.., value_name = "FOLDER|ARCHIVE")]
    artifacts: Vec<PathBuf>,
    /// A folder with one folder a version, in which the vendor's files lie as the pack names them
    #[arg(long, value_name = "FOLDER", conflicts_with = "artifacts")]
    folders: Option<PathBuf>,
}

impl ShippedArguments {
    /// Writes the facts of all these archives, and tells what they are.
    pub fn perform(&self, repository: &Repository) -> error::Result<ExitCode> {
        let packs = repository.root().join("packs");
        if let Some(folders) = &self.folders {
            for line in folders::write_folders(&packs, &self.platform, folders)? {
                println!("{line}");
            }
            return Ok(ExitCode::SUCCESS);
        }
        let archives = archives_of(&packs, &self.platform, &self.artifacts)?;
        for line in write_shipped(&packs, &self.platform, &archives)? {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An archive's facts cannot be written.
#[derive(Debug, Error)]
pub enum ShippedError {
    /// The pack cannot be used.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The file's name is not that of an archive of the platform.
    #[error("{}: not an archive of {platform}: its name should be like {expected}", path.display())]
    OtherName {
        /// The file.
        path: PathBuf,
        /// The platform.
        platform: String,
        /// What names look like.
        expected: String,
    },
    /// The pack knows another content for this version.
    #[error("{}: its digest is {found}, the pack knows {expected}", path.display())]
    OtherDigest {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Digest,
        /// What it should be.
        expected: Digest,
    },
    /// The archive is not as one of the platform is.
    #[error("{}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        source: ArchiveError,
    },
    /// A folder holds no folder that is called like a version.
    #[error("{}: no folder in it is called like a version", path.display())]
    NoVersion {
        /// The folder.
        path: PathBuf,
    },
    /// A folder holds no archive.
    #[error("{}: no archive of {platform} is in it; their names are like {expected}", path.display())]
    NoArchive {
        /// The folder.
        path: PathBuf,
        /// The platform.
        platform: String,
        /// What names look like.
        expected: String,
    },
    /// A configuration file in the archive cannot be read.
    #[error("{}", path.display())]
    Unparsed {
        /// The archive.
        path: PathBuf,
        /// Where and why.
        source: ParseError,
    },
    /// A file cannot be read or written.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A default whose secrets are not known.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The facts cannot be written as JSON.
    #[error("the facts cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Writes the facts of `archives` into the folder of the pack below `packs`, the lowest version in
/// full and each later one as differences from the one before it. Takes away the keys of earlier
/// runs. Gives a line for each version, and one for the keys.
fn write_shipped(
    packs: &Path,
    platform: &str,
    archives: &[PathBuf],
) -> Result<Vec<String>, ShippedError> {
    let pack = Packs::with_folder(packs).get(platform)?;
    let mut versions: BTreeMap<Version, Shipped> = BTreeMap::new();
    let mut defaults: BTreeMap<String, ShippedFile> = BTreeMap::new();
    for path in archives {
        let read = read_archive(&pack, path)?;
        versions.insert(read.shipped.version.clone(), read.shipped);
        let named = read.defaults.into_iter();
        defaults.extend(named.map(|default| (default_name(&default), default)));
    }
    let folder = packs.join(platform).join("shipped");
    let mut lines = write_versions(&folder, &versions)?;
    lines.push(write_defaults(&folder.join("keys"), &defaults)?);
    Ok(lines)
}

/// The archives that are meant: each that is named, and in a folder those of the platform.
fn archives_of(
    packs: &Path,
    platform: &str,
    given: &[PathBuf],
) -> Result<Vec<PathBuf>, ShippedError> {
    let pack = Packs::with_folder(packs).get(platform)?;
    let pattern = &pack.product.archive;
    let mut archives = Vec::new();
    for path in given {
        if !path.is_dir() {
            archives.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(io_error(path))?;
        let paths: io::Result<Vec<_>> = entries.map(|entry| Ok(entry?.path())).collect();
        let is_archive = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            pattern.version_of(&name).is_some()
        };
        let found: Vec<_> = paths.map_err(io_error(path))?.into_iter().filter(is_archive).collect();
        if found.is_empty() {
            return Err(ShippedError::NoArchive {
                path: path.clone(),
                platform: platform.to_owned(),
                expected: pattern.file.clone(),
            });
        }
        archives.extend(found);
    }
    Ok(archives)
}

fn write_versions(
    folder: &Path,
    versions: &BTreeMap<Version, Shipped>,
) -> Result<Vec<String>, ShippedError> {
    let mut lines = Vec::new();
    let mut earlier: Option<&Shipped> = None;
    for shipped in versions.values() {
        let document = ShippedDocument::from_files(shipped, earlier);
        let json = document_json(&document)?;
        write(&folder.join(format!("{}.json", shipped.version)), &json)?;
        lines.push(format!(
            "{}: {} files, {} told, {} bytes",
            shipped.version,
            shipped.files.len(),
            document.files.len(),
            json.len()
        ));
        earlier = Some(shipped);
    }
    Ok(lines)
}

fn write_defaults(
    folder: &Path,
    defaults: &BTreeMap<String, ShippedFile>,
) -> Result<String, ShippedError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(io_error(folder))?;
    }
    let mut bytes = 0;
    for (name, default) in defaults {
        let json = default_json(default)?;
        write(&folder.join(name), &json)?;
        bytes += json.len();
    }
    let count = defaults.len();
    Ok(format!("keys: {count} different defaults, {bytes} bytes"))
}

/// The file that a default is written to: told apart by the content, readable by the path.
fn default_name(default: &ShippedFile) -> String {
    let path = default.path.replace('/', "-");
    format!("{path}-{}.json", default.digest.to_hex())
}

/// What is told of one archive.
struct ReadArchive {
    shipped: Shipped,
    defaults: Vec<ShippedFile>,
}

fn read_archive(pack: &Pack, path: &Path) -> Result<ReadArchive, ShippedError> {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let pattern = &pack.product.archive;
    let other_name = || ShippedError::OtherName {
        path: path.to_owned(),
        platform: pack.name().to_owned(),
        expected: pattern.file.clone(),
    };
    let version = pattern.version_of(&file_name).ok_or_else(other_name)?;
    let bytes = fs::read(path).map_err(io_error(path))?;
    let digest = Digest::of(&bytes);
    if let Some(known) = pattern.known(&version).filter(|k| k.digest != digest) {
        return Err(ShippedError::OtherDigest {
            path: path.to_owned(),
            found: digest,
            expected: known.digest,
        });
    }
    let left_out = pack.product.layout.left_out.folders.clone();
    let contents = read_entries(path, &pattern.top_of(&version), &left_out)?;
    let defaults = read_defaults(&pack.settings, path, &contents)?;
    let entries = contents.into_iter().map(|(name, content)| (name, content.entry));
    let shipped = Shipped {
        version,
        archive: ShippedArchive {
            file: file_name.into_owned(),
            digest,
            size_bytes: bytes.len() as u64,
        },
        left_out,
        files: entries.collect(),
    };
    Ok(ReadArchive { shipped, defaults })
}

/// The keys of every configuration file whose inside Refit reads.
fn read_defaults(
    settings: &Settings,
    path: &Path,
    contents: &BTreeMap<String, Content>,
) -> Result<Vec<ShippedFile>, ShippedError> {
    let mut defaults = Vec::new();
    let readable = |spec: &&FileSpec| spec.format != Format::Opaque;
    for spec in settings.file.iter().filter(readable) {
        let Some(content) = contents.get(&spec.path) else {
            continue;
        };
        let unparsed = |source| ShippedError::Unparsed { path: path.to_owned(), source };
        let document = Document::parse(&content.bytes, spec).map_err(unparsed)?;
        defaults.push(ShippedFile::of(&document)?);
    }
    Ok(defaults)
}

/// A file of an archive.
struct Content {
    entry: ShippedEntry,
    bytes: Vec<u8>,
}

fn read_entries(
    path: &Path,
    top: &str,
    left_out: &[String],
) -> Result<BTreeMap<String, Content>, ShippedError> {
    let file = File::open(path).map_err(io_error(path))?;
    let mut files = BTreeMap::new();
    each_archive_file(file, top, left_out, |file| {
        files.insert(file.path, Content { entry: file.entry, bytes: file.bytes });
    })
    .map_err(|source| ShippedError::Archive { path: path.to_owned(), source })?;
    Ok(files)
}

/// JSON with one file a line, so that differences between versions can be read.
fn document_json(document: &ShippedDocument) -> Result<String, ShippedError> {
    let mut head = document.clone();
    let files = std::mem::take(&mut head.files);
    let mut lines = Vec::new();
    for (path, entry) in &files {
        let (path, entry) = (serde_json::to_string(path)?, serde_json::to_string(entry)?);
        lines.push(format!("{path}: {entry}"));
    }
    let json = serde_json::to_string_pretty(&head)?;
    Ok(with_lines(&json, "\"files\": {}", &lines))
}

/// JSON with one key a line.
fn default_json(default: &ShippedFile) -> Result<String, ShippedError> {
    let mut head = default.clone();
    let (keys, comments) = (std::mem::take(&mut head.keys), std::mem::take(&mut head.comments));
    let json = serde_json::to_string_pretty(&head)?;
    let json = with_lines(&json, "\"keys\": []", &each_json(&keys)?);
    Ok(with_lines(json.trim_end(), "\"comments\": []", &each_json(&comments)?))
}

fn each_json<T: Serialize>(items: &[T]) -> Result<Vec<String>, serde_json::Error> {
    items.iter().map(serde_json::to_string).collect()
}

/// `json` with the members `lines` in place of the empty list or map that `empty` ends with.
fn with_lines(json: &str, empty: &str, lines: &[String]) -> String {
    let (open, close) = empty.split_at(empty.len() - 1);
    let full = if lines.is_empty() {
        empty.to_owned()
    } else {
        format!("{open}\n    {}\n  {close}", lines.join(",\n    "))
    };
    json.replacen(empty, &full, 1) + "\n"
}

fn write(path: &Path, text: &str) -> Result<(), ShippedError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(io_error(folder))?;
    }
    fs::write(path, text).map_err(io_error(path))
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> ShippedError {
    let path = path.to_owned();
    move |source| ShippedError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_is_read_back_as_it_was() {
        let entry = ShippedEntry { mode: 0o755, size_bytes: 3, digest: Digest::of(b"abc") };
        let files = [("bin/a".to_owned(), entry.clone()), ("lib/b".to_owned(), entry)];
        let shipped = Shipped {
            version: "5.18.3".parse().unwrap(),
            archive: ShippedArchive {
                file: "a.tar.gz".to_owned(),
                digest: Digest::of(b"x"),
                size_bytes: 1,
            },
            left_out: vec!["docs".to_owned()],
            files: files.into(),
        };
        let document = ShippedDocument::from_files(&shipped, None);
        let json = document_json(&document).unwrap();
        assert_eq!(serde_json::from_str::<ShippedDocument>(&json).unwrap(), document);
        assert!(json.contains("\n    \"bin/a\": {\"mode\":493,"), "{json}");
    }

    /// An archive with entries of the given kinds, names and contents.
    fn archive(folder: &Path, entries: &[(tar::EntryType, &str, &str)]) -> PathBuf {
        let path = folder.join("a-1.0.tar.gz");
        let gz = flate2::write::GzEncoder::new(
            File::create(&path).unwrap(),
            flate2::Compression::fast(),
        );
        let mut builder = tar::Builder::new(gz);
        for (kind, name, content) in entries {
            let mut header = tar::Header::new_ustar();
            header.set_entry_type(*kind);
            header.set_path(name).unwrap();
            header.set_mode(0o100_755);
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append(&header, content.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap();
        path
    }

    #[test]
    fn entries_are_read_but_for_those_left_out() {
        use tar::EntryType::{Directory, GNULongName, Regular};
        let folder = tempfile::tempdir().unwrap();
        let path = archive(
            folder.path(),
            &[
                (Directory, "a-1.0/bin/", ""),
                (Regular, "a-1.0/bin/run", "abc"),
                (Regular, "a-1.0/docs/index.html", "x"),
                (GNULongName, "././@LongLink", "a-1.0/lib/long\0"),
                (Regular, "a-1.0/lib/lo", "yz"),
            ],
        );
        let read = read_entries(&path, "a-1.0", &["docs".to_owned()]).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["bin/run", "lib/long"]);
        let entry = &read["bin/run"].entry;
        assert_eq!((entry.mode, entry.size_bytes), (0o755, 3));
        assert_eq!(entry.digest, Digest::of(b"abc"));
    }

    #[test]
    fn entries_that_no_archive_has_are_refused() {
        use tar::EntryType::{Regular, Symlink};
        let folder = tempfile::tempdir().unwrap();
        let error = |entries: &[_]| {
            let path = archive(folder.path(), entries);
            let error = read_entries(&path, "a-1.0", &[]).err().unwrap();
            assert_eq!(error.to_string(), path.display().to_string());
            std::error::Error::source(&error).unwrap().to_string()
        };
        assert_eq!(error(&[(Regular, "b/x", "")]), "b/x: outside the one folder of the archive");
        assert_eq!(error(&[(Symlink, "a-1.0/x", "")]), "a-1.0/x: neither file nor folder");
    }
}
