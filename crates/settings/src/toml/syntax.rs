//! TOML as a format.

use super::{parse, scalar};
use crate::data::quoted;
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::{ItemId, ROOT, Tree};
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Toml;

impl Syntax for Toml {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, ..Shape::LINES }
    }

    fn shape_inside(&self, document: &Document, holder: ItemId) -> Shape {
        let body = document.tree().item(holder).body.clone().unwrap_or_default();
        let text = &document.text()[..body.start];
        // The header of a table ends before its body too, but with the other bracket.
        if holder == ROOT || !text.ends_with(['[', '{']) {
            return self.shape();
        }
        Shape { lines: false, separator: Some(','), ..self.shape() }
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        Ok(scalar::raw(value))
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(parse::bare(comment).to_owned())
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with('#')
    }

    fn renamed(&self, document: &Document, key: &Key, _: &str, new: &str) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        // The last part of a dotted key cannot be told from the others without reading it.
        let text = &document.text()[item.span.clone()];
        let plain = item.segment == item.name && text.starts_with(item.name.as_str());
        let in_key = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        let bare = !new.is_empty() && new.chars().all(in_key);
        let written = if bare { new.to_owned() } else { quoted(new) };
        plain.then(|| vec![(item.span.start..item.span.start + item.name.len(), written)])
    }
}
