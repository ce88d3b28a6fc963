//! Which comments of the site's file are the site's own.

use std::collections::HashSet;

use super::base::BaseView;
use super::side::Side;
use crate::comment::is_decoration;
use crate::tree::{ItemId, ItemKind, ROOT};

/// The comments that neither the old nor the new default has, or in which the site switched
/// something off. A line that only decorates belongs to the comments that it stands between.
pub(super) fn own_comments(site: &Side, base: &BaseView, new: &Side) -> HashSet<ItemId> {
    let tree = site.document.tree();
    let is_comment = |id: &ItemId| tree.item(*id).kind == ItemKind::Comment;
    let text = |id: ItemId| tree.item(id).value.as_ref().map_or("", |value| &value.text);
    let unknown = |id: &ItemId| {
        let words = site.comment_id(*id);
        !base.has_comment(words) && new.comments(words).is_empty()
    };
    // The vendor may have the same words elsewhere, about something else.
    let switches_off = |id: &ItemId| {
        let off = tree.item(*id).children.iter().map(|&child| site.path(child));
        off.into_iter().any(|path| {
            let was_on = base.live(path).is_some() && !base.is_off(path);
            was_on && site.live(path).is_none() && new.live(path).is_some()
        })
    };
    let is_own = |id: &ItemId| unknown(id) || switches_off(id);
    let mut own: HashSet<ItemId> = tree
        .subtree(ROOT)
        .into_iter()
        .filter(|id| is_comment(id) && !is_decoration(text(*id)) && is_own(id))
        .collect();
    let mut decorations = Vec::new();
    for item in &tree.items {
        for (place, &id) in item.children.iter().enumerate() {
            if !is_comment(&id) || !is_decoration(text(id)) {
                continue;
            }
            let before = place.checked_sub(1).and_then(|before| item.children.get(before));
            let around: Vec<ItemId> = before
                .into_iter()
                .chain(item.children.get(place + 1))
                .copied()
                .filter(|other| is_comment(other) && adjoin(site, id, *other))
                .collect();
            if !around.is_empty() && around.iter().all(|other| own.contains(other)) {
                decorations.push(id);
            }
        }
    }
    own.extend(decorations);
    own
}

/// No blank line stands between the two.
pub(super) fn adjoin(side: &Side, one: ItemId, other: ItemId) -> bool {
    let (one, other) = (&side.item(one).span, &side.item(other).span);
    let gap = one.end.min(other.end)..one.start.max(other.start);
    side.document.text()[gap].matches('\n').count() <= 1
}
