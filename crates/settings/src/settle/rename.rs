//! A key under another name, in the site's own text.

use std::ops::Range;

use super::align::split_last;
use crate::key::Key;
use crate::pattern::without_number;
use crate::render::line_end;
use crate::tree::{Item, OFF};
use crate::{Document, Format, properties, xml};

/// The document with `key` at the path `to`; none where the format cannot say that by a change of
/// the name alone, or something stands there already.
pub(super) fn renamed(document: &Document, key: &Key, to: &str) -> Option<Document> {
    let (above, old) = split_last(key.plain_path());
    let (new_above, new) = split_last(to);
    if above != new_above || document.keys().iter().any(|other| other.path == to && other.live) {
        return None;
    }
    let (old, new) = (without_number(old), without_number(new));
    let items = document.tree().items.iter();
    let changes = match document.spec().format {
        Format::Properties => {
            let item = items.into_iter().find(|item| item.path == key.path)?;
            vec![(key_span(document, item)?, properties::escape_key(new))]
        }
        Format::ShellEnvironment => {
            let item = items.into_iter().find(|item| item.path == key.path)?;
            let text = &document.text()[item.span.clone()];
            let at = item.span.start + text.find(item.name.as_str())?;
            vec![(at..at + item.name.len(), new.to_owned())]
        }
        Format::Xml => xml_changes(document, key, old, new)?,
        Format::Opaque => return None,
    };
    let mut text = document.text().to_owned();
    for (span, replacement) in changes.into_iter().rev() {
        text.replace_range(span, &replacement);
    }
    debug_assert!(line_end(&text) == line_end(document.text()));
    document.with_text(text).ok()
}

/// The place of a property's key.
fn key_span(document: &Document, item: &Item) -> Option<Range<usize>> {
    let value = item.value.as_ref()?.span.clone()?;
    let head = &document.text()[item.span.start..value.start];
    let escaped = properties::escape_key(&item.name);
    [escaped.as_str(), item.name.as_str()]
        .into_iter()
        .find(|key| head.starts_with(key))
        .map(|key| item.span.start..item.span.start + key.len())
}

fn xml_changes(
    document: &Document,
    key: &Key,
    old: &str,
    new: &str,
) -> Option<Vec<(Range<usize>, String)>> {
    let text = document.text();
    if let (Some(_), Some(new)) = (old.strip_prefix('@'), new.strip_prefix('@')) {
        let attributes = document.tree().items.iter().flat_map(|item| &item.attributes);
        let attribute = attributes.into_iter().find(|found| found.path == key.path)?;
        let outer = &text[attribute.outer.clone()];
        let start = attribute.outer.start + outer.len() - outer.trim_start().len();
        let end = start + text[start..].find(['=', ' ', '\t', '\r', '\n'])?;
        let local = text[start..end].rfind(':').map_or(start, |colon| start + colon + 1);
        return Some(vec![(local..end, new.to_owned())]);
    }
    let item = document.tree().items.iter().find(|item| item.path == key.path)?;
    let (old_name, old_identity) = old.split_once('[').unwrap_or((old, ""));
    let (new_name, new_identity) = new.split_once('[').unwrap_or((new, ""));
    let mut changes = Vec::new();
    if old_identity != new_identity {
        let attribute = item.attributes.iter().find(|attribute| attribute.identity)?;
        let value = new_identity.strip_suffix(']')?;
        let value = value.strip_prefix(&format!("{}=", &attribute.segment[1..])).unwrap_or(value);
        let span = attribute.value.span.clone()?;
        let quote = if text[..span.start].ends_with('\'') { '\'' } else { '"' };
        changes.push((span, xml::escape_attribute(value, quote)));
    }
    if old_name != new_name {
        let start = item.span.start + 1;
        let name = xml::qualified_name(text, item.span.start);
        let local = start + name.rfind(':').map_or(0, |colon| colon + 1);
        changes.insert(0, (local..start + name.len(), new_name.to_owned()));
        if let Some(body) = &item.body {
            let end = body.end + 2;
            let local = end + name.rfind(':').map_or(0, |colon| colon + 1);
            changes.push((local..end + name.len(), new_name.to_owned()));
        }
    }
    // A commented-out element without its brackets does not begin with one.
    let whole = text[item.span.start..].starts_with('<') || key.path.starts_with(OFF);
    whole.then_some(changes)
}
