//! How a question or a decision shows what it is about.

use refit_model::Shown;

use super::side::Side;
use crate::Document;
use crate::key::shown_value;
use crate::tree::ItemId;

/// The longest text of an element that a question shows, in characters.
const MAX_SHOWN: usize = 400;

/// An item's value, or where it has none, all of its text.
pub(super) fn shown_item(side: &Side, item: ItemId) -> Shown {
    shown_in(&side.document, item)
}

/// As [`shown_item`], of a document.
pub(super) fn shown_in(document: &Document, item: ItemId) -> Shown {
    match &document.tree().item(item).value {
        Some(value) => shown_value(&value.text),
        None => Shown::Text(whole_text(document, item)),
    }
}

/// An element's text on one line, without secrets; a long one is cut, and its digest shows whether
/// two are the same.
fn whole_text(document: &Document, item: ItemId) -> String {
    let text = &document.text()[document.tree().item(item).span.clone()];
    let shown = crate::mark::shown(text);
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => {
            let digest = refit_model::Digest::of(line.as_bytes()).short();
            format!("{} ... ({digest})", &line[..end])
        }
        None => line,
    }
}
