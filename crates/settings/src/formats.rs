//! One entry for all formats: from a text to its tree.

use refit_model::{SLOT_CLOSE, SLOT_OPEN};

use crate::tree::{Item, LineIndex, ROOT, Tree, TreeBuilder, Value};
use crate::{FileSpec, Format, ParseError, ParseProblem, properties, shell, xml};

/// The key of a file whose inside is not read.
pub(crate) const WHOLE_FILE: &str = "(whole file)";

/// Reads `text` as the spec says.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let tree = match spec.format {
        Format::Xml => xml::parse(text, spec),
        Format::Properties => properties::parse(text, spec),
        Format::ShellEnvironment => shell::parse(text, spec),
        Format::Opaque => opaque(text, spec),
    }?;
    refuse_hidden_marks(&tree, text, spec)?;
    Ok(tree)
}

fn opaque(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, true);
    let mut item = Item::key(WHOLE_FILE, WHOLE_FILE.to_owned(), 0..text.len());
    item.value = Some(Value { text: text.to_owned(), span: Some(0..text.len()) });
    builder.add(ROOT, item)?;
    Ok(builder.finish())
}

/// A character reference could smuggle in the characters that mark secrets.
fn refuse_hidden_marks(tree: &Tree, text: &str, spec: &FileSpec) -> Result<(), ParseError> {
    let count = |text: &str| text.matches([SLOT_OPEN, SLOT_CLOSE]).count();
    for item in &tree.items {
        let attributes = item.attributes.iter().map(|attribute| &attribute.value);
        for value in item.value.iter().chain(attributes) {
            let span = value.span.clone().unwrap_or_else(|| item.span.clone());
            if count(&value.text) > count(&text[span.clone()]) {
                let problem = ParseProblem::ReservedCharacter;
                return Err(LineIndex::new(text).error(&spec.path, span.start, problem));
            }
        }
    }
    Ok(())
}
