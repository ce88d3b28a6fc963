//! NATS configuration as a format.

use super::parse::{self, INCLUDE};
use super::scan::{is_plain, quoted};
use crate::edit::Place;
use crate::key::Key;
use crate::mark::{is_mark, replace_marks};
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Nats;

impl Syntax for Nats {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, last_counts: true, ..Shape::LINES }
    }

    fn raw(&self, document: &Document, place: Place, value: &str) -> Result<String, &'static str> {
        let span = place.value().and_then(|value| value.span.clone());
        let before = span.map_or("", |span| &document.text()[span]);
        // A secret stands with its quotes.
        if is_mark(value) {
            return Ok(value.to_owned());
        }
        let plain = replace_marks(value, |_| "x".to_owned());
        match before.chars().next() {
            Some('[') if !plain.contains(['\n', '\r']) => Ok(format!("[{value}]")),
            Some('[' | '(') => Err("a list is one line here"),
            Some('\'') if !plain.contains(['\'', '\n']) => Ok(format!("'{value}'")),
            Some('"' | '\'') => Ok(quoted(value)),
            Some('$') if plain.starts_with('$') && is_plain(&plain[1..]) => Ok(value.to_owned()),
            _ if is_plain(&plain) => Ok(value.to_owned()),
            _ => Ok(quoted(value)),
        }
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(parse::bare(comment).to_owned())
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with('#') || text.starts_with("//")
    }

    fn renamed(
        &self,
        document: &Document,
        key: &Key,
        _old: &str,
        new: &str,
    ) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let start = item.span.start;
        let written = &document.text()[start..];
        let plain = !new.contains(['[', '/', '#', ' ']);
        let same = written.to_lowercase().starts_with(&item.name);
        (plain && same && !item.name.is_empty() && item.name != INCLUDE)
            .then(|| vec![(start..start + item.name.len(), new.to_owned())])
    }
}
