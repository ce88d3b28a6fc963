//! Secrets that show by their form, inside longer texts: credentials in URIs, `name=value` with a
//! secret's name, `ENC(...)`, private keys.

use std::borrow::Cow;
use std::ops::Range;

use super::name::{is_no_secret_value, is_secret_name};
use crate::mark;

/// The longest secret that is looked for, in bytes: it keeps the search short in hostile text.
const MAX_SECRET: usize = 4096;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A value: blanks end a word, `=` joins a name and its value.
    Value,
    /// A comment or a text that Refit does not read: also `name: value`, markup, quotes.
    Prose,
}

/// A secret inside a text: its place, and a word for what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) label: String,
}

/// Finds secrets in a text as it stands in the file. The parts do not overlap and are in order.
pub(super) fn scan(whole: &str, reading: Reading) -> Vec<Part> {
    let has = |bytes: &[u8]| whole.bytes().any(|byte| bytes.contains(&byte));
    // No secret is without one of these; most texts are plain words.
    if !has(b"=:-(<") {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let text = &*without_marks(whole);
    if has(b"-") {
        private_keys(text, &mut parts);
        options(text, &mut parts);
    }
    if has(b"(") {
        encrypted(text, &mut parts);
    }
    if has(b":") {
        credentials(text, &mut parts);
    }
    if has(b"=:") {
        named(text, reading, &mut parts);
    }
    if reading == Reading::Prose && has(b"<=") {
        markup(text, &mut parts);
    }
    parts.retain(|part| {
        let found = whole.get(part.span.clone());
        found.is_some_and(|found| !mark::has_mark(found) && !is_no_secret_value(found))
    });
    merged(parts)
}

/// The text with plain letters in the place of marks: what a mark names is not searched.
fn without_marks(text: &str) -> Cow<'_, str> {
    let marks = mark::marks(text);
    if marks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut from = 0;
    for found in marks {
        plain.push_str(&text[from..found.start]);
        plain.push_str(&"x".repeat(found.len()));
        from = found.end;
    }
    plain.push_str(&text[from..]);
    Cow::Owned(plain)
}

/// A text that is to stand in a key path: without secrets and marks.
pub(crate) fn shown_identity(text: &str) -> Cow<'_, str> {
    let parts = scan(text, Reading::Value);
    if parts.is_empty() {
        return mark::shown(text);
    }
    let mut shown = String::new();
    let mut from = 0;
    for part in parts {
        shown.push_str(&text[from..part.span.start]);
        shown.push_str(mark::SHOWN);
        from = part.span.end;
    }
    shown.push_str(&text[from..]);
    Cow::Owned(mark::shown(&shown).into_owned())
}

/// Overlapping parts become one.
fn merged(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| (part.span.start, part.span.end));
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        match merged.last_mut() {
            Some(last) if part.span.start < last.span.end => {
                last.span.end = last.span.end.max(part.span.end);
            }
            _ => merged.push(part),
        }
    }
    merged
}

/// The text from `start` on, as far as a secret could reach.
fn near(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    &rest[..rest.floor_char_boundary(MAX_SECRET)]
}

fn private_keys(text: &str, parts: &mut Vec<Part>) {
    const HEAD: &str = "-----BEGIN";
    const HEAD_END: &str = "PRIVATE KEY-----";
    let mut from = 0;
    while let Some(at) = text[from..].find(HEAD).map(|at| from + at) {
        from = at + HEAD.len();
        let line = near(text, from).lines().next().unwrap_or_default();
        if let Some(head) = line.find(HEAD_END) {
            let body = from + head + HEAD_END.len();
            from = text[body..].find("-----END").map_or(text.len(), |length| body + length);
            parts.push(Part { span: body..from, label: "private-key".to_owned() });
        }
    }
}

fn encrypted(text: &str, parts: &mut Vec<Part>) {
    for (at, _) in text.match_indices("ENC(") {
        if let Some(length) = near(text, at).find(')') {
            parts.push(Part { span: at..at + length + 1, label: "encrypted".to_owned() });
        }
    }
}

/// `scheme://user:password@host`, and Oracle's `thin:user/password@host`.
fn credentials(text: &str, parts: &mut Vec<Part>) {
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let token = &text[start..uri_end(text, start)];
        let password = token
            .rfind('@')
            .and_then(|close| Some(start + token[..close].find(':')? + 1..start + close));
        parts.extend(password.map(|span| Part { span, label: "credentials".to_owned() }));
    }
    for (at, separator) in text.match_indices(":thin:") {
        let start = at + separator.len();
        let token = &text[start..uri_end(text, start)];
        let password = token
            .rfind('@')
            .and_then(|close| Some(start + token[..close].find('/')? + 1..start + close));
        parts.extend(password.map(|span| Part { span, label: "credentials".to_owned() }));
    }
}

/// The end of a URI's part before the query, as far as a password could reach.
fn uri_end(text: &str, start: usize) -> usize {
    let ends = |character: char| character.is_whitespace() || "?\"'<>".contains(character);
    let rest = near(text, start);
    let (own, next) = match rest.find("://") {
        Some(next) => (&rest[..next], true),
        None => (rest, false),
    };
    let end = own.find(ends);
    // In a list of URIs, the next one begins behind the last comma before its `://`.
    let comma = own.rfind(',').filter(|_| next && end.is_none());
    start + end.or(comma).unwrap_or(own.len())
}

/// `name=value` with a secret's name; in prose also `name: value` and quoted values.
fn named(text: &str, reading: Reading, parts: &mut Vec<Part>) {
    for (at, separator) in text.match_indices(['=', ':']) {
        if separator == ":" && (reading == Reading::Value || text[at..].starts_with("://")) {
            continue;
        }
        let before = text[..at].trim_end_matches([' ', '\t', '"', '\'']);
        let gap = &text[before.len()..at];
        if !gap.is_empty() && reading == Reading::Value {
            continue;
        }
        let name = &before[start_of_name(before)..];
        if !is_secret_name(name) {
            continue;
        }
        let mut start = at + separator.len();
        if reading == Reading::Prose {
            start += text[start..].len() - text[start..].trim_start_matches([' ', '\t']).len();
        }
        parts.push(Part { span: value_at(text, start), label: name.to_owned() });
    }
}

fn start_of_name(text: &str) -> usize {
    let in_name = |character: char| character.is_alphanumeric() || "_.-".contains(character);
    text.trim_end_matches(in_name).len()
}

/// The value that begins at `start`: up to the closing quote, or to what separates values.
fn value_at(text: &str, start: usize) -> Range<usize> {
    for quote in ["\\\"", "&quot;", "\"", "'"] {
        if let Some(inside) = near(text, start).strip_prefix(quote) {
            let start = start + quote.len();
            return start..start + inside.find(quote).unwrap_or(inside.len());
        }
    }
    let mut at = start;
    let limit = start + near(text, start).len();
    while let Some(character) = text[at..limit.max(at)].chars().next() {
        if let Some(continued) = continuation(&text[at..]) {
            at += continued;
        } else if separates(&text[at..], character) {
            break;
        } else {
            at += character.len_utf8();
        }
    }
    start..at
}

/// A backslash with the line end and blanks behind it joins two lines of one word.
fn continuation(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\\')?;
    let line = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
    Some(text.len() - line.trim_start_matches([' ', '\t']).len())
}

/// Whether a plain value ends here. A separator that could be part of a password ends it only
/// where what follows shows that it separates.
fn separates(rest: &str, character: char) -> bool {
    let next = &rest[character.len_utf8()..];
    let name = next.len()
        - next.trim_start_matches(|c: char| c.is_alphanumeric() || "_.+-".contains(c)).len();
    let after_name = &next[name..];
    match character {
        '&' => !rest.starts_with("&lt;") && !rest.starts_with("&gt;") && !rest.starts_with("&#"),
        ';' => after_name.starts_with('=') || next.is_empty(),
        ',' => after_name.starts_with("://") || after_name.starts_with('='),
        ')' => next.is_empty() || next.starts_with(['?', ',', ')', '"', '\'', ' ']),
        other => other.is_whitespace() || "\"'<>".contains(other),
    }
}

/// `--name value` and `-name value` with a secret's name.
fn options(text: &str, parts: &mut Vec<Part>) {
    let mut words = words(text).into_iter().peekable();
    while let Some(word) = words.next() {
        let option = text[word.clone()].trim_start_matches(['"', '\'']);
        let name = option.trim_start_matches('-');
        let is_option = option.starts_with('-') && !name.contains('=') && is_secret_name(name);
        let Some(value) = words.peek().filter(|_| is_option) else {
            continue;
        };
        if !text[value.clone()].starts_with('-') {
            let span = value_at(text, value.start);
            parts.push(Part { span, label: name.to_owned() });
        }
    }
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in text.split(|character: char| character.is_whitespace()) {
        if !word.is_empty() {
            words.push(at..at + word.len());
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    words
}

/// `<password>value</` and `name="password" value="value"` in text that is no whole markup.
fn markup(text: &str, parts: &mut Vec<Part>) {
    for (at, _) in text.match_indices('<') {
        let inside = &text[at + 1..];
        let Some(close) = inside.find(['>', '<']) else {
            break;
        };
        let name = inside[..close].split_whitespace().next().unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or(name);
        let opens = inside[close..].starts_with('>') && !inside.starts_with('/');
        if opens && is_secret_name(local) {
            let start = at + 1 + close + 1;
            let end = text[start..].find('<').map_or(text.len(), |length| start + length);
            parts.push(Part { span: start..end, label: local.to_owned() });
        }
    }
    for attribute in ["name=", "key="] {
        for (at, _) in text.match_indices(attribute) {
            let name = &text[value_at(text, at + attribute.len())];
            let tag = near(text, at).split('>').next().unwrap_or_default();
            let value = tag.find("value=").map(|length| at + length + "value=".len());
            if let (true, Some(value)) = (is_secret_name(name), value) {
                parts.push(Part { span: value_at(text, value), label: name.to_owned() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str, reading: Reading) -> Vec<&str> {
        scan(text, reading).into_iter().map(|part| &text[part.span]).collect()
    }

    fn in_value(text: &str) -> Vec<&str> {
        secrets(text, Reading::Value)
    }

    fn in_prose(text: &str) -> Vec<&str> {
        secrets(text, Reading::Prose)
    }

    #[test]
    fn credentials_of_uris() {
        assert_eq!(in_value("tcp://bob:hunter2@host:1?a=b"), ["hunter2"]);
        assert_eq!(in_value("failover:(tcp://a:p1@h:1,tcp://b:p2@h:2)?x=y"), ["p1", "p2"]);
        assert_eq!(in_value("amqp://u:p@ss/w@host"), ["p@ss/w"]);
        assert_eq!(in_value("jdbc:oracle:thin:scott/tiger@db:1521:x"), ["tiger"]);
        assert_eq!(in_value("tcp://0.0.0.0:61616?maximumConnections=1000"), [""; 0]);
        assert_eq!(in_value("tcp://bob:${pw}@host"), [""; 0]);
    }

    #[test]
    fn names_and_values() {
        assert_eq!(in_value("ssl://h:1?keyStorePassword=abc&amp;x=1"), ["abc"]);
        assert_eq!(in_value("ssl://h:1?a=b;trustStorePassword=a;b;c=d"), ["a;b"]);
        assert_eq!(in_value("-Xmx1G -Djavax.net.ssl.keyStorePassword=a,b -Dx=y"), ["a,b"]);
        assert_eq!(in_value("-Dp.password='a b' -Dx"), ["a b"]);
        assert_eq!(in_value("--jmxuser u --jmxpassword abcd -x"), ["abcd"]);
        assert_eq!(in_value("-Dpw.password=ab\\\n   cd -Dx"), ["ab\\\n   cd"]);
        assert_eq!(in_value("x ENC(aGVsbG8=) y"), ["ENC(aGVsbG8=)"]);
        assert_eq!(in_value("-Dcom.sun.jmxremote.password.file=/etc/x"), [""; 0]);
        assert_eq!(in_value("password=a&lt;b&#65;c&amp;d=e"), ["a&lt;b&#65;c"]);
    }

    #[test]
    fn prose_is_read_more_widely() {
        assert_eq!(in_prose("the password: hunter2, really"), ["hunter2,"]);
        assert_eq!(in_prose("<a password=\"x y\" b='c'> and more"), ["x y"]);
        assert_eq!(in_prose("<property name=\"keyStorePassword\" value=\"pw\"/> text"), ["pw"]);
        assert_eq!(in_prose("see <b:password>pw</b:password> text"), ["pw"]);
        assert_eq!(in_prose("password = \"pw\";"), ["pw"]);
        assert_eq!(
            in_prose("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"),
            ["\nAAAA\n"]
        );
        assert_eq!(in_prose("Passwords are kept elsewhere. Set authenticate=false"), [""; 0]);
    }

    #[test]
    fn paths_show_no_secret() {
        assert_eq!(shown_identity("tcp://u:pw@h"), "tcp://u:(secret)@h");
        assert_eq!(shown_identity("plain"), "plain");
    }
}
