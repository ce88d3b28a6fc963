//! Which comment of the new default is which of the site's file: by the words, and where several
//! have the same ones, by the comments around them.

use std::collections::HashMap;

use super::side::Side;
use crate::tree::{ItemId, ItemKind, ROOT};

/// How many comments may have come or gone between two that stay neighbours.
const REACH: usize = 4;

/// The pairs, by the site's comments.
pub(super) fn twins(site: &Side, new: &Side) -> HashMap<ItemId, ItemId> {
    let (ours, theirs) = (Comments::of(site), Comments::of(new));
    let mut pairs =
        Pairs { of_ours: vec![None; ours.ids.len()], taken: vec![false; theirs.ids.len()] };
    for (words, places) in &ours.places {
        if let ([one], Some([other])) = (&places[..], theirs.places.get(words).map(Vec::as_slice)) {
            pairs.take(*one, *other);
        }
    }
    pairs.spread(&ours, &theirs);
    let found = pairs.of_ours.iter().enumerate();
    found.filter_map(|(place, twin)| Some((ours.ids[place], theirs.ids[(*twin)?]))).collect()
}

/// The comments of one file in their order.
struct Comments {
    ids: Vec<ItemId>,
    words: Vec<String>,
    places: HashMap<String, Vec<usize>>,
}

impl Comments {
    fn of(side: &Side) -> Self {
        let tree = side.document.tree();
        let is_comment = |id: &ItemId| tree.item(*id).kind == ItemKind::Comment;
        let ids: Vec<ItemId> = tree.subtree(ROOT).into_iter().filter(is_comment).collect();
        let words: Vec<String> = ids.iter().map(|&id| side.comment_id(id).to_owned()).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, words) in words.iter().enumerate() {
            places.entry(words.clone()).or_default().push(place);
        }
        Self { ids, words, places }
    }
}

struct Pairs {
    of_ours: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    fn take(&mut self, one: usize, other: usize) {
        self.of_ours[one] = Some(other);
        self.taken[other] = true;
    }

    /// From each pair on, downwards and then upwards, neighbours with the same words are pairs too.
    fn spread(&mut self, ours: &Comments, theirs: &Comments) {
        let mut next = 0;
        for one in 0..ours.ids.len() {
            let reach = next..(next + REACH).min(theirs.ids.len());
            next = self.step(one, reach, ours, theirs).map_or(next, |other| other + 1);
        }
        let mut end = theirs.ids.len();
        for one in (0..ours.ids.len()).rev() {
            let reach = (end.saturating_sub(REACH)..end).rev();
            end = self.step(one, reach, ours, theirs).unwrap_or(end);
        }
    }

    fn step(
        &mut self,
        one: usize,
        mut reach: impl Iterator<Item = usize>,
        ours: &Comments,
        theirs: &Comments,
    ) -> Option<usize> {
        if self.of_ours[one].is_none() {
            let other = reach
                .find(|&other| !self.taken[other] && theirs.words[other] == ours.words[one])?;
            self.take(one, other);
        }
        self.of_ours[one]
    }
}
