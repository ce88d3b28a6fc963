//! A key under another name, in the site's own text.

use super::align::split_last;
use super::relocate::relocated;
use crate::Document;
use crate::key::Key;
use crate::pattern::without_number;
use crate::render::line_end;

/// The document with `key` at the path `to`; none where the format cannot say that, or something
/// stands there already.
pub(super) fn renamed(document: &Document, key: &Key, to: &str) -> Option<Document> {
    let (above, old) = split_last(key.plain_path());
    let (new_above, new) = split_last(to);
    if above != new_above {
        return relocated(document, key, to);
    }
    if document.keys().iter().any(|other| other.path == to && other.live) {
        return None;
    }
    let (old, new) = (without_number(old), without_number(new));
    let changes = document.spec().format.syntax().renamed(document, key, old, new)?;
    let mut text = document.text().to_owned();
    for (span, replacement) in changes.into_iter().rev() {
        text.replace_range(span, &replacement);
    }
    debug_assert!(line_end(&text) == line_end(document.text()));
    document.with_text(text).ok()
}
