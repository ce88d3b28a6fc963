//! `key = value` as a format.

use super::parse;
use crate::edit::Place;
use crate::key::Key;
use crate::mark::replace_marks;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct KeyValue;

impl Syntax for KeyValue {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { last_counts: true, ..Shape::LINES }
    }

    fn raw(&self, document: &Document, place: Place, value: &str) -> Result<String, &'static str> {
        let before = place.value().and_then(|value| value.span.clone());
        let was_quoted = before.is_some_and(|span| document.text()[span].starts_with('\''));
        written(value, was_quoted)
    }

    fn entry(&self, name: &str, value: &str) -> Option<String> {
        let plain = |c: char| !c.is_whitespace() && !"#='".contains(c);
        let named = !name.is_empty() && name.chars().all(plain);
        let value = written(value, false).ok().filter(|_| named)?;
        Some(format!("{name} = {value}"))
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
        let start = item.span.start;
        (item.name != parse::INCLUDE)
            .then(|| vec![(start..start + item.name.len(), new.to_owned())])
    }
}

/// A value as it is to stand in the file.
fn written(value: &str, quoted: bool) -> Result<String, &'static str> {
    let plain = replace_marks(value, |_| "x".to_owned());
    let needs_quotes =
        plain.contains(['#', '\'']) || plain.is_empty() || plain.trim() != plain.as_ref();
    if plain.contains(['\n', '\r']) {
        Err("a value is one line")
    } else if !quoted && !needs_quotes {
        Ok(value.to_owned())
    } else if plain.contains('\'') {
        Err("a single quote cannot stand in a quoted value")
    } else {
        Ok(format!("'{value}'"))
    }
}
