//! What is switched on in the site's file and commented out in the new default.
//!
//! It is switched on in the new default before anything is merged, so that its own changes and the
//! site's are then settled like all others.

use std::collections::{BTreeMap, HashSet};

use super::base::{BaseView, comparable};
use super::judge::{Answer, Demand, Judge};
use super::records::Records;
use super::shown::shown_item;
use super::side::Side;
use super::site_only::changed_since;
use crate::Document;
use crate::render::{Plan, render};
use crate::tree::{ItemId, ItemKind};

/// The new default with everything switched on that is to stay on; none where nothing is.
pub(super) fn switched_on(
    judge: &Judge,
    base: &mut BaseView,
    site: &Side,
    new: &Side,
    records: &mut Records,
) -> Option<Document> {
    let mut plan = Plan::default();
    let mut on = Vec::new();
    let items = new.document.tree().items.iter().enumerate();
    for (id, comment) in items.filter(|(_, item)| item.kind == ItemKind::Comment) {
        let wanted = |&child: &ItemId| is_wanted(judge, base, site, new, child);
        if comment.children.is_empty() || !comment.children.iter().all(wanted) {
            continue;
        }
        let whole = &new.document.text()[comment.span.clone()];
        let Some(live) = new.document.spec().format.syntax().uncommented(whole) else {
            continue;
        };
        plan.replaced.insert(id, live);
        on.extend(comment.children.iter().map(|&child| new.path(child).to_owned()));
    }
    if on.is_empty() {
        return None;
    }
    let document = new.document.with_text(render(&new.document, &plan)).ok()?;
    let values = new.off_values();
    if !keeps_all(&new.document, &document)
        || !on.iter().all(|path| is_on(&document, path, &values))
    {
        return None;
    }
    for path in on {
        if base.live(&path).is_some() {
            let why = "The vendor's new default has this commented out. It was in force, so it \
                       stays in force.";
            records.remark(&path, why);
        } else {
            base.switch_on(&path);
        }
    }
    Some(document)
}

/// Whether all that was live is so still, with the same value: what is switched on may reach into
/// the line behind it.
fn keeps_all(before: &Document, after: &Document) -> bool {
    let live = |document: &Document| -> HashSet<(String, Option<String>)> {
        let keys = document.keys().into_iter().filter(|key| key.live);
        keys.map(|key| (key.path, key.value)).collect()
    };
    live(before).is_subset(&live(after))
}

/// Whether what was switched on has the value that it had in the comment.
fn is_on(document: &Document, path: &str, off: &BTreeMap<String, Option<String>>) -> bool {
    let lines = document.spec().format.shape().lines;
    let live = || document.keys().into_iter().find(|key| key.live && key.path == path);
    let value = || live().map(|key| key.value.as_deref().map(comparable));
    !lines || value().as_ref() == off.get(path)
}

fn is_wanted(judge: &Judge, base: &BaseView, site: &Side, new: &Side, off: ItemId) -> bool {
    let path = new.path(off);
    let example = new.item(off);
    if example.opens.is_some() || example.section.is_some_and(|found| found.header.is_some()) {
        // What it would mean depends on where it stands.
        return false;
    }
    let Some(ours) = site.live(path).filter(|_| new.live(path).is_none()) else {
        return false;
    };
    // An example that stays beside what is live is only an example.
    if site.off(path).is_some() || base.live(path).is_some() && base.is_off(path) {
        return false;
    }
    // Inside of a shell block, or outside: there it must be switched on, or nowhere.
    let holder = |side: &Side, item: ItemId| {
        let mut above = side.item(item).parent;
        while side.item(above).kind == ItemKind::Comment {
            above = side.item(above).parent;
        }
        side.path(above).to_owned()
    };
    if holder(site, ours) != holder(new, off) {
        return false;
    }
    let shown = shown_item(site, ours);
    match judge.answer(path, Some(&shown), None) {
        Some(Answer::KeepSite) => return true,
        Some(Answer::TakeNew) => return false,
        Some(Answer::Own(_)) | None => {}
    }
    if base.live(path).is_none() {
        // The site switched on an example that both defaults have commented out.
        return base.is_off(path);
    }
    let keys = site.keys_under(ours);
    let kept = judge.directive(path).is_some_and(|found| found.demand == Demand::KeepSite);
    let guarded = keys.iter().any(|(key, _)| judge.guard(key).is_some());
    kept || guarded || changed_since(judge, base, path, &keys)
}
