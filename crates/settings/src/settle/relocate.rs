//! A key of an XML file under another holder: what a new layout of the vendor's asks for.

use super::align::split_last;
use crate::key::Key;
use crate::pattern::{parts, without_number};
use crate::render::{Insert, Piece, Plan, line_end, render};
use crate::tree::{ItemId, ItemKind, ROOT};
use crate::{Document, Format, xml};

/// The document with the live `key` at the path `to`, whose holder is another one and is made if it
/// is not there. None where that cannot be, or where something stands at `to`.
pub(super) fn relocated(document: &Document, key: &Key, to: &str) -> Option<Document> {
    // Read once more at the end: the secrets of what was away for a moment are still known here.
    let text = moved(document, key, to)?.text().to_owned();
    document.with_text(text).ok()
}

fn moved(document: &Document, key: &Key, to: &str) -> Option<Document> {
    if document.spec().format != Format::Xml || !key.live || document.live_value(to).is_some() {
        return None;
    }
    let place = document.live_value(&key.path)?;
    let (above, last) = split_last(to);
    let mut plan = Plan::default();
    let Some(index) = place.attribute else {
        if place.item.name != name_of(last) {
            return None;
        }
        let text = document.text()[place.item.span.clone()].to_owned();
        plan.removed.insert(place.id);
        let without = document.with_text(render(document, &plan)).ok()?;
        return with_child(&with_holder(without, above)?, above, text);
    };
    let attribute = &place.item.attributes[index];
    let name = last.strip_prefix('@')?;
    let raw = &document.text()[attribute.value.span.clone()?];
    let raw = format!(" {name}=\"{}\"", raw.replace('"', "&quot;"));
    plan.attributes.insert((place.id, index), None);
    let without = document.with_text(render(document, &plan)).ok()?;
    with_attribute(&with_holder(without, above)?, above, raw)
}

/// The document with all holders on the way to `path`.
fn with_holder(mut document: Document, path: &str) -> Option<Document> {
    let mut above = String::new();
    for part in parts(path) {
        let so_far = if above.is_empty() { part.to_owned() } else { format!("{above}/{part}") };
        if document.live_value(&so_far).is_none() {
            document = with_child(&document, &above, empty_element(&document, part)?)?;
        }
        above = so_far;
    }
    Some(document)
}

/// An element without content, as the part of a path names it.
fn empty_element(document: &Document, part: &str) -> Option<String> {
    let part = without_number(part);
    let name = name_of(part);
    let Some(identity) = part.strip_prefix(name)?.strip_prefix('[') else {
        return Some(format!("<{name}/>"));
    };
    let identity = identity.strip_suffix(']')?;
    let declared = document.spec().identities.iter().find(|found| found.element == name);
    let attributes = declared.map(|found| found.attributes.as_slice()).unwrap_or_default();
    let attribute = attributes.first().map_or("id", String::as_str);
    let value = identity.strip_prefix(&format!("{attribute}=")).unwrap_or(identity);
    Some(format!("<{name} {attribute}=\"{}\"/>", xml::escape_attribute(value, '"')))
}

fn with_child(document: &Document, holder: &str, text: String) -> Option<Document> {
    let id = if holder.is_empty() { ROOT } else { document.live_value(holder)?.id };
    let tree = document.tree();
    let after = tree.item(id).children.last().copied();
    let (lead, closing) = leads(document, id, after);
    let piece = Piece { lead, text, kind: ItemKind::Key, trailing_comment: false, closing };
    let mut plan = Plan::default();
    plan.inserted.entry(id).or_default().push(Insert { after, rank: 0, piece });
    document.with_text(render(document, &plan)).ok()
}

/// The space before a new last child, and before the closing tag of a holder without children.
fn leads(document: &Document, holder: ItemId, last: Option<ItemId>) -> (String, String) {
    let eol = line_end(document.text());
    let indent = |id: ItemId| {
        let before = &document.text()[..document.tree().item(id).span.start];
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        line[..line.len() - line.trim_start().len()].to_owned()
    };
    let own = if holder == ROOT { String::new() } else { indent(holder) };
    let above = document.tree().item(holder).parent;
    let step = match own.strip_prefix(&indent(above)) {
        Some(step) if above != ROOT && !step.is_empty() => step,
        _ => "    ",
    };
    let lead = last.map_or_else(|| format!("{own}{step}"), indent);
    (format!("{eol}{lead}"), format!("{eol}{own}"))
}

fn with_attribute(document: &Document, holder: &str, raw: String) -> Option<Document> {
    let id = document.live_value(holder)?.id;
    let mut plan = Plan::default();
    plan.added_attributes.entry(id).or_default().push((None, raw));
    document.with_text(render(document, &plan)).ok()
}

fn name_of(part: &str) -> &str {
    part.split(['[', '#']).next().unwrap_or(part)
}
