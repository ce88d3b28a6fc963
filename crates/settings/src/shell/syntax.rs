//! Shell files as a format.

use super::{COMMAND, parse, quote};
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct ShellEnvironment;

impl Syntax for ShellEnvironment {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape::LINES
    }

    fn raw(&self, document: &Document, place: Place, value: &str) -> Result<String, &'static str> {
        if place.item.name == COMMAND {
            return Err("it is a command, not a value");
        }
        let before = place.value().and_then(|value| value.span.clone());
        let before = before.map_or("", |span| &document.text()[span]);
        quote::quoted(value, before).map_err(|why| why.0)
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(parse::bare(comment).to_owned())
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with('#')
    }

    fn renamed(
        &self,
        document: &Document,
        key: &Key,
        _old: &str,
        new: &str,
    ) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let text = &document.text()[item.span.clone()];
        let at = item.span.start + text.find(item.name.as_str())?;
        Some(vec![(at..at + item.name.len(), new.to_owned())])
    }
}
