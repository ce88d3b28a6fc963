//! Files whose inside is not read: one key, the whole text.

use crate::edit::Place;
use crate::key::Key;
use crate::syntax::{Shape, Splice, Syntax};
use crate::tree::{Item, ROOT, Tree, TreeBuilder, Value};
use crate::{Document, FileSpec, ParseError};

/// The key of a file whose inside is not read.
pub(crate) const WHOLE_FILE: &str = "(whole file)";

pub(crate) struct Opaque;

impl Syntax for Opaque {
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
        let mut builder = TreeBuilder::new(&spec.path, text, true);
        let mut item = Item::key(WHOLE_FILE, WHOLE_FILE.to_owned(), 0..text.len());
        item.value = Some(Value { text: text.to_owned(), span: Some(0..text.len()) });
        builder.add(ROOT, item)?;
        Ok(builder.finish())
    }

    fn shape(&self) -> Shape {
        Shape { line_comments: false, ..Shape::LINES }
    }

    fn raw(&self, _: &Document, _: Place, _: &str) -> Result<String, &'static str> {
        Err("the file is only known as a whole")
    }

    fn uncommented(&self, _: &str) -> Option<String> {
        None
    }

    fn is_comment(&self, _: &str) -> bool {
        false
    }

    fn renamed(&self, _: &Document, _: &Key, _: &str, _: &str) -> Option<Vec<Splice>> {
        None
    }
}
