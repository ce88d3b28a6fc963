//! JSON as a format.

use super::{parse, scalar};
use crate::data::quoted;
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::{ItemId, Tree};
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Json;

impl Syntax for Json {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape {
            nested: true,
            lines: false,
            separator: Some(','),
            last_counts: true,
            ..Shape::LINES
        }
    }

    fn shape_inside(&self, _: &Document, _: ItemId) -> Shape {
        self.shape()
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        Ok(scalar::raw(value))
    }

    /// A comma would have to come or go with it: what a comment holds is written anew.
    fn uncommented(&self, _: &str) -> Option<String> {
        None
    }

    fn ends_with_line(&self, comment: &str) -> bool {
        comment.starts_with("//")
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with("//") || text.starts_with("/*")
    }

    fn renamed(&self, document: &Document, key: &Key, _: &str, new: &str) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let text = &document.text()[item.span.clone()];
        let end = parse::string_end(text, 0)?;
        Some(vec![(item.span.start..item.span.start + end, quoted(new))])
    }
}
