//! From the text of a NATS configuration to a tree.

use std::ops::Range;

use super::scan::{
    Key, Unexpected, elements, is_comment, line_end, scalar, skip_blanks, skip_space, value_end,
};
use crate::secrets::shown_identity;
use crate::tree::{Item, ItemId, ItemKind, MAX_DEPTH, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError, ParseProblem};

/// The keyword that takes in another file.
pub(super) const INCLUDE: &str = "include";
/// What tells blocks in an array apart, where the spec does not say it.
const NAMES: [&str; 7] = ["user", "nkey", "name", "url", "stream", "service", "account"];

/// Reads `text`.
pub(super) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let builder = TreeBuilder::new(&spec.path, text, false);
    let mut reader = Reader { text, spec, builder, at: 0 };
    reader.top()?;
    Ok(reader.builder.finish())
}

/// A comment's text without the marks that make it one.
pub(super) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(['#', '/', ' ', '\t'])
}

struct Reader<'a> {
    text: &'a str,
    spec: &'a FileSpec,
    builder: TreeBuilder<'a>,
    at: usize,
}

impl Reader<'_> {
    /// The whole file. It may stand in braces.
    fn top(&mut self) -> Result<(), ParseError> {
        self.at = skip_space(self.text, self.at);
        while self.at < self.text.len() {
            if self.text[self.at..].starts_with(['{', '}']) {
                self.at += 1;
            } else {
                self.one(ROOT, 0)?;
            }
            self.at = skip_space(self.text, self.at);
        }
        Ok(())
    }

    /// The entries of a block, up to its brace.
    fn block(&mut self, holder: ItemId, depth: usize) -> Result<(), ParseError> {
        let start = self.at;
        self.at = skip_space(self.text, self.at + 1);
        while !self.text[self.at..].starts_with('}') {
            if self.at == self.text.len() {
                return Err(self.builder.expected(start, "a closing `}`"));
            }
            self.one(holder, depth)?;
            self.at = skip_space(self.text, self.at);
        }
        self.builder.item_mut(holder).body = Some(start + 1..self.at);
        self.at += 1;
        Ok(())
    }

    /// A comment, or an entry with what ends it.
    fn one(&mut self, holder: ItemId, depth: usize) -> Result<(), ParseError> {
        if is_comment(self.text, self.at) {
            return self.comment(holder, true);
        }
        let key = Key::read(self.text, self.at).map_err(|found| self.unexpected(found))?;
        let item = key_item(&key, self.text, key.span.start..key.value);
        let id = self.value(holder, item, key.value, depth)?;
        self.end_entry(id, '}', "a new line, `,` or `;` behind the value")
    }

    /// The value that begins at `start`, of an item that gets what it holds.
    fn value(
        &mut self,
        holder: ItemId,
        mut item: Item,
        start: usize,
        depth: usize,
    ) -> Result<ItemId, ParseError> {
        if depth >= MAX_DEPTH {
            return Err(self.builder.error(start, ParseProblem::TooDeep { limit: MAX_DEPTH }));
        }
        self.at = start;
        if self.text[start..].starts_with('{') {
            let id = self.builder.add(holder, item)?;
            self.block(id, depth + 1)?;
            return Ok(id);
        }
        let end = value_end(self.text, start).map_err(|found| self.unexpected(found))?;
        if self.text[start..].starts_with('[') {
            let inner = elements(self.text, start).map_err(|found| self.unexpected(found))?;
            if inner.iter().any(|element| self.text[element.start..].starts_with('{')) {
                let id = self.builder.add(holder, item)?;
                self.array(id, end, depth + 1)?;
                return Ok(id);
            }
        }
        item.value = Some(leaf(self.text, start..end));
        self.at = end;
        self.builder.add(holder, item)
    }

    /// The elements of an array that holds blocks, up to its bracket.
    fn array(&mut self, holder: ItemId, end: usize, depth: usize) -> Result<(), ParseError> {
        let body = self.at + 1..end - 1;
        self.at = skip_space(self.text, body.start);
        let mut count = 0;
        while self.at < body.end {
            if is_comment(self.text, self.at) {
                self.comment(holder, false)?;
            } else {
                count += 1;
                let start = self.at;
                let array = self.builder.item_mut(holder).name.clone();
                let name = self.element_name(&array, start).unwrap_or_else(|| count.to_string());
                let segment = format!("[{}]", identity(&shown_identity(&name)));
                let item = Item::key("", segment, start..start);
                let id = self.value(holder, item, start, depth)?;
                self.end_entry(id, ']', "`,`, a new line or `]`")?;
            }
            self.at = skip_space(self.text, self.at);
        }
        self.builder.item_mut(holder).body = Some(body);
        self.at = end;
        Ok(())
    }

    /// What tells an element of the array from others: the value of one of its keys, or itself.
    fn element_name(&self, array: &str, start: usize) -> Option<String> {
        if self.text[start..].starts_with('[') {
            return None;
        }
        if !self.text[start..].starts_with('{') {
            let end = value_end(self.text, start).ok()?;
            return Some(scalar(&self.text[start..end]).into_owned());
        }
        let declared = self.spec.identities.iter().find(|found| found.element == array);
        let default = NAMES.iter().map(|name| (*name).to_owned()).collect();
        let names: Vec<String> = declared.map_or(default, |found| found.attributes.clone());
        let found = scalars(self.text, start + 1);
        let mut values = names.iter().filter_map(|name| {
            found.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|pair| &pair.1)
        });
        values.next().cloned()
    }

    /// Ends the item behind its value, and behind what separates it from the next one.
    fn end_entry(
        &mut self,
        id: ItemId,
        close: char,
        expected: &'static str,
    ) -> Result<(), ParseError> {
        let mut end = self.at;
        let after = skip_blanks(self.text, end);
        let rest = &self.text[after..];
        if rest.starts_with(',') || close == '}' && rest.starts_with(';') {
            end = after + 1;
        } else if !(rest.is_empty()
            || rest.starts_with(['\n', '\r', close])
            || is_comment(self.text, after))
        {
            return Err(self.builder.expected(after, expected));
        }
        self.builder.item_mut(id).span.end = end;
        self.at = end;
        Ok(())
    }

    fn comment(&mut self, holder: ItemId, in_block: bool) -> Result<(), ParseError> {
        let (start, end) = (self.at, line_end(self.text, self.at));
        let mark = if self.text[start..].starts_with('#') { 1 } else { 2 };
        let mut item = Item::new(ItemKind::Comment, start..end);
        item.live = false;
        let inner = start + mark..end;
        item.value = Some(Value { text: self.text[inner.clone()].to_owned(), span: Some(inner) });
        let id = self.builder.add(holder, item)?;
        let bare = end - bare(&self.text[start..end]).len();
        if let Some(item) = switched_off(&self.text[..end], bare).filter(|_| in_block) {
            self.builder.add(id, item)?;
        }
        self.at = end;
        Ok(())
    }

    fn unexpected(&self, (at, what): Unexpected) -> ParseError {
        self.builder.expected(at, what)
    }
}

fn key_item(key: &Key, text: &str, span: Range<usize>) -> Item {
    let name = key.name.to_lowercase();
    let includes = !key.separated && name == INCLUDE;
    let segment = if includes {
        let end = value_end(text, key.value).unwrap_or(key.value);
        format!("{INCLUDE}[{}]", identity(&scalar(&text[key.value..end])))
    } else {
        name.chars().map(|found| if found.is_control() { '?' } else { found }).collect::<String>()
    };
    Item::key(&name, if includes { segment } else { segment.replace('/', "%2F") }, span)
}

/// A value without keys inside.
fn leaf(text: &str, span: Range<usize>) -> Value {
    let raw = &text[span.clone()];
    let inner = raw.starts_with('[').then(|| elements(text, span.start).ok()).flatten();
    let shown = match inner {
        Some(inner) => {
            let inner: Vec<&str> = inner.into_iter().map(|element| &text[element]).collect();
            inner.join(", ")
        }
        None => scalar(raw).into_owned(),
    };
    Value { text: shown, span: Some(span) }
}

/// The keys of a block that have simple values, up to the block's end or what cannot be read.
fn scalars(text: &str, start: usize) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at = skip_space(text, start);
    while at < text.len() && !text[at..].starts_with('}') {
        if is_comment(text, at) {
            at = line_end(text, at);
        } else {
            let Ok(key) = Key::read(text, at) else { break };
            let Ok(end) = value_end(text, key.value) else { break };
            let raw = &text[key.value..end];
            if !raw.starts_with(['{', '[', '(']) {
                found.push((key.name.to_owned(), scalar(raw).into_owned()));
            }
            at = text.len() - text[end..].trim_start_matches([' ', '\t', ',', ';']).len();
        }
        at = skip_space(text, at);
    }
    found
}

/// The entry that a comment's text, from `start` to the end of `text`, switches off.
fn switched_off(text: &str, start: usize) -> Option<Item> {
    let key = Key::read(text, start).ok()?;
    let in_name = |found: char| found.is_ascii_alphanumeric() || found == '_' || found == '-';
    let value = key.value..value_end(text, key.value).ok()?;
    let raw = &text[value.clone()];
    let rest = text[value.end..].trim_matches([' ', '\t', ',', ';']);
    let plain = key.separated && key.name.chars().all(in_name) && rest.is_empty();
    if !plain || raw.starts_with(['{', '(', '/']) {
        return None;
    }
    let mut item = key_item(&key, text, key.span.start..text.len());
    item.live = false;
    item.value = Some(leaf(text, value));
    Some(item)
}

#[cfg(test)]
mod tests {
    use crate::{Document, FileSpec, Format};

    fn spec() -> FileSpec {
        FileSpec::plain("etc/n.conf", Format::Nats)
    }

    fn keys(text: &str) -> Vec<(String, String)> {
        let document = Document::parse(text.as_bytes(), &spec()).unwrap();
        assert_eq!(document.print().unwrap().expose(), text.as_bytes());
        let keys = document.keys().into_iter();
        keys.map(|key| (key.path, key.value.unwrap_or_else(|| "{}".to_owned()))).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
        expected.iter().map(owned).collect()
    }

    #[test]
    fn values_of_every_form() {
        let text = "Port: 4222 # ours\nhost = '0.0.0.0'; debug true,\nmax_payload 64MB\r\n\
                    \"log file\": \"/a \\\"b\\\"\"\nsubjects = [a, 'b.>' // c\n \"c\"\n]\nnone []\n\
                    include ./auth.conf\nurl: nats://h:1/#x\n// idle: \"2m\"\nnote (\n x ) y\n)\n";
        let expected = [
            ("port", "4222"),
            ("host", "0.0.0.0"),
            ("debug", "true"),
            ("max_payload", "64MB"),
            ("log file", "/a \"b\""),
            ("subjects", "a, 'b.>', \"c\""),
            ("none", ""),
            ("include[./auth.conf]", "./auth.conf"),
            ("url", "nats://h:1/#x"),
            ("off:idle", "2m"),
            ("note", "x ) y"),
        ];
        assert_eq!(keys(text), pairs(&expected));
    }

    #[test]
    fn blocks_and_arrays_of_blocks() {
        let text = "{\ncluster {\n name: c, # port: 1\n authorization = { user: u }\n}\n\
                    accounts: { A: { users = [ {user: a, p: 1}\n {user: b},\n # {user: c}\n\
                    {x: 1}, $D ] } }\n}\n";
        let expected = [
            ("cluster", "{}"),
            ("cluster/name", "c"),
            ("off:cluster/port", "1"),
            ("cluster/authorization", "{}"),
            ("cluster/authorization/user", "u"),
            ("accounts", "{}"),
            ("accounts/a", "{}"),
            ("accounts/a/users", "{}"),
            ("accounts/a/users/[a]", "{}"),
            ("accounts/a/users/[a]/user", "a"),
            ("accounts/a/users/[a]/p", "1"),
            ("accounts/a/users/[b]", "{}"),
            ("accounts/a/users/[b]/user", "b"),
            ("accounts/a/users/[3]", "{}"),
            ("accounts/a/users/[3]/x", "1"),
            ("accounts/a/users/[$D]", "$D"),
        ];
        assert_eq!(keys(text), pairs(&expected));
    }

    #[test]
    fn prose_is_no_entry() {
        let text = "# Client port of 4222\n# e.g. --routes=nats://a:b@c\n# see http://x/y\n\
                    # tls {\n# note: some words\n#\n";
        assert_eq!(keys(text), []);
    }

    #[test]
    fn secrets_leave_the_text() {
        let text = b"users [{user: a, password: \"s3cr,t\"}]\nurl: \"nats://u:pw]1@h:1\"\n";
        let document = Document::parse(text, &spec()).unwrap();
        let template = document.template();
        assert!(!template.text.contains("s3cr") && !template.text.contains("pw]1"));
        assert_eq!(document.print().unwrap().expose(), text);
        let again = Document::parse_template(&template, &spec()).unwrap();
        assert_eq!(again.keys(), document.keys());
    }

    #[test]
    fn bad_texts_are_errors_with_their_places() {
        let error = |text: &str| Document::parse(text.as_bytes(), &spec()).unwrap_err().to_string();
        let place = "etc/n.conf, line 2, column";
        assert_eq!(error("a: 1\nb: {\n"), format!("{place} 4: expected a closing `}}`"));
        assert_eq!(error("a: 1\nb: 'x\n"), format!("{place} 4: expected a closing quote"));
        assert_eq!(
            error("a: 1\nb: 1 c: 2\n"),
            format!("{place} 6: expected a new line, `,` or `;` behind the value")
        );
        assert_eq!(error("a: 1\nb:\n"), "etc/n.conf, line 3, column 1: expected a value");
        assert!(error("a: [1 2]").contains("`,`, a new line or `]`"));
        assert!(error("cluster{\n}").contains("a key"));
        assert!(error(&"a {".repeat(500)).contains("nested deeper"));
        assert!(error(&"[".repeat(500)).contains("a key"));
    }
}
