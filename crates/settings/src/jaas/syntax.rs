//! JAAS login configurations as a format.

use super::{parse, token};
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Jaas;

impl Syntax for Jaas {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { nested: true, lines: false, ..Shape::LINES }
    }

    fn raw(&self, _: &Document, place: Place, value: &str) -> Result<String, &'static str> {
        if place.item.body.is_none() {
            return Ok(token::quoted(value));
        }
        // A module's flag is no text in quotes; what is no flag does not read back.
        let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphabetic());
        if plain { Ok(value.to_owned()) } else { Err("it is no flag of a login module") }
    }

    fn ends_with_line(&self, comment: &str) -> bool {
        comment.starts_with("//")
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(parse::bare(comment).to_owned())
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with("//") || text.starts_with("/*")
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
        let text = &document.text()[item.span.clone()];
        let written = [item.name.clone(), token::quoted(&item.name)];
        let old = written.into_iter().find(|name| text.starts_with(name.as_str()))?;
        Some(vec![(start..start + old.len(), new.replace("%2F", "/"))])
    }
}
