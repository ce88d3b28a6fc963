//! Erlang terms as a format.

use super::{comment, parse};
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Erlang;

impl Syntax for Erlang {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, lines: false, separator: Some(','), ..Shape::LINES }
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        if parse::is_term(value) { Ok(value.to_owned()) } else { Err("it is no Erlang term") }
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        comment::uncommented(comment)
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with('%')
    }

    fn renamed(
        &self,
        document: &Document,
        key: &Key,
        _old: &str,
        new: &str,
    ) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let span = if document.text()[item.span.clone()].starts_with('{') {
            parse::name_at(document.text(), item.span.start)?
        } else {
            item.span.clone()
        };
        let name = new.replace("%2F", "/").replace("%5B", "[").replace("%5D", "]");
        Some(vec![(span, written(&name))])
    }
}

/// A name as Erlang reads it: atoms with quotes where they need some, strings as they are.
fn written(name: &str) -> String {
    let in_atom = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '@';
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(in_atom);
    if plain || name.starts_with(['"', '<']) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
}
