//! Sections of formats in which a line opens one, and later lines belong to it without standing
//! inside of anything: what stands where decides what it means.

use std::collections::HashMap;

use crate::tree::{ItemId, TreeBuilder};

/// The section to which a line belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Sections of one kind end each other; those of different kinds do not.
    pub(crate) kind: &'static str,
    /// The line that opened it; none before the first of its kind.
    pub(crate) header: Option<ItemId>,
}

/// The sections that are open while a text is read line by line.
#[derive(Default)]
pub(crate) struct OpenSections {
    headers: HashMap<&'static str, ItemId>,
    /// The live key that was read last, and the comments behind it.
    last: Option<ItemId>,
    comments: Vec<ItemId>,
}

impl OpenSections {
    /// The open section of this kind.
    pub(crate) fn of(&self, kind: &'static str) -> Section {
        Section { kind, header: self.headers.get(kind).copied() }
    }

    /// Takes note of a comment.
    pub(crate) fn comment(&mut self, id: ItemId) {
        self.comments.push(id);
    }

    /// Takes note of a live key. Comments between two lines of one section belong to it.
    pub(crate) fn key(&mut self, builder: &mut TreeBuilder, id: ItemId) {
        let (section, opens) = {
            let item = builder.item_mut(id);
            (item.section, item.opens)
        };
        let header = section.and_then(|section| section.header);
        let continues = header.is_some()
            && self.last.is_some_and(|last| {
                let before = builder.item_mut(last).section;
                header == Some(last) || before.is_some_and(|before| before.header == header)
            });
        for comment in self.comments.drain(..).filter(|_| continues) {
            builder.item_mut(comment).section = section;
        }
        if let Some(kind) = opens {
            self.headers.insert(kind, id);
        }
        self.last = Some(id);
    }
}
