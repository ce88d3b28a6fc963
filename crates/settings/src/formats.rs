//! One entry for all formats: from a text to its tree.

use refit_model::{SLOT_CLOSE, SLOT_OPEN};

use crate::tree::{LineIndex, Tree};
use crate::{FileSpec, ParseError, ParseProblem};

/// Reads `text` as the spec says.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let tree = spec.format.syntax().parse(text, spec)?;
    refuse_hidden_marks(&tree, text, spec)?;
    Ok(tree)
}

/// A character reference could smuggle in the characters that mark secrets.
fn refuse_hidden_marks(tree: &Tree, text: &str, spec: &FileSpec) -> Result<(), ParseError> {
    let count = |text: &str| text.matches([SLOT_OPEN, SLOT_CLOSE]).count();
    for item in &tree.items {
        let attributes = item.attributes.iter().map(|attribute| &attribute.value);
        for value in item.value.iter().chain(attributes) {
            let inside = count(&value.text);
            let span = value.span.clone().unwrap_or_else(|| item.span.clone());
            if inside > 0 && inside > count(&text[span.clone()]) {
                let problem = ParseProblem::ReservedCharacter;
                return Err(LineIndex::new(text).error(&spec.path, span.start, problem));
            }
        }
    }
    Ok(())
}
