//! Which key of a file is which key of another.
//!
//! Mostly the path says it. Where several elements have one name and no identity, or several lines
//! one key, they are told apart by what they hold; where one file gives an element an identity and
//! the other does not, by being the only one.

use std::collections::{HashMap, HashSet};

use super::base::comparable;
use crate::Document;
use crate::pattern::without_number;
use crate::tree::{Item, ItemId, ItemKind, OFF, ROOT, Tree};

/// The share of equal parts from which two elements are the same one, in percent.
const ALIKE_PERCENT: usize = 50;
/// The most pairs that are compared; beyond, only equal ones are found.
const MAX_PAIRS: usize = 10_000;

/// Keys that others are compared with, in their order.
#[derive(Default)]
pub(super) struct Reference {
    entries: Vec<(String, Option<String>)>,
    index: HashMap<String, usize>,
    /// The paths of one name and identity, by the path without a number.
    numbered: HashMap<String, Vec<String>>,
    /// The paths of elements by that of what holds them and their name.
    named: HashMap<(String, String), Vec<String>>,
}

/// What an item holds: paths within it, and values.
type Features = Vec<(String, String)>;

impl Reference {
    pub(super) fn push(&mut self, path: &str, value: Option<&str>) {
        if self.index.contains_key(path) {
            return;
        }
        self.index.insert(path.to_owned(), self.entries.len());
        self.entries.push((path.to_owned(), value.map(comparable)));
        let (above, last) = split_last(path);
        if !last.starts_with('@') {
            let key = (above.to_owned(), name_of(last).to_owned());
            self.named.entry(key).or_default().push(path.to_owned());
            let plain = join(above, without_number(last));
            self.numbered.entry(plain).or_default().push(path.to_owned());
        }
    }

    fn features(&self, path: &str) -> Features {
        let Some(&first) = self.index.get(path) else {
            return Vec::new();
        };
        let inside = |entry: &&(String, Option<String>)| super::base::is_under(&entry.0, path);
        let entries = self.entries[first..].iter().take_while(inside);
        entries
            .map(|(inner, value)| {
                (inner[path.len()..].to_owned(), value.clone().unwrap_or_default())
            })
            .collect()
    }
}

/// A path's last part, and what stands before it. A `/` in brackets does not separate.
pub(super) fn split_last(path: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, byte) in path.bytes().enumerate().rev() {
        match byte {
            b']' => depth += 1,
            b'[' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => return (&path[..at], &path[at + 1..]),
            _ => {}
        }
    }
    ("", path)
}

/// For each item the path by which it is known in the settlement, without the mark of what is
/// commented out; empty for what is no key.
pub(super) fn paths(document: &Document, reference: &Reference) -> Vec<String> {
    let tree = document.tree();
    let mut aligner = Aligner {
        tree,
        reference,
        paths: vec![String::new(); tree.items.len()],
        used: HashSet::new(),
        nested: document.spec().format.shape().nested,
    };
    if aligner.nested {
        for id in tree.subtree(ROOT) {
            let above = aligner.paths[id].clone();
            let children = aligner.live_keys(&tree.item(id).children);
            aligner.siblings(&above, &children);
        }
    } else {
        let all: Vec<ItemId> = (0..tree.items.len()).collect();
        let keys = aligner.live_keys(&all);
        // What belongs to a section is known by where it stands.
        let stands = |id: &ItemId| {
            let item = tree.item(*id);
            item.opens.is_some() || item.section.is_some_and(|section| section.header.is_some())
        };
        let (placed, keys): (Vec<ItemId>, Vec<ItemId>) = keys.into_iter().partition(stands);
        for id in placed {
            aligner.take(id, tree.item(id).path.clone());
        }
        aligner.siblings("", &keys);
    }
    aligner.switched_off();
    aligner.paths
}

struct Aligner<'a> {
    tree: &'a Tree,
    reference: &'a Reference,
    paths: Vec<String>,
    used: HashSet<String>,
    nested: bool,
}

impl Aligner<'_> {
    fn live_keys(&self, ids: &[ItemId]) -> Vec<ItemId> {
        ids.iter().copied().filter(|&id| self.tree.item(id).is_live_key()).collect()
    }

    fn siblings(&mut self, above: &str, children: &[ItemId]) {
        let mut groups: Vec<(&str, Vec<ItemId>)> = Vec::new();
        let mut places = HashMap::new();
        for &child in children {
            let segment = self.tree.item(child).segment.as_str();
            let place = *places.entry(segment).or_insert_with(|| {
                groups.push((segment, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(child);
        }
        let segments: HashSet<&str> = groups.iter().map(|group| group.0).collect();
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (segment, _) in &groups {
            *names.entry(name_of(segment)).or_default() += 1;
        }
        for (segment, ids) in &groups {
            let plain = join(above, segment);
            let candidates = self.reference.numbered.get(&plain).cloned().unwrap_or_default();
            if candidates.is_empty() && ids.len() == 1 {
                let alone = self.nested && names.get(name_of(segment)) == Some(&1);
                let only = if alone { self.only_one(above, ids[0], &segments) } else { None };
                self.take(ids[0], only.unwrap_or(plain));
            } else {
                self.group(&plain, ids, &candidates);
            }
        }
    }

    fn take(&mut self, id: ItemId, path: String) {
        self.used.insert(path.clone());
        self.paths[id] = path;
    }

    /// The path of an element that is the only one of its name in both files, where one has an
    /// identity and the other has not.
    fn only_one(&self, above: &str, id: ItemId, segments: &HashSet<&str>) -> Option<String> {
        let item = self.tree.item(id);
        let key = (above.to_owned(), item.name.clone());
        let mut others = self
            .reference
            .named
            .get(&key)?
            .iter()
            .filter(|path| !segments.contains(split_last(path).1));
        let (only, more) = (others.next()?, others.next());
        let plain = |segment: &str| !segment.contains('[');
        (more.is_none() && plain(split_last(only).1) != plain(&item.segment)).then(|| only.clone())
    }

    /// Several items, or several candidates, of one name and identity.
    fn group(&mut self, plain: &str, ids: &[ItemId], candidates: &[String]) {
        if let ([id], [path]) = (ids, candidates) {
            return self.take(*id, path.clone());
        }
        let item = |&id: &ItemId| (id, features(self.tree, id));
        let candidate = |path: &String| (path.clone(), self.reference.features(path));
        let mut open: Vec<(ItemId, Features)> = ids.iter().map(item).collect();
        let mut free: Vec<(String, Features)> = candidates.iter().map(candidate).collect();
        for (id, path) in equal_ones(&mut open, &mut free) {
            self.take(id, path);
        }
        for (id, path) in alike_ones(&mut open, &mut free) {
            self.take(id, path);
        }
        let leaves =
            open.iter().all(|one| one.1.len() == 1) && free.iter().all(|one| one.1.len() == 1);
        // A line's key is its name; list entries have none, and may have come and gone.
        if leaves && (open.len() == free.len() || !self.nested) {
            let pairs = open.len().min(free.len());
            for ((id, _), (path, _)) in open.drain(..pairs).zip(free) {
                self.take(id, path);
            }
        }
        let taken: HashSet<&String> = candidates.iter().collect();
        let numbers = (2..).map(|number| format!("{plain}#{number}"));
        let mut paths = std::iter::once(plain.to_owned()).chain(numbers);
        for (id, _) in open {
            let path = paths.find(|path| !taken.contains(path) && !self.used.contains(path));
            self.take(id, path.unwrap_or_default());
        }
    }

    /// What is commented out is known by where it stands.
    fn switched_off(&mut self) {
        for (id, item) in self.tree.items.iter().enumerate() {
            if item.kind == ItemKind::Key && !item.live {
                let plain = item.path.strip_prefix(OFF).unwrap_or(&item.path);
                self.paths[id] = match holder(self.tree, item).filter(|_| self.nested) {
                    Some(above) => {
                        let inside = &plain[self.tree.item(above).path.len()..];
                        format!("{}{inside}", self.paths[above])
                    }
                    None => plain.to_owned(),
                };
            }
        }
    }
}

/// The live key that holds a commented-out one.
fn holder(tree: &Tree, item: &Item) -> Option<ItemId> {
    let mut above = item.parent;
    while above != ROOT && !tree.item(above).is_live_key() {
        above = tree.item(above).parent;
    }
    (above != ROOT).then_some(above)
}

/// A part's name, without identity and number.
fn name_of(part: &str) -> &str {
    part.split(['[', '#']).next().unwrap_or(part)
}

fn join(above: &str, segment: &str) -> String {
    if above.is_empty() { segment.to_owned() } else { format!("{above}/{segment}") }
}

fn features(tree: &Tree, id: ItemId) -> Features {
    let path = &tree.item(id).path;
    let mut features = Vec::new();
    let inside = |inner: &str| inner.strip_prefix(path.as_str()).map(str::to_owned);
    for inner in tree.subtree(id) {
        let item = tree.item(inner);
        // In flat formats, what stands in a block does not stand under its path.
        let Some(own) = inside(&item.path).filter(|_| item.is_live_key()) else {
            continue;
        };
        let value = item.value.as_ref().map(|value| comparable(&value.text));
        features.push((own, value.unwrap_or_default()));
        for attribute in item.attributes.iter().filter(|attribute| !attribute.identity) {
            let value = comparable(&attribute.value.text);
            features.extend(inside(&attribute.path).map(|path| (path, value)));
        }
    }
    features
}

/// Pairs that hold the same: first those in the same order, then the others. They are taken out of
/// both lists.
fn equal_ones(
    open: &mut Vec<(ItemId, Features)>,
    free: &mut Vec<(String, Features)>,
) -> Vec<(ItemId, String)> {
    let mut places = common_order(open, free);
    let mut used: HashSet<usize> = places.iter().map(|pair| pair.0).collect();
    let mut used_free: HashSet<usize> = places.iter().map(|pair| pair.1).collect();
    let mut by_features: HashMap<&Features, Vec<usize>> = HashMap::new();
    for (place, (_, features)) in free.iter().enumerate().rev() {
        if !used_free.contains(&place) {
            by_features.entry(features).or_default().push(place);
        }
    }
    for (place, (_, features)) in open.iter().enumerate() {
        if used.contains(&place) {
            continue;
        }
        if let Some(free_place) = by_features.get_mut(features).and_then(Vec::pop) {
            used.insert(place);
            used_free.insert(free_place);
            places.push((place, free_place));
        }
    }
    let pairs =
        places.iter().map(|&(place, other)| (open[place].0, free[other].0.clone())).collect();
    keep_others(open, &used);
    keep_others(free, &used_free);
    pairs
}

fn keep_others<T>(list: &mut Vec<T>, used: &HashSet<usize>) {
    let mut place = 0;
    list.retain(|_| {
        place += 1;
        !used.contains(&(place - 1))
    });
}

/// The places of the longest list of equal ones that stand in the same order in both.
fn common_order(open: &[(ItemId, Features)], free: &[(String, Features)]) -> Vec<(usize, usize)> {
    let (rows, columns) = (open.len(), free.len());
    if rows * columns > MAX_PAIRS {
        return Vec::new();
    }
    // How long the list is from each pair of places on.
    let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row][column] = if open[row].1 == free[column].1 {
                longest[row + 1][column + 1] + 1
            } else {
                longest[row + 1][column].max(longest[row][column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut places = Vec::new();
    while row < rows && column < columns {
        if open[row].1 == free[column].1 {
            places.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if longest[row + 1][column] >= longest[row][column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    places
}

/// Pairs that hold mostly the same, the most alike first; they are taken out of both lists.
fn alike_ones(
    open: &mut Vec<(ItemId, Features)>,
    free: &mut Vec<(String, Features)>,
) -> Vec<(ItemId, String)> {
    if open.len() * free.len() > MAX_PAIRS {
        return Vec::new();
    }
    let mut scores = Vec::new();
    for (place, (_, one)) in open.iter().enumerate() {
        for (other_place, (_, other)) in free.iter().enumerate() {
            let alike = alike_percent(one, other);
            if alike >= ALIKE_PERCENT {
                scores.push((std::cmp::Reverse(alike), place, other_place));
            }
        }
    }
    scores.sort_unstable();
    let (mut used, mut used_free) = (HashSet::new(), HashSet::new());
    let mut pairs = Vec::new();
    for (_, place, free_place) in scores {
        if !used.contains(&place) && !used_free.contains(&free_place) {
            used.insert(place);
            used_free.insert(free_place);
            pairs.push((open[place].0, free[free_place].0.clone()));
        }
    }
    let matched: HashSet<ItemId> = pairs.iter().map(|pair| pair.0).collect();
    open.retain(|one| !matched.contains(&one.0));
    let matched: HashSet<&String> = pairs.iter().map(|pair| &pair.1).collect();
    free.retain(|one| !matched.contains(&one.0));
    pairs
}

fn alike_percent(one: &Features, other: &Features) -> usize {
    let equal = one.iter().filter(|feature| other.contains(feature)).count();
    200 * equal / (one.len() + other.len()).max(1)
}
