//! The site that plans of seeds upgrade: a broker's home with its data, a link to it, an archive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use refit_model::{Digest, HostPath};

use crate::tree::{Body, Node, Tree};

/// Where everything is.
pub(crate) const ROOT: &str = "/srv/mq";
/// The control folder.
pub(crate) const CONTROL: &str = "/srv/mq/control";
/// The port that brokers listen on.
pub(crate) const PORT: u16 = 61613;
/// The ending of what is being made on hosts.
const PARTIAL: &str = ".refit-partial";

/// A path of the site.
pub(crate) fn path(below: &str) -> HostPath {
    format!("{ROOT}/{below}").into()
}

/// The archive of the new version, in a format that only simulated disks unpack.
pub(crate) fn archive() -> Vec<u8> {
    let files = BTreeMap::from([
        ("broker-2/conf/main", "default\n"),
        ("broker-2/lib/broker.jar", "jar of 2"),
        ("broker-2/version", "2"),
    ]);
    serde_json::to_vec(&files).unwrap_or_default()
}

/// The files of an archive, by their paths.
pub(crate) fn archive_files(content: &[u8]) -> Option<BTreeMap<PathBuf, String>> {
    serde_json::from_slice(content).ok()
}

/// The archive's digest.
pub(crate) fn archive_digest() -> Digest {
    Digest::of(&archive())
}

/// The site before anything was done, all of it on the disk.
pub(crate) fn tree() -> Tree {
    let mut tree = Tree::default();
    let folders = ["/srv", ROOT, "/srv/mq/broker-1", "/srv/mq/broker-1/conf"];
    for folder in folders.into_iter().chain(["/srv/mq/broker-1/data", "/srv/mq/artifacts"]) {
        tree.add(Path::new(folder), node(Body::Folder(BTreeMap::new()), 0o755));
    }
    let mut file = |below: &str, content: Vec<u8>, mode: u32| {
        tree.add(path(below).as_path(), node(Body::File(content), mode));
    };
    file("broker-1/conf/users", b"ann=secret\n".to_vec(), 0o640);
    file("broker-1/conf/main", b"old\n".to_vec(), 0o644);
    file("broker-1/version", b"1".to_vec(), 0o644);
    file("broker-1/data/store", b"messages".to_vec(), 0o600);
    file("broker-1/data/index", b"of messages".to_vec(), 0o600);
    file("artifacts/broker-2.tar", archive(), 0o644);
    let link = node(Body::Link("broker-1".into()), 0o777);
    tree.add(path("current").as_path(), link);
    tree.sync_all();
    tree
}

fn node(body: Body, mode: u32) -> Node {
    Node { body, mode, uid: 7, modified: 1_000_000_000 }
}

/// The site's files as text, but for what Refit keeps for itself and what interrupted work left.
pub(crate) fn picture(tree: &Tree) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let mut folders = vec![PathBuf::from(ROOT)];
    while let Some(folder) = folders.pop() {
        for name in tree.names(&folder).unwrap_or_default() {
            let path = folder.join(&name);
            if path == Path::new(CONTROL) || name.ends_with(PARTIAL) {
                continue;
            }
            let Some(found) = tree.look(&path) else { continue };
            let content = match &found.body {
                // It holds times, which differ from run to run.
                Body::File(_) if name == "ENTRIES.jsonl" => "(entries)".into(),
                Body::File(content) => String::from_utf8_lossy(content).into_owned(),
                Body::Link(target) => format!("-> {}", target.display()),
                Body::Folder(_) => {
                    folders.push(path.clone());
                    "folder".into()
                }
            };
            let line = format!("{:o} {} {content:?}", found.mode, found.uid);
            lines.insert(path.display().to_string(), line);
        }
    }
    lines
}
