//! Folders as pictures: every entry with what it is, its permissions and its content.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// What stands at each path below a folder.
pub type Tree = BTreeMap<PathBuf, String>;

/// The picture of a folder. Entries for which `left_out` holds are left out, with all below.
pub fn tree(root: &Path, left_out: &dyn Fn(&Path) -> bool) -> Tree {
    let mut found = Tree::new();
    each(root, &mut |path| {
        let below = path.strip_prefix(root).unwrap().to_owned();
        if left_out(&below) {
            return false;
        }
        found.insert(below, picture(path));
        true
    });
    found
}

/// The files below a folder, links not among them.
pub fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    each(root, &mut |path| {
        if path.symlink_metadata().unwrap().is_file() {
            found.push(path.to_owned());
        }
        true
    });
    found
}

/// What differs between two pictures, one line for each path.
pub fn differences(before: &Tree, after: &Tree) -> Vec<String> {
    let paths = before.keys().chain(after.keys().filter(|path| !before.contains_key(*path)));
    let differing = paths.filter(|path| before.get(*path) != after.get(*path));
    differing
        .map(|path| format!("{}: {:?} -> {:?}", path.display(), before.get(path), after.get(path)))
        .collect()
}

fn each(root: &Path, visit: &mut dyn FnMut(&Path) -> bool) {
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let is_folder = path.symlink_metadata().unwrap().is_dir();
        if visit(&path) && is_folder {
            each(&path, visit);
        }
    }
}

fn picture(path: &Path) -> String {
    let metadata = path.symlink_metadata().unwrap();
    let mode = metadata.permissions().mode();
    if metadata.is_symlink() {
        return format!("link to {}", fs::read_link(path).unwrap().display());
    }
    let content = if metadata.is_file() {
        hex::encode(Sha256::digest(fs::read(path).unwrap()))
    } else {
        String::new()
    };
    format!("{mode:o} {content}")
}
