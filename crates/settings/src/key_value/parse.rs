//! From the text of a `key = value` file to a tree.

use std::ops::Range;

use crate::mark::mark_end;
use crate::tree::{Item, ItemKind, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError};

const BLANKS: [char; 2] = [' ', '\t'];
const LINE_ENDS: [char; 2] = ['\n', '\r'];
/// A line that takes in other files.
pub(super) const INCLUDE: &str = "include";

/// Reads `text`.
pub(super) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, true);
    let mut at = 0;
    while at < text.len() {
        let start = at + blanks(&text[at..]);
        at = match text[start..].chars().next() {
            None => start,
            Some('\n' | '\r') => start + 1,
            Some('#') => comment(&mut builder, text, start)?,
            Some(_) => entry(&mut builder, text, start)?,
        };
    }
    Ok(builder.finish())
}

/// A comment's text without the marks that make it one.
pub(super) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(|first: char| first == '#' || BLANKS.contains(&first))
}

fn comment(builder: &mut TreeBuilder, text: &str, start: usize) -> Result<usize, ParseError> {
    let end = line_end(text, start);
    let mut item = Item::new(ItemKind::Comment, start..end);
    item.live = false;
    item.value = Some(Value { text: text[start + 1..end].to_owned(), span: Some(start + 1..end) });
    let id = builder.add(ROOT, item)?;
    let inner = end - bare(&text[start..end]).len();
    if let Ok(entry) = Entry::read(&text[..end], inner) {
        // Prose has blanks where a key has none, and seldom a `=`.
        if entry.name != INCLUDE || text[entry.key.end..entry.value.start].contains('=') {
            builder.add(id, entry.item(text, false))?;
        }
    }
    Ok(end)
}

/// A setting, and the comment behind it on its line. Returns where the line ends.
fn entry(builder: &mut TreeBuilder, text: &str, start: usize) -> Result<usize, ParseError> {
    let entry =
        Entry::read(text, start).map_err(|(at, expected)| builder.expected(at, expected))?;
    builder.add(ROOT, entry.item(text, true))?;
    let rest = entry.value.end + blanks(&text[entry.value.end..]);
    if text[rest..].starts_with('#') { comment(builder, text, rest) } else { Ok(rest) }
}

/// The places of one setting.
struct Entry<'a> {
    name: &'a str,
    key: Range<usize>,
    /// With the quotes, if it has some.
    value: Range<usize>,
}

impl<'a> Entry<'a> {
    /// Reads a setting that begins at `start`. The error is a place, and what was expected there.
    fn read(text: &'a str, start: usize) -> Result<Self, (usize, &'static str)> {
        let key = start..start + key_length(&text[start..]);
        if key.is_empty() {
            return Err((start, "a key of letters, digits, `_`, `-` and dots, or a comment"));
        }
        let name = &text[key.clone()];
        let after = key.end + blanks(&text[key.end..]);
        let value = match text[after..].strip_prefix('=') {
            Some(rest) => after + 1 + blanks(rest),
            None if name == INCLUDE && after > key.end => after,
            None => return Err((after, "`=` behind the key")),
        };
        let end = value + value_length(&text[value..]);
        if end == value {
            return Err((value, "a value"));
        }
        if text[value..].starts_with('\'') {
            let rest = end + blanks(&text[end..]);
            if !text[value + 1..end].ends_with('\'') {
                return Err((value, "a closing quote"));
            }
            if !text[rest..].is_empty() && !text[rest..].starts_with(['\n', '\r', '#']) {
                return Err((rest, "the end of the line behind the closing quote"));
            }
        }
        Ok(Self { name, key, value: value..end })
    }

    fn item(&self, text: &str, live: bool) -> Item {
        let raw = &text[self.value.clone()];
        let value = unquoted(raw).unwrap_or(raw);
        let segment = if self.name == INCLUDE && !text[self.key.end..self.value.start].contains('=')
        {
            format!("{INCLUDE}[{}]", identity(value))
        } else {
            self.name.to_owned()
        };
        let mut item = Item::key(self.name, segment, self.key.start..self.value.end);
        item.live = live;
        item.value = Some(Value { text: value.to_owned(), span: Some(self.value.clone()) });
        item
    }
}

/// What stands in single quotes.
pub(super) fn unquoted(raw: &str) -> Option<&str> {
    raw.strip_prefix('\'')?.strip_suffix('\'')
}

/// The length of the key at the beginning of `text`: words with dots between them.
fn key_length(text: &str) -> usize {
    let in_word = |found: char| found.is_ascii_alphanumeric() || "_-".contains(found);
    let mut end = 0;
    let mut after_dot = true;
    while let Some(character) = text[end..].chars().next() {
        if text[end..].starts_with("\\.") {
            end += 2;
            after_dot = false;
        } else if in_word(character) || character == '.' && !after_dot {
            end += 1;
            after_dot = character == '.';
        } else {
            break;
        }
    }
    if after_dot { 0 } else { end }
}

/// The length of the value at the beginning of `text`, without blanks at its end.
fn value_length(text: &str) -> usize {
    if let Some(quoted) = text.strip_prefix('\'') {
        return quoted.find('\'').map_or(line_end(text, 0), |end| end + 2);
    }
    let mut end = 0;
    while let Some(character) = text[end..].chars().next() {
        if let Some(mark) = mark_end(text, end) {
            end = mark;
        } else if character == '#' || LINE_ENDS.contains(&character) {
            break;
        } else {
            end += character.len_utf8();
        }
    }
    text[..end].trim_end_matches(BLANKS).len()
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(BLANKS).len()
}

fn line_end(text: &str, start: usize) -> usize {
    text[start..].find(LINE_ENDS).map_or(text.len(), |at| start + at)
}

#[cfg(test)]
mod tests {
    use crate::{Document, FileSpec, Format};

    fn keys(text: &str) -> Vec<(String, Option<String>)> {
        let spec = FileSpec::plain("etc/a.conf", Format::KeyValue);
        let document = Document::parse(text.as_bytes(), &spec).unwrap();
        assert_eq!(document.print().unwrap().expose(), text.as_bytes());
        document.keys().into_iter().map(|key| (key.path, key.value)).collect()
    }

    fn pair(key: &str, value: &str) -> (String, Option<String>) {
        (key.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn settings_comments_and_quotes() {
        let text = "## Prose, with words.\n# a.b.1 = 5\na.b.2=6 # why\r\n  c-d = 'x # y'\n\
                    include conf.d/*.conf\ne.f = x y\t\n#g = '1'\ne.f = ::1:5";
        let expected = [
            pair("off:a.b.1", "5"),
            pair("a.b.2", "6"),
            pair("c-d", "x # y"),
            pair("include[conf.d/*.conf]", "conf.d/*.conf"),
            pair("e.f", "x y"),
            pair("off:g", "1"),
            pair("e.f#2", "::1:5"),
        ];
        assert_eq!(keys(text), expected);
    }

    #[test]
    fn prose_is_no_setting() {
        let text = "# include the file = no\n# Set this: a = b\n# http://x/?a=b\n#\n# a. = 1\n";
        assert_eq!(keys(text), []);
    }

    #[test]
    fn bad_lines_are_errors_with_their_places() {
        let error = |text: &str| {
            let spec = FileSpec::plain("etc/a.conf", Format::KeyValue);
            Document::parse(text.as_bytes(), &spec).unwrap_err().to_string()
        };
        assert_eq!(
            error("a = 1\n  b 2\n"),
            "etc/a.conf, line 2, column 5: expected `=` behind the key"
        );
        assert_eq!(error("a =\n"), "etc/a.conf, line 1, column 4: expected a value");
        assert_eq!(error("a = 'x\n"), "etc/a.conf, line 1, column 5: expected a closing quote");
        assert!(error("a = 'x' y\n").contains("the end of the line"));
        assert!(error("[{rabbit, []}].\n").contains("a key of letters"));
    }
}
