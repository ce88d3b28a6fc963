//! Slot marks inside texts: a mark stands for a secret and is never taken apart.

use std::borrow::Cow;
use std::ops::Range;

use refit_model::{SLOT_CLOSE, SLOT_OPEN};

/// How a secret appears in key paths and reports.
pub(crate) const SHOWN: &str = "(secret)";

/// Whether the text holds a mark.
pub(crate) fn has_mark(text: &str) -> bool {
    text.contains(SLOT_OPEN)
}

/// The marks in the text: their spans, with both ends.
pub(crate) fn marks(text: &str) -> Vec<Range<usize>> {
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(SLOT_OPEN) {
        let start = from + at;
        let end = mark_end(text, start).unwrap_or(text.len());
        marks.push(start..end);
        from = end;
    }
    marks
}

/// The end of the mark that begins at `start`, if one does.
pub(crate) fn mark_end(text: &str, start: usize) -> Option<usize> {
    let body = text[start..].strip_prefix(SLOT_OPEN)?;
    let close = body.find(SLOT_CLOSE)?;
    Some(start + SLOT_OPEN.len_utf8() + close + SLOT_CLOSE.len_utf8())
}

/// The slot's id inside a mark.
pub(crate) fn slot_id(mark: &str) -> &str {
    mark.trim_start_matches(SLOT_OPEN).trim_end_matches(SLOT_CLOSE)
}

/// The text with every mark replaced by what `replace` makes of its slot's id.
pub(crate) fn replace_marks(text: &str, mut replace: impl FnMut(&str) -> String) -> Cow<'_, str> {
    if !has_mark(text) {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for mark in marks(text) {
        replaced.push_str(&text[from..mark.start]);
        replaced.push_str(&replace(slot_id(&text[mark.clone()])));
        from = mark.end;
    }
    replaced.push_str(&text[from..]);
    Cow::Owned(replaced)
}

/// The text for people.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    replace_marks(text, |_| SHOWN.to_owned())
}

/// Whether the text is one mark and nothing else.
pub(crate) fn is_mark(text: &str) -> bool {
    mark_end(text, 0) == Some(text.len())
}

/// A slot's id that can stand anywhere in any format: in an attribute, a comment, a quoted or
/// plain word.
pub(crate) fn slot_text(file: &str, key: &str) -> String {
    let mut id = String::with_capacity(file.len() + key.len() + 1);
    push_plain(&mut id, file);
    id.push('#');
    push_plain(&mut id, key);
    id
}

fn push_plain(id: &mut String, text: &str) {
    for character in text.chars() {
        let after_dash = id.ends_with('-');
        match character {
            '-' if after_dash => id.push_str("%2D"),
            '/' | '[' | ']' | '@' | '.' | '#' | ':' | '*' | '-' | '_' | '~' | '!' | '+' | ','
            | '=' => id.push(character),
            other if other.is_alphanumeric() => id.push(other),
            other => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    id.push('%');
                    id.push_str(&format!("{byte:02X}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use refit_model::Template;

    #[test]
    fn marks_are_found_and_replaced() {
        let text = format!("a{}b{}c", Template::mark("f#x"), Template::mark("f#y"));
        assert_eq!(marks(&text).len(), 2);
        assert_eq!(shown(&text), "a(secret)b(secret)c");
        assert_eq!(replace_marks(&text, str::to_owned), "af#xbf#yc");
        assert!(is_mark(&Template::mark("f#x")));
        assert!(!is_mark(&text));
        assert_eq!(shown("plain"), "plain");
    }

    #[test]
    fn a_slot_id_breaks_no_format() {
        let id = slot_text("conf/a.xml", "b[q=\"<>&'\\ ;$`|--x]/@p");
        for bad in ["<", "&", "\"", "'", " ", "\\", ";", "$", "`", "|", "--", ">", "(", "%2D%2D"] {
            assert!(!id.contains(bad), "{bad} in {id}");
        }
        assert!(id.starts_with("conf/a.xml#b[q="));
    }
}
