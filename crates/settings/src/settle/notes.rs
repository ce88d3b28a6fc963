//! The site's own comments: notes that stay, settings that it switched off, examples that it
//! changed.

use refit_model::Outcome;

use super::judge::Answer;
use super::merge::{Anchor, Merge};
use super::shown::shown_item;
use super::site_only::changed_since;
use crate::Format;
use crate::tree::{ItemId, ROOT};

impl Merge<'_> {
    /// A comment of the site's file.
    pub(super) fn comment(&mut self, comment: ItemId, anchor: &mut Anchor) {
        if !self.own.contains(&comment) {
            if let Some(twin) = self.twin_of_comment(comment, anchor) {
                self.move_behind(anchor, twin);
            }
            return;
        }
        let switched_off = self.switched_off(comment);
        if !switched_off.is_empty() {
            self.switch_off(comment, &switched_off, anchor);
        } else if let Some(example) = self.example_before_change(comment) {
            let piece = self.piece(comment, anchor.holder);
            self.plan.replaced.insert(example, piece.text);
            self.move_behind(anchor, example);
        } else {
            self.insert(comment, *anchor);
        }
    }

    /// The vendor's comment beside the anchor that is the site's: the same words, or the same
    /// example with another value.
    fn twin_of_comment(&self, comment: ItemId, anchor: &Anchor) -> Option<ItemId> {
        let here = |twin: &ItemId| self.new.item(*twin).parent == anchor.holder;
        self.twins.get(&comment).copied().filter(here).or_else(|| {
            let examples = self.site.item(comment).children.iter();
            let mut theirs = examples.filter_map(|&off| self.new.off(self.site.path(off)));
            theirs.next().map(|off| self.new.item(off).parent)
        })
    }

    /// Items of the new default that the comment switches off: live in the old one too, and not
    /// live in the site's file.
    fn switched_off(&self, comment: ItemId) -> Vec<ItemId> {
        let off = self.site.item(comment).children.iter().map(|&child| self.site.path(child));
        let was_live =
            off.filter(|path| self.base.live(path).is_some() && self.site.live(path).is_none());
        let targets = was_live.filter_map(|path| self.new.live(path));
        let wanted_live = |&target: &ItemId| {
            let shown = shown_item(self.new, target);
            let answer = self.judge.answer(self.new.path(target), None, Some(&shown));
            answer == Some(Answer::TakeNew)
        };
        targets
            .filter(|target| !wanted_live(target) && !self.settled.contains(target))
            .map(|target| self.with_its_block(target))
            .collect()
    }

    /// The block around an item, where the site does not have it and nothing else is in it.
    fn with_its_block(&self, item: ItemId) -> ItemId {
        let above = self.new.item(item).parent;
        let block = self.new.item(above);
        let keys = block.children.iter().filter(|&&child| self.new.item(child).is_live_key());
        let flat = self.new.document.spec().format == Format::ShellEnvironment;
        let gone = above != ROOT && self.site.live(self.new.path(above)).is_none();
        if flat && gone && keys.count() == 1 { self.with_its_block(above) } else { item }
    }

    /// The comment takes the place of the first item; the others are in it too.
    fn switch_off(&mut self, comment: ItemId, items: &[ItemId], anchor: &mut Anchor) {
        for (place, &item) in items.iter().enumerate() {
            let path = self.new.path(item).to_owned();
            let keys = self.new.keys_under(item);
            if changed_since(self.judge, self.base, &path, &keys) {
                let text = "The site had switched this off; the vendor changed it meanwhile. It \
                            stays off.";
                self.records.remark(&path, text);
            }
            for (key, _) in keys {
                self.records.set(&key, Outcome::Kept, None);
            }
            if place == 0 {
                let piece = self.piece(comment, anchor.holder);
                self.plan.replaced.insert(item, piece.text);
                self.move_behind(anchor, item);
            } else {
                self.plan.removed.insert(item);
            }
            self.settled.extend(self.new.document.tree().subtree(item));
            self.remove_members(item);
        }
    }

    /// The vendor's comment with the example that the site changed within its own.
    fn example_before_change(&self, comment: ItemId) -> Option<ItemId> {
        let [example] = self.site.item(comment).children[..] else {
            return None;
        };
        let twin = self.new.off(self.site.path(example))?;
        let theirs = self.new.item(twin).parent;
        let words = self.new.comment_id(theirs);
        let alone = self.new.item(theirs).children.len() == 1;
        let replaced = self.plan.replaced.contains_key(&theirs);
        let changed = self.base.has_comment(words) && self.site.comments(words).is_empty();
        (alone && changed && !replaced).then_some(theirs)
    }
}
