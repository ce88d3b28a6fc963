//! INI as a format.

use super::parse;
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Ini;

impl Syntax for Ini {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, ..Shape::LINES }
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        if value.contains(['\n', '\r']) {
            return Err("a value is one line");
        }
        Ok(value.to_owned())
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(parse::bare(comment).to_owned())
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with(['#', ';'])
    }

    fn renamed(&self, document: &Document, key: &Key, old: &str, new: &str) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let text = &document.text()[item.span.clone()];
        let at = text.find(item.name.as_str()).filter(|_| old != new)?;
        let start = item.span.start + at;
        Some(vec![(start..start + item.name.len(), new.to_owned())])
    }
}
