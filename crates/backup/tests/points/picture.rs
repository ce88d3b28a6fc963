//! Everything that can be seen of a folder, by the standard library's means and not by Refit's.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// A line for each entry at and below `root`.
pub fn picture(root: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut links: BTreeMap<u64, PathBuf> = BTreeMap::new();
    let mut left = vec![PathBuf::new()];
    while let Some(below) = left.pop() {
        let path = if below.as_os_str().is_empty() { root.to_owned() } else { root.join(&below) };
        let found = fs::symlink_metadata(&path).unwrap();
        if found.is_dir() {
            let names = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<_> = names.collect();
            names.sort();
            left.extend(names.into_iter().rev().map(|name| below.join(name)));
        }
        let first = links.entry(found.ino()).or_insert_with(|| below.clone());
        let shared = if found.is_dir() { String::new() } else { first.display().to_string() };
        lines.push(format!(
            "{:?} {:o} {}:{} rdev {} size {} time {} {} target {:?} shared {shared} content {} \
             attributes {:?} sparse {}",
            below.as_os_str().as_bytes().escape_ascii().to_string(),
            found.mode(),
            found.uid(),
            found.gid(),
            if found.file_type().is_char_device() { found.rdev() } else { 0 },
            if found.is_dir() { 0 } else { found.size() },
            found.mtime(),
            found.mtime_nsec(),
            fs::read_link(&path).ok(),
            if found.is_file() { content(&path) } else { 0 },
            attributes(&path),
            found.is_file() && found.blocks() * 512 < found.size() / 2,
        ));
    }
    lines
}

fn attributes(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = xattr::list(path).unwrap();
    let named = |name: std::ffi::OsString| {
        (name.to_string_lossy().into_owned(), xattr::get(path, &name).unwrap().unwrap())
    };
    names.map(named).collect()
}

/// A number that depends on every byte and its place.
fn content(path: &Path) -> u64 {
    let mut file = fs::File::open(path).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    loop {
        let length = file.read(&mut buffer).unwrap();
        if length == 0 {
            return sum;
        }
        for part in buffer[..length].chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
