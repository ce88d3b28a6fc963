//! Comments by their words: which are the vendor's, which the site's own.

use refit_model::Digest;

use crate::mark::replace_marks;

/// What names a comment by its words: blank space and secrets do not count.
pub(crate) fn comment_id(text: &str) -> String {
    let plain = replace_marks(text, |_| "\u{E000}\u{E001}".to_owned());
    let mut words = String::with_capacity(plain.len());
    for word in plain.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    Digest::of(words.as_bytes()).to_word()
}

/// Whether the comment only draws lines or leaves space.
pub(crate) fn is_decoration(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}
