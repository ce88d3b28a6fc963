//! Where the site's lines go in formats whose lines open sections: no line may slip into a section
//! that is not its own.

use std::collections::HashMap;

use super::merge::Anchor;
use super::side::Side;
use crate::section::Section;
use crate::tree::{ItemId, ROOT};

/// A place behind a line of the new default, and the rank among all that is put there.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) after: Option<ItemId>,
    pub(super) rank: usize,
}

/// The sections of the new default, and those of the site's that were put into it.
#[derive(Default)]
pub(super) struct Sections {
    /// By kind, in the order of the file.
    headers: HashMap<&'static str, Vec<ItemId>>,
    /// The last line of each section of the new default.
    last: HashMap<(&'static str, Option<ItemId>), ItemId>,
    /// By the line of the site's that opens it.
    placed: HashMap<ItemId, Spot>,
    /// By kind: what was put the farthest down of what must stand before the first section.
    floors: HashMap<&'static str, Option<ItemId>>,
    /// The farthest setting that the walk has come by.
    passed: Option<ItemId>,
    next_rank: usize,
}

impl Sections {
    pub(super) fn of(new: &Side) -> Self {
        let mut sections = Self::default();
        for &id in &new.item(ROOT).children {
            let item = new.item(id);
            if let Some(section) = item.section.filter(|_| item.is_live_key()) {
                sections.last.insert((section.kind, section.header), id);
            }
            if let Some(kind) = item.opens.filter(|_| item.is_live_key()) {
                sections.headers.entry(kind).or_default().push(id);
            }
        }
        sections
    }

    /// Whether the site's section was put into the new default.
    pub(super) fn is_placed(&self, header: ItemId) -> bool {
        self.placed.contains_key(&header)
    }

    /// The place for an item of the site's that the walk would put behind the anchor.
    pub(super) fn spot(&mut self, item: ItemId, anchor: Anchor, site: &Side, new: &Side) -> Spot {
        let found = site.item(item);
        let spot = match (found.section, found.opens) {
            (Some(section), _) => self.in_section(section, anchor.after, site, new),
            (None, Some(kind)) => self.behind_sections(kind, anchor.after),
            (None, None) => self.ranked(anchor.after),
        };
        if found.opens.is_some() && found.is_live_key() {
            self.placed.insert(item, spot);
        }
        spot
    }

    /// The walk has come by a setting of the new default.
    pub(super) fn pass(&mut self, line: ItemId) {
        self.passed = self.passed.max(Some(line));
    }

    fn ranked(&mut self, after: Option<ItemId>) -> Spot {
        self.next_rank += 1;
        Spot { after, rank: self.next_rank }
    }

    /// A place for a new section: behind all that stands before it in the site's file, and it must
    /// not cut another one of its kind in two.
    fn behind_sections(&mut self, kind: &'static str, anchor: Option<ItemId>) -> Spot {
        let floor = self.floors.get(kind).copied().flatten();
        let after = anchor.max(floor).max(self.passed);
        let headers = self.headers.get(kind).map_or(&[][..], Vec::as_slice);
        let begun = headers.partition_point(|&header| Some(header) <= after);
        let open = begun.checked_sub(1).map(|index| headers[index]);
        let after = after.max(self.last.get(&(kind, open)).copied());
        self.ranked(after)
    }

    fn in_section(
        &mut self,
        section: Section,
        anchor: Option<ItemId>,
        site: &Side,
        new: &Side,
    ) -> Spot {
        let Some(header) = section.header else {
            return self.before_sections(section.kind, anchor, new);
        };
        if let Some(&spot) = self.placed.get(&header) {
            return spot;
        }
        let Some(twin) = new.live(site.path(header)) else {
            return self.ranked(anchor);
        };
        let last = self.last.get(&(section.kind, Some(twin))).copied().unwrap_or(twin);
        // What stands between the section's lines and belongs to none may be put elsewhere, and
        // what was put behind it with it.
        let of_section = |&line: &ItemId| {
            let line_section = new.item(line).section.and_then(|section| section.header);
            line == twin || new.item(line).parent == ROOT && line_section == Some(twin)
        };
        let inside = anchor.filter(|after| (twin..=last).contains(after));
        let behind = inside.and_then(|after| (twin..=after).rev().find(of_section));
        Spot { after: Some(behind.unwrap_or(last)), rank: 0 }
    }

    /// A place for what belongs to no section of a kind that has some.
    fn before_sections(&mut self, kind: &'static str, anchor: Option<ItemId>, new: &Side) -> Spot {
        let first = self.headers.get(kind).and_then(|headers| headers.first()).copied();
        let after = match first {
            Some(first) if anchor >= Some(first) => {
                let before = new.item(first).place.checked_sub(1);
                before.map(|place| new.item(ROOT).children[place])
            }
            _ => anchor,
        };
        let floor = self.floors.entry(kind).or_default();
        *floor = after.max(*floor);
        self.ranked(after)
    }
}
