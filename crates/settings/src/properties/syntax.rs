//! Java properties as a format.

use super::{escape, parse};
use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::Tree;
use crate::{Document, FileSpec, ParseError};

pub(crate) struct Properties;

impl Syntax for Properties {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        parse::parse(text, spec)
    }

    fn shape(&self) -> Shape {
        Shape { last_counts: true, ..Shape::LINES }
    }

    fn raw(&self, _: &Document, _: Place, value: &str) -> Result<String, &'static str> {
        Ok(escape::escape_value(value))
    }

    fn before_value(&self, head: &str) -> &'static str {
        escape::separator(head)
    }

    fn uncommented(&self, comment: &str) -> Option<String> {
        Some(parse::bare(comment).to_owned())
    }

    fn entry(&self, name: &str, value: &str) -> Option<String> {
        Some(format!("{}={}", escape::escape_key(name), escape::escape_value(value)))
    }

    fn is_comment(&self, text: &str) -> bool {
        text.starts_with(['#', '!'])
    }

    fn renamed(
        &self,
        document: &Document,
        key: &Key,
        _old: &str,
        new: &str,
    ) -> Option<Vec<Splice>> {
        let item = document.item_at(&key.path)?;
        let value = item.value.as_ref()?.span.clone()?;
        let head = &document.text()[item.span.start..value.start];
        let escaped = escape::escape_key(&item.name);
        let written =
            [escaped.as_str(), item.name.as_str()].into_iter().find(|key| head.starts_with(key))?;
        let span = item.span.start..item.span.start + written.len();
        Some(vec![(span, escape::escape_key(new))])
    }
}
