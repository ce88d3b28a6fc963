//! `mosquitto.conf` as a format.

use super::parse;
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Mosquitto;

impl Syntax for Mosquitto {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { last_counts: true, ..Shape::LINES }
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        if value.trim() != value || value.contains(['\n', '\r']) {
            return Err("a value is one line without blanks around it");
        }
        Ok(value.to_owned())
    }

    fn before_value(&self, head: &str) -> &'static str {
        if head.ends_with([' ', '\t']) { "" } else { " " }
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
        let plain = !new.contains(['[', '/', '#']);
        plain.then(|| vec![(start..start + item.name.len(), new.to_owned())])
    }
}
