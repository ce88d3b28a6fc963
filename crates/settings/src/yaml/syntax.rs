//! YAML as a format.

use super::{indent, notes, parse, scalar};
use crate::edit::Place;
use crate::key::Key;
use crate::render::Piece;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::{ItemId, ROOT, Tree};
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Yaml;

impl Syntax for Yaml {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, last_counts: true, ..Shape::LINES }
    }

    fn shape_inside(&self, document: &Document, holder: ItemId) -> Shape {
        let body = document.tree().item(holder).body.clone().unwrap_or_default();
        if holder == ROOT || !document.text()[..body.start].ends_with(['[', '{']) {
            return self.shape();
        }
        Shape { lines: false, separator: Some(','), ..self.shape() }
    }

    fn fitted(&self, piece: Piece, document: &Document, holder: ItemId, column: usize) -> Piece {
        match self.shape_inside(document, holder).separator {
            Some(_) => piece,
            None => indent::fitted(piece, document, holder, column),
        }
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        Ok(scalar::raw(value))
    }

    fn before_value(&self, head: &str) -> &'static str {
        if head.ends_with([' ', '\t', '\n', '[', '{', ',']) || head.is_empty() { "" } else { " " }
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(notes::bare(comment).to_owned())
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with('#')
    }

    fn renamed(&self, document: &Document, key: &Key, _: &str, new: &str) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let text = &document.text()[item.span.clone()];
        let written = [item.name.clone(), format!("\"{}\"", item.name), format!("'{}'", item.name)];
        let written = written.iter().find(|written| text.starts_with(written.as_str()))?;
        Some(vec![(item.span.start..item.span.start + written.len(), scalar::raw(new))])
    }
}
