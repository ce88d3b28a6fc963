//! The bytes of packs: from the copy inside this program, or from a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use include_dir::{Dir, include_dir};
use refit_model::Digest;

use crate::PackError;

/// The largest file of a pack, in bytes.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
/// The most files of a pack.
const MAX_FILES: usize = 2_000;
/// How deep folders of a pack lie.
const MAX_DEPTH: usize = 4;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");

/// The files of one folder, by path relative to it with `/` between.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The names of the embedded folders.
pub(crate) fn embedded_names() -> Vec<String> {
    let names = EMBEDDED.dirs().filter_map(|dir| dir.path().to_str());
    let mut names: Vec<_> = names.map(str::to_owned).collect();
    names.sort();
    names
}

/// The files of an embedded folder.
pub(crate) fn embedded(name: &str) -> Option<Files> {
    let mut files = Files::new();
    collect_embedded(EMBEDDED.get_dir(name)?, name, &mut files);
    Some(files)
}

fn collect_embedded(dir: &Dir<'_>, top: &str, files: &mut Files) {
    for file in dir.files() {
        let path = file.path().strip_prefix(top).unwrap_or(file.path());
        if let Some(path) = path.to_str() {
            files.insert(path.to_owned(), file.contents().to_vec());
        }
    }
    for dir in dir.dirs() {
        collect_embedded(dir, top, files);
    }
}

/// The names of the folders in `folder`.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, PackError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let name = entry.file_name().into_string();
        if let (Ok(name), true) = (name, entry.path().is_dir()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The files of a folder on disk.
pub(crate) fn in_folder(folder: &Path) -> Result<Files, PackError> {
    let mut files = Files::new();
    collect(folder, "", 1, &mut files)?;
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, depth: usize, files: &mut Files) -> Result<(), PackError> {
    let too_large = |path: &Path, what: String| PackError::TooLarge { path: path.to_owned(), what };
    if depth > MAX_DEPTH {
        let what = format!("it lies more than {MAX_DEPTH} folders deep");
        return Err(too_large(folder, what));
    }
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let name = format!("{prefix}{name}");
        let about = fs::metadata(&path).map_err(unreadable(&path))?;
        if about.is_dir() {
            collect(&path, &format!("{name}/"), depth + 1, files)?;
        } else if about.is_file() {
            if about.len() > MAX_FILE_BYTES {
                let what = format!("{} bytes, the limit is {MAX_FILE_BYTES}", about.len());
                return Err(too_large(&path, what));
            }
            files.insert(name, fs::read(&path).map_err(unreadable(&path))?);
        }
        if files.len() > MAX_FILES {
            let what = format!("more than {MAX_FILES} files");
            return Err(too_large(folder, what));
        }
    }
    Ok(())
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> PackError {
    let path = path.to_owned();
    move |source| PackError::Unreadable { path, source }
}

/// The digest over the content of a pack: every file's path and digest, in the order of the paths.
/// Texts for people (`*.md`) say nothing that Refit acts on, and are left out.
pub(crate) fn digest(files: &Files) -> Digest {
    let mut list = String::from("refit/pack-content/1\n");
    for (path, bytes) in files {
        let is_text = Path::new(path).extension().is_some_and(|end| end == "md");
        if !is_text {
            list.push_str(&format!("{} {path}\n", Digest::of(bytes)));
        }
    }
    Digest::of(list.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_as_the_embedded_copy() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/activemq-classic");
        let disk = in_folder(&folder).unwrap();
        assert_eq!(Some(disk), embedded("activemq-classic"));
    }

    #[test]
    fn the_digest_depends_on_content_and_names_but_not_on_texts() {
        let files = |list: &[(&str, &str)]| -> Files {
            list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
        };
        let one = digest(&files(&[("pack.toml", "a"), ("README.md", "x")]));
        assert_eq!(one, digest(&files(&[("pack.toml", "a")])));
        assert_ne!(one, digest(&files(&[("pack.toml", "b")])));
        assert_ne!(one, digest(&files(&[("packs.toml", "a")])));
    }

    #[test]
    fn a_folder_that_is_no_pack_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b/c/d")).unwrap();
        let error = in_folder(folder.path()).unwrap_err().to_string();
        assert!(error.contains("more than 4 folders deep"), "{error}");
        let error = in_folder(&folder.path().join("none")).unwrap_err();
        assert!(matches!(error, PackError::Unreadable { .. }));
    }
}
