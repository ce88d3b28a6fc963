//! Plain lists as a format.

use super::parse;
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Lines;

impl Syntax for Lines {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape::LINES
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        if value.is_empty() || value.trim() != value || value.contains(['\n', '\r']) {
            return Err("an entry is one line");
        }
        Ok(value.to_owned())
    }

    fn uncommented(&self, _: &str) -> Option<String> {
        None
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with('#')
    }

    fn renamed(&self, _: &Document, _: &Key, _: &str, _: &str) -> Option<Vec<Splice>> {
        None
    }
}
