//! Comments by their words: which are the vendor's, which the site's own.

use refit_model::Digest;

use crate::mark::replace_marks;

/// How many digits of a digest tell comments apart.
const ID_DIGITS: usize = 16;

/// What names a comment by its words: blank space and secrets do not count.
pub(crate) fn comment_id(text: &str) -> String {
    let plain = replace_marks(text, |_| "\u{E000}\u{E001}".to_owned());
    let words: Vec<_> = plain.split_whitespace().collect();
    let mut id = Digest::of(words.join(" ").as_bytes()).to_hex();
    id.truncate(ID_DIGITS);
    id
}

/// Whether the comment only draws lines or leaves space.
pub(crate) fn is_decoration(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}
