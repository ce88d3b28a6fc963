//! The smallest pieces of a NATS configuration: space, comments, keys, values.

use std::borrow::Cow;
use std::ops::Range;

use crate::mark::mark_end;

/// A place, and what was expected there.
pub(super) type Unexpected = (usize, &'static str);
/// What ends a value without quotes.
const ENDS: [char; 8] = [' ', '\t', '\n', '\r', ',', ';', ']', '}'];

/// Whether a comment begins at `at`.
pub(super) fn is_comment(text: &str, at: usize) -> bool {
    text[at..].starts_with('#') || text[at..].starts_with("//")
}

/// The end of the line that holds `at`.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |end| at + end)
}

/// Skips blanks and line ends.
pub(super) fn skip_space(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t', '\n', '\r']).len()
}

/// Skips blanks.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t']).len()
}

fn skip_space_and_comments(text: &str, at: usize) -> usize {
    let mut at = skip_space(text, at);
    while is_comment(text, at) {
        at = skip_space(text, line_end(text, at));
    }
    at
}

/// A key, and where its value begins.
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    /// With quotes.
    pub(super) span: Range<usize>,
    /// `:` or `=` stands between key and value.
    pub(super) separated: bool,
    pub(super) value: usize,
}

impl<'a> Key<'a> {
    pub(super) fn read(text: &'a str, at: usize) -> Result<Self, Unexpected> {
        let (name, end) = if let Some(quote) = text[at..].chars().next().filter(|&c| is_quote(c)) {
            let end = quoted_end(text, at, quote, false)?;
            (&text[at + 1..end - 1], end)
        } else {
            let length = text[at..].find([' ', '\t', '\n', '\r', ':', '=']);
            let end = length.map_or(text.len(), |length| at + length);
            (&text[at..end], end)
        };
        if name.is_empty() || name.contains(['{', '}', '[', ']', ',', ';']) {
            return Err((at, "a key, and a blank, `:` or `=` behind it"));
        }
        let after = skip_space(text, end);
        let separated = text[after..].starts_with([':', '=']);
        let value = if separated { skip_space(text, after + 1) } else { after };
        Ok(Self { name, span: at..end, separated, value })
    }
}

fn is_quote(character: char) -> bool {
    character == '"' || character == '\''
}

/// The end of the value that begins at `at`, whatever it is.
pub(super) fn value_end(text: &str, at: usize) -> Result<usize, Unexpected> {
    match text[at..].chars().next() {
        Some(quote) if is_quote(quote) => quoted_end(text, at, quote, quote == '"'),
        Some('(') => block_text_end(text, at),
        Some(open @ ('{' | '[')) => bracket_end(text, at, open),
        _ => {
            let end = plain_end(text, at);
            if end == at { Err((at, "a value")) } else { Ok(end) }
        }
    }
}

/// The end of what stands without quotes.
fn plain_end(text: &str, start: usize) -> usize {
    let mut at = start;
    while let Some(character) = text[at..].chars().next() {
        if let Some(end) = mark_end(text, at) {
            at = end;
        } else if ENDS.contains(&character) {
            break;
        } else {
            at += character.len_utf8();
        }
    }
    at
}

fn quoted_end(text: &str, start: usize, quote: char, escapes: bool) -> Result<usize, Unexpected> {
    let mut at = start + 1;
    while let Some(character) = text[at..].chars().next() {
        if character == quote {
            return Ok(at + 1);
        }
        at += character.len_utf8();
        if escapes && character == '\\' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    Err((start, "a closing quote"))
}

/// A text in parentheses ends with a `)` that is a line of its own.
fn block_text_end(text: &str, start: usize) -> Result<usize, Unexpected> {
    let mut at = start;
    while let Some(found) = text[at..].find("\n)") {
        at += found + 2;
        if text[at..].is_empty() || text[at..].starts_with(['\n', '\r']) {
            return Ok(at);
        }
    }
    Err((start, "a `)` on a line of its own"))
}

/// The end of a block or an array, by counting brackets.
fn bracket_end(text: &str, start: usize, open: char) -> Result<usize, Unexpected> {
    let mut depth = 0_usize;
    let mut at = start;
    // A quote or a parenthesis opens something only where a value or a key can begin.
    let mut begins = true;
    while let Some(character) = text[at..].chars().next() {
        match character {
            '{' | '[' => {
                depth += 1;
                at += 1;
                begins = true;
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                at += 1;
                begins = true;
                if depth == 0 {
                    return Ok(at);
                }
            }
            ' ' | '\t' | '\n' | '\r' | ',' | ';' | ':' | '=' => {
                at += 1;
                begins = true;
            }
            '"' | '\'' | '(' if begins => at = value_end(text, at)?,
            _ if begins && is_comment(text, at) => at = line_end(text, at),
            _ => {
                at = mark_end(text, at).unwrap_or(at + character.len_utf8());
                begins = false;
            }
        }
    }
    Err((start, if open == '{' { "a closing `}`" } else { "a closing `]`" }))
}

/// The elements of the array that begins at `at`.
pub(super) fn elements(text: &str, at: usize) -> Result<Vec<Range<usize>>, Unexpected> {
    let mut elements = Vec::new();
    let mut at = skip_space_and_comments(text, at + 1);
    while !text[at..].starts_with(']') {
        let end = value_end(text, at)?;
        elements.push(at..end);
        at = behind_element(text, end)?;
    }
    Ok(elements)
}

/// The next element, or the closing bracket.
fn behind_element(text: &str, end: usize) -> Result<usize, Unexpected> {
    let after = skip_blanks(text, end);
    if text[after..].starts_with(',') {
        return Ok(skip_space_and_comments(text, after + 1));
    }
    let next = skip_space_and_comments(text, after);
    if text[next..].starts_with(']') || next > line_end(text, after) {
        Ok(next)
    } else {
        Err((next, "`,`, a new line or `]`"))
    }
}

/// The text of a value that is neither a block nor an array.
pub(super) fn scalar(raw: &str) -> Cow<'_, str> {
    let inner = |quote: char| raw.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(text) = inner('\'').filter(|_| raw.len() > 1) {
        Cow::Borrowed(text)
    } else if let Some(text) = inner('"').filter(|_| raw.len() > 1) {
        unescape(text)
    } else if raw.starts_with('(') {
        Cow::Borrowed(raw.trim_start_matches('(').trim_end_matches(')').trim())
    } else {
        unescape(raw)
    }
}

fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some(plain @ ('"' | '\\')) => text.push(plain),
            // A character by its number stays as it is written.
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    Cow::Owned(text)
}

/// A text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text can stand without quotes.
pub(super) fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(['"', '\'', '(', '{', '[', '$', '#', '-', '.', ':', '=']);
    !text.is_empty()
        && !begins
        && !text.starts_with("//")
        && plain_end(text, 0) == text.len()
        && !text.contains(['\\', '\''])
}
