//! XML as a format.

use super::{comment, escape, parse, tag};
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::{OFF, Tree};
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Xml;

impl Syntax for Xml {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, lines: false, line_comments: false, ..Shape::LINES }
    }

    fn raw(&self, document: &Document, place: Place, value: &str) -> Result<String, &'static str> {
        let Some(index) = place.attribute else {
            return Ok(escape::escape_text(value));
        };
        let outer = &document.text()[place.item.attributes[index].outer.clone()];
        let quote = if outer.ends_with('\'') { '\'' } else { '"' };
        Ok(format!("{quote}{}{quote}", escape::escape_attribute(value, quote)))
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        comment::uncommented(comment)
    }

    fn opens_values(&self) -> bool {
        true
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with("<!--")
    }

    fn renamed(&self, document: &Document, key: &Key, old: &str, new: &str) -> Option<Vec<Splice>> {
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
        let item = document.item_at(&key.path)?;
        let (old_name, old_identity) = old.split_once('[').unwrap_or((old, ""));
        let (new_name, new_identity) = new.split_once('[').unwrap_or((new, ""));
        let mut changes = Vec::new();
        if old_identity != new_identity {
            let attribute = item.attributes.iter().find(|attribute| attribute.identity)?;
            let value = new_identity.strip_suffix(']')?;
            let named = format!("{}=", &attribute.segment[1..]);
            let value = value.strip_prefix(&named).unwrap_or(value);
            let span = attribute.value.span.clone()?;
            let quote = if text[..span.start].ends_with('\'') { '\'' } else { '"' };
            changes.push((span, escape::escape_attribute(value, quote)));
        }
        if old_name != new_name {
            let start = item.span.start + 1;
            let name = tag::qualified_name(text, item.span.start);
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

    fn holder_name(&self, name: &str) -> String {
        format!("<{name}>")
    }
}
