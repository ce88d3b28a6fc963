//! The order of siblings, and blocks that a replay has emptied.

use refit_model::Outcome;

use super::merge::Merge;
use crate::Format;
use crate::tree::{ItemId, ItemKind};

impl Merge<'_> {
    /// Where the site changed the order of what both have, and the vendor did not, the site's
    /// order holds.
    pub(super) fn keep_order(&mut self, site: ItemId, new: ItemId) {
        let shape = self.new.document.spec().format.shape();
        if !shape.nested && shape.last_counts {
            // The order means nothing, and each key stands behind the vendor's words about it.
            return;
        }
        let twin = |&child: &ItemId| {
            let item = self.site.item(child);
            let live = item.is_live_key() && item.section.is_none() && item.opens.is_none();
            let twin = self.new.live(self.site.path(child)).filter(|_| live)?;
            (self.new.item(twin).parent == new).then_some(twin)
        };
        let ours: Vec<ItemId> = self.site.item(site).children.iter().filter_map(twin).collect();
        let mut theirs = ours.clone();
        theirs.sort_by_key(|&item| self.new.item(item).span.start);
        if ours == theirs {
            return;
        }
        if !self.is_order_of_base(&theirs) && !self.is_order_of_base(&ours) {
            let path = self.new.path(new).to_owned();
            let text = "The site and the vendor put what stands in here in different orders: the \
                        vendor's holds.";
            self.records.remark(&path, text);
        } else if !self.is_order_of_base(&ours) {
            self.plan.orders.insert(new, ours);
        }
    }

    fn is_order_of_base(&self, items: &[ItemId]) -> bool {
        let places: Vec<usize> =
            items.iter().filter_map(|&item| self.base.place(self.new.path(item))).collect();
        places.is_sorted()
    }

    /// A shell block must hold a command: one in which everything is switched off goes too.
    pub(super) fn drop_emptied_blocks(&mut self) {
        if self.new.document.spec().format != Format::ShellEnvironment || self.site_stays {
            return;
        }
        let tree = self.new.document.tree();
        for (id, block) in tree.items.iter().enumerate().rev() {
            let keys = || block.children.iter().filter(|child| tree.item(**child).is_live_key());
            let gone = |child: &ItemId| {
                self.plan.removed.contains(child) || self.plan.replaced.contains_key(child)
            };
            let plain =
                block.children.iter().all(|&child| tree.item(child).kind != ItemKind::Other);
            let filled = self.plan.inserted.contains_key(&id);
            let is_block = block.is_live_key() && block.body.is_some() && keys().next().is_some();
            if !is_block || !plain || filled || !keys().all(gone) {
                continue;
            }
            let left: Vec<String> =
                keys().filter_map(|child| self.plan.replaced.get(child).cloned()).collect();
            let path = self.new.path(id).to_owned();
            // If the site has the block for other settings, the check of the result will say that
            // it is gone.
            if self.site.live(&path).is_none() {
                self.records.set(&path, Outcome::Kept, None);
            }
            if left.is_empty() {
                self.plan.removed.insert(id);
            } else {
                self.plan
                    .replaced
                    .insert(id, left.join(crate::render::line_end(self.new.document.text())));
            }
        }
    }
}
