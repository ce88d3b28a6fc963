//! A file system in memory that loses, at a power cut, what was not synced.
//!
//! There are two pictures of it: what programs see, and what is on the disk. Every change is seen
//! at once and pends until it is synced; at a power cut each pending change was kept or lost, as
//! the seed says: in any combination, or up to some moment, as file systems with a journal do it.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use fastrand::Rng;
use refit_hosts::Kind;

type Inode = u64;
type Nodes = BTreeMap<Inode, Node>;
/// An entry of a folder and what becomes of it.
type EntryChange = (Inode, String, Option<Inode>);

const ROOT: Inode = 1;
/// How many links are followed on one path, as on Linux.
const MAX_LINKS: usize = 40;

/// The file system.
#[derive(Clone, Debug)]
pub struct Tree {
    seen: Nodes,
    kept: Nodes,
    pending: Vec<Pending>,
    next: Inode,
}

/// What is at a place.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub body: Body,
    /// Permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// When the content was changed, in nanoseconds since 1970.
    pub modified: i128,
}

/// A file, folder or link.
#[derive(Clone, Debug)]
pub enum Body {
    /// A file's content.
    File(Vec<u8>),
    /// A folder's entries.
    Folder(BTreeMap<String, Inode>),
    /// A link's target.
    Link(PathBuf),
}

#[derive(Clone, Debug)]
enum Pending {
    Entries(Vec<EntryChange>),
    Content(Inode, Vec<u8>),
}

impl Node {
    /// What kind of thing it is.
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::File(_) => Kind::File,
            Body::Folder(_) => Kind::Folder,
            Body::Link(_) => Kind::Link,
        }
    }
}

impl Default for Tree {
    fn default() -> Self {
        let root = Node { body: Body::Folder(BTreeMap::new()), mode: 0o755, uid: 0, modified: 0 };
        let nodes = Nodes::from([(ROOT, root)]);
        Self { seen: nodes.clone(), kept: nodes, pending: Vec::new(), next: ROOT + 1 }
    }
}

impl Tree {
    /// What is at the path, links not followed at its end.
    pub fn look(&self, path: &Path) -> Option<&Node> {
        self.seen.get(&self.find(path, false)?.1)
    }

    /// What is at the path, links followed.
    pub fn open(&self, path: &Path) -> Option<&Node> {
        self.seen.get(&self.find(path, true)?.1)
    }

    /// The path without links.
    pub fn real_path(&self, path: &Path) -> Option<PathBuf> {
        Some(self.find(path, true)?.0)
    }

    /// The names in a folder; `None` where there is none.
    pub fn names(&self, path: &Path) -> Option<Vec<String>> {
        match &self.open(path)?.body {
            Body::Folder(entries) => Some(entries.keys().cloned().collect()),
            _ => None,
        }
    }

    /// Puts something where nothing is, in a folder that is there; `false` where that is not so.
    pub fn add(&mut self, path: &Path, node: Node) -> bool {
        let Some((folder, name)) = self.place(path) else { return false };
        if self.entry(folder, &name).is_some() {
            return false;
        }
        let inode = self.next;
        self.next += 1;
        let mut on_disk = node.clone();
        if let Body::File(content) = &mut on_disk.body {
            self.pending.push(Pending::Content(inode, std::mem::take(content)));
        }
        self.kept.insert(inode, on_disk);
        self.seen.insert(inode, node);
        self.enter(vec![(folder, name, Some(inode))]);
        true
    }

    /// Renames, over what is there; `false` where nothing is to be renamed.
    pub fn rename(&mut self, from: &Path, to: &Path) -> bool {
        let (Some(old), Some(new)) = (self.place(from), self.place(to)) else { return false };
        let Some(inode) = self.entry(old.0, &old.1) else { return false };
        self.enter(vec![(old.0, old.1, None), (new.0, new.1, Some(inode))]);
        true
    }

    /// Takes one entry away.
    pub fn unlink(&mut self, path: &Path) -> bool {
        let Some((folder, name)) = self.place(path) else { return false };
        let found = self.entry(folder, &name).is_some();
        self.enter(vec![(folder, name, None)]);
        found
    }

    /// Writes a file, made or changed, past all that pends: what a command writes and syncs itself.
    pub fn write_through(&mut self, path: &Path, node: Node) -> bool {
        if let Some((_, inode)) = self.find(path, true) {
            self.kept.insert(inode, node.clone());
            self.seen.insert(inode, node);
            return true;
        }
        let Some((folder, name)) = self.place(path) else { return false };
        let inode = self.next;
        self.next += 1;
        for nodes in [&mut self.seen, &mut self.kept] {
            nodes.insert(inode, node.clone());
            apply(nodes, Pending::Entries(vec![(folder, name.clone(), Some(inode))]));
        }
        true
    }

    /// Syncs a file's content or a folder's entries.
    pub fn sync(&mut self, path: &Path) {
        let Some((_, inode)) = self.find(path, true) else { return };
        // What an entry's change came after is kept with it: no journal is written out of order.
        let touches = |pending: &Pending| match pending {
            Pending::Content(of, _) => *of == inode,
            Pending::Entries(changes) => changes.iter().any(|(folder, ..)| *folder == inode),
        };
        let is_folder = matches!(self.seen[&inode].body, Body::Folder(_));
        let last = self.pending.iter().rposition(touches);
        let pending = std::mem::take(&mut self.pending);
        for (index, one) in pending.into_iter().enumerate() {
            let before = is_folder
                && last.is_some_and(|last| index <= last)
                && matches!(one, Pending::Entries(_));
            if touches(&one) || before {
                apply(&mut self.kept, one);
            } else {
                self.pending.push(one);
            }
        }
    }

    /// Syncs everything.
    pub fn sync_all(&mut self) {
        for one in std::mem::take(&mut self.pending) {
            apply(&mut self.kept, one);
        }
    }

    /// The power is cut and comes back: what pended is kept, lost or kept in part.
    pub fn cut(&mut self, rng: &mut Rng) {
        let pending = std::mem::take(&mut self.pending);
        let in_order = rng.bool().then(|| rng.usize(0..=pending.len()));
        for (index, one) in pending.into_iter().enumerate() {
            let is_kept = in_order.map_or_else(|| rng.bool(), |end| index < end);
            match one {
                Pending::Content(inode, mut content) => {
                    if !is_kept || rng.u8(0..4) == 0 {
                        content.truncate(rng.usize(0..=content.len()));
                    }
                    apply(&mut self.kept, Pending::Content(inode, content));
                }
                entries @ Pending::Entries(_) if is_kept => apply(&mut self.kept, entries),
                Pending::Entries(_) => {}
            }
        }
        self.seen = self.kept.clone();
    }

    /// How much pends.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    fn enter(&mut self, changes: Vec<EntryChange>) {
        apply(&mut self.seen, Pending::Entries(changes.clone()));
        self.pending.push(Pending::Entries(changes));
    }

    fn entry(&self, folder: Inode, name: &str) -> Option<Inode> {
        match &self.seen.get(&folder)?.body {
            Body::Folder(entries) => entries.get(name).copied(),
            _ => None,
        }
    }

    /// The folder that holds the path, and the name in it.
    fn place(&self, path: &Path) -> Option<(Inode, String)> {
        let name = path.file_name()?.to_str()?.to_owned();
        let (_, folder) = self.find(path.parent()?, true)?;
        matches!(self.seen[&folder].body, Body::Folder(_)).then_some((folder, name))
    }

    fn find(&self, path: &Path, follow_last: bool) -> Option<(PathBuf, Inode)> {
        let mut rest: VecDeque<OsString> = parts(path);
        let mut way = vec![(OsString::from("/"), ROOT)];
        let mut links = 0;
        while let Some(part) = rest.pop_front() {
            if part == ".." {
                way.truncate((way.len() - 1).max(1));
                continue;
            }
            let (_, folder) = *way.last().as_ref()?;
            let inode = self.entry(*folder, part.to_str()?)?;
            match &self.seen[&inode].body {
                Body::Link(target) if follow_last || !rest.is_empty() => {
                    links += 1;
                    if links > MAX_LINKS {
                        return None;
                    }
                    if target.is_absolute() {
                        way.truncate(1);
                    }
                    parts(target).into_iter().rev().for_each(|part| rest.push_front(part));
                }
                _ => way.push((part, inode)),
            }
        }
        let inode = way.last()?.1;
        Some((way.into_iter().map(|(part, _)| part).collect(), inode))
    }
}

fn parts(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect()
}

fn apply(nodes: &mut Nodes, change: Pending) {
    match change {
        Pending::Content(inode, content) => {
            if let Some(Node { body: Body::File(old), .. }) = nodes.get_mut(&inode) {
                *old = content;
            }
        }
        Pending::Entries(changes) => {
            for (folder, name, inode) in changes {
                let Some(Node { body: Body::Folder(entries), .. }) = nodes.get_mut(&folder) else {
                    continue;
                };
                match inode {
                    Some(inode) => entries.insert(name, inode),
                    None => entries.remove(&name),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &str) -> Node {
        Node { body: Body::File(content.into()), mode: 0o644, uid: 0, modified: 0 }
    }

    fn folder() -> Node {
        Node { body: Body::Folder(BTreeMap::new()), mode: 0o755, uid: 0, modified: 0 }
    }

    fn content(tree: &Tree, path: &str) -> Option<String> {
        match &tree.open(Path::new(path))?.body {
            Body::File(content) => Some(String::from_utf8_lossy(content).into_owned()),
            _ => None,
        }
    }

    /// What is at `/f` after power cuts of many seeds.
    fn after_cuts(tree: &Tree) -> std::collections::BTreeSet<Option<String>> {
        let cut = |seed| {
            let mut tree = tree.clone();
            tree.cut(&mut Rng::with_seed(seed));
            content(&tree, "/f")
        };
        (0..200).map(cut).collect()
    }

    #[test]
    fn what_was_not_synced_is_kept_or_lost_or_kept_in_part() {
        let mut tree = Tree::default();
        assert!(tree.add(Path::new("/f"), file("ab")));
        let all = [None, Some(""), Some("a"), Some("ab")];
        assert_eq!(after_cuts(&tree), all.map(|text| text.map(str::to_owned)).into());
        tree.sync(Path::new("/f"));
        let named = [None, Some("ab")].map(|text| text.map(str::to_owned));
        assert_eq!(after_cuts(&tree), named.into(), "its name is not on the disk");
        tree.sync(Path::new("/"));
        assert_eq!(after_cuts(&tree), [Some("ab".to_owned())].into());
    }

    #[test]
    fn a_file_that_is_replaced_is_the_old_or_the_new_one() {
        let mut tree = Tree::default();
        tree.add(Path::new("/f"), file("old"));
        tree.sync_all();
        tree.add(Path::new("/g"), file("new"));
        tree.sync(Path::new("/g"));
        tree.rename(Path::new("/g"), Path::new("/f"));
        let both = ["old", "new"].map(|text| Some(text.to_owned()));
        assert_eq!(after_cuts(&tree), both.into());
        tree.sync(Path::new("/"));
        assert_eq!(tree.pending(), 0);
    }

    #[test]
    fn links_are_followed_and_folders_hold() {
        let mut tree = Tree::default();
        tree.add(Path::new("/a"), folder());
        tree.add(Path::new("/a/f"), file("x"));
        let link = |target: &str| Node { body: Body::Link(target.into()), ..folder() };
        tree.add(Path::new("/l"), link("a"));
        tree.add(Path::new("/a/up"), link("../a/f"));
        assert_eq!(content(&tree, "/l/up").as_deref(), Some("x"));
        assert_eq!(tree.real_path(Path::new("/l/up")), Some("/a/f".into()));
        assert!(!tree.add(Path::new("/no/f"), file("")));
        tree.add(Path::new("/loop"), link("loop"));
        assert!(tree.open(Path::new("/loop")).is_none() && tree.look(Path::new("/loop")).is_some());
        assert_eq!(tree.names(Path::new("/l")).unwrap(), ["f", "up"]);
    }
}
