//! What a copy must keep of a file besides its permissions, owner and times.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;

use super::os_error;
use crate::{Details, HostError, Result};

/// What belongs to the file itself. The rest (labels, measurements, the lists of network file
/// systems) is given by the system or the file system, and differs from place to place.
const KEPT: [&[u8]; 5] = [
    b"user.",
    b"trusted.",
    b"security.capability",
    b"system.posix_acl_access",
    b"system.posix_acl_default",
];

pub(super) fn details(path: &Path) -> Result<Details> {
    let found =
        fs::symlink_metadata(path).map_err(|error| HostError::io("look at", path, error))?;
    let is_shared = found.is_file() && found.nlink() > 1;
    Ok(Details {
        attributes: attributes(path)?,
        data_bytes: if found.is_file() { data_bytes(path, found.len())? } else { 0 },
        linked: is_shared.then(|| (found.dev(), found.ino())),
        special: special(&found),
    })
}

fn attributes(path: &Path) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let fail = |error| HostError::io("read the attributes of", path, error);
    let names = match xattr::list(path) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(BTreeMap::new()),
        Err(error) => return Err(fail(error)),
    };
    let mut attributes = BTreeMap::new();
    for name in names {
        // What was taken away meanwhile is not there.
        if let Some(value) = xattr::get(path, &name).map_err(fail)? {
            attributes.insert(name.into_vec(), value);
        }
    }
    attributes.retain(|name, _| KEPT.iter().any(|kept| name.starts_with(kept)));
    Ok(attributes)
}

/// How much of a file is no hole.
fn data_bytes(path: &Path, size: u64) -> Result<u64> {
    let fail = |error| HostError::io("read", path, error);
    let file = File::open(path).map_err(fail)?;
    let (mut stored, mut at) = (0, 0);
    while at < size {
        let data = match seek(&file, SeekFrom::Data(at)) {
            Ok(data) => data,
            // Nothing but a hole is left.
            Err(Errno::NXIO) => break,
            // The file system knows no holes.
            Err(Errno::INVAL | Errno::NOTSUP) => return Ok(size),
            Err(error) => return Err(fail(os_error(error))),
        };
        at = seek(&file, SeekFrom::Hole(data)).map_err(|error| fail(os_error(error)))?;
        stored += at - data;
    }
    Ok(stored.min(size))
}

fn special(found: &fs::Metadata) -> Option<String> {
    let kind = found.file_type();
    let device = |what: &str| {
        let number = found.rdev();
        format!("{what} {}:{}", rustix::fs::major(number), rustix::fs::minor(number))
    };
    if kind.is_fifo() {
        Some("pipe".into())
    } else if kind.is_socket() {
        Some("socket".into())
    } else if kind.is_char_device() {
        Some(device("character device"))
    } else if kind.is_block_device() {
        Some(device("block device"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_links_pipes_and_attributes_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        File::create(at("sparse")).unwrap().set_len(1 << 20).unwrap();
        fs::hard_link(at("sparse"), at("again")).unwrap();
        let found = details(&at("sparse")).unwrap();
        assert_eq!(found.linked, details(&at("again")).unwrap().linked);
        assert!(found.linked.is_some());
        assert_eq!(found.data_bytes, 0);

        fs::write(at("plain"), "content").unwrap();
        xattr::set(at("plain"), "user.note", b"kept").unwrap();
        let plain = details(&at("plain")).unwrap();
        assert_eq!(plain.attributes[&b"user.note".to_vec()], b"kept");
        assert_eq!((plain.data_bytes, plain.linked), (7, None));

        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        assert_eq!(details(&at("pipe")).unwrap().special.as_deref(), Some("pipe"));
    }
}
