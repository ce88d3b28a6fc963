//! Values with structure: they are settled part by part.

mod duration;
pub(crate) mod jvm;
mod list;
mod merge;
mod parts;
mod size;
mod uri;

pub(crate) use merge::{merge, same_value};
pub use uri::ConnectorUri;

/// The longest placeholder that is looked for, in bytes: it keeps the search short.
const MAX_PLACEHOLDER: usize = 4096;

/// Behind the `${...}` or `#{...}` at `at`, if one is there.
fn placeholder_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if !rest.starts_with("${") && !rest.starts_with("#{") {
        return None;
    }
    let near = &rest[..rest.floor_char_boundary(MAX_PLACEHOLDER)];
    near.find('}').map(|length| at + length + 1)
}
