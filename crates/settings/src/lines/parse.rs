//! From the text of a plain list to a tree.

use std::ops::Range;

use crate::mark::is_mark;
use crate::section::OpenSections;
use crate::tree::{Item, ItemKind, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError};

const BLANKS: [char; 2] = [' ', '\t'];
const LINE_ENDS: [char; 2] = ['\n', '\r'];
/// Opens the permissions of one user.
const USER: &str = "user";
/// A permission of the user above it, or of everybody before the first user.
const TOPIC: &str = "topic";
/// The name of a value that is the hash of a password: it makes the value a secret.
const HASH: &str = "password";

/// Reads `text` as a list. Every text is some list: only limits can fail.
pub(super) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, true);
    let mut sections = OpenSections::default();
    let mut at = 0;
    while at < text.len() {
        let line = at..text[at..].find(LINE_ENDS).map_or(text.len(), |end| at + end);
        at = (line.end + 1).min(text.len());
        let start = line.end - text[line.clone()].trim_start_matches(BLANKS).len();
        let end = start + text[start..line.end].trim_end_matches(BLANKS).len();
        if text[start..end].starts_with('#') {
            let mut item = Item::new(ItemKind::Comment, start..end);
            item.live = false;
            let inner = start + 1..end;
            item.value = Some(Value { text: text[inner.clone()].to_owned(), span: Some(inner) });
            let id = builder.add(ROOT, item)?;
            sections.comment(id);
        } else if start < end {
            let item = entry(&mut builder, &sections, text, start..end);
            let id = builder.add(ROOT, item)?;
            sections.key(&mut builder, id);
        }
    }
    Ok(builder.finish())
}

fn entry(
    builder: &mut TreeBuilder,
    sections: &OpenSections,
    text: &str,
    span: Range<usize>,
) -> Item {
    let line = &text[span.clone()];
    let value = |at: usize| {
        let value = span.start + at..span.end;
        Some(Value { text: text[value.clone()].to_owned(), span: Some(value) })
    };
    let (word, rest) = line.split_at(line.find(BLANKS).unwrap_or(line.len()));
    let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
    let named = |name: &str| word == name && !rest.is_empty();
    let is_hash = |hash: &str| hash.starts_with('$') || is_mark(hash);
    if let Some((user, hash)) = line.split_once(':').filter(|(_, hash)| is_hash(hash)) {
        let mut item = Item::key(HASH, identity(user).replace('/', "%2F"), span.clone());
        item.value = value(line.len() - hash.len());
        return item;
    }
    let mut item = if named(USER) || named(TOPIC) {
        let mut item = Item::key(word, String::new(), span.clone());
        item.segment = format!("{word}[{}]", identity(&rest[blanks..]));
        item.value = value(word.len() + blanks);
        item
    } else {
        let mut item = Item::key("", format!("[{}]", identity(line)), span.clone());
        item.value = value(0);
        item
    };
    if named(USER) {
        item.opens = Some(USER);
    } else if named(TOPIC) {
        let section = sections.of(USER);
        item.section = Some(section);
        if let Some(header) = section.header {
            item.segment = format!("{}/{}", builder.item_mut(header).path, item.segment);
        }
    }
    item
}

#[cfg(test)]
mod tests {
    use crate::{Document, FileSpec, Format};

    fn document(text: &str) -> Document {
        let spec = FileSpec::plain("etc/list", Format::Lines);
        let document = Document::parse(text.as_bytes(), &spec).unwrap();
        assert_eq!(document.print().unwrap().expose(), text.as_bytes());
        document
    }

    fn paths(text: &str) -> Vec<String> {
        document(text).keys().into_iter().map(|key| key.path).collect()
    }

    #[test]
    fn entries_are_lines() {
        assert_eq!(
            paths("# hosts\nb1:5672\r\n  b2 \n\nb1:5672"),
            ["[b1:5672]", "[b2]", "[b1:5672]#2"]
        );
    }

    #[test]
    fn permissions_belong_to_the_user_above() {
        let text = "topic read a\nuser x\ntopic read a\n# ours\ntopic b/#\npattern write c/%u\nuser y\ntopic a\n";
        let expected = [
            "topic[read a]",
            "user[x]",
            "user[x]/topic[read a]",
            "user[x]/topic[b/#]",
            "[pattern write c/%u]",
            "user[y]",
            "user[y]/topic[a]",
        ];
        assert_eq!(paths(text), expected);
    }

    #[test]
    fn hashes_are_secrets() {
        let keys = document("ann:$7$101$c2FsdA==$aGFzaA==\nhost:1883\n").keys();
        assert_eq!((keys[0].path.as_str(), keys[0].secret), ("ann", true));
        assert_eq!((keys[1].path.as_str(), keys[1].secret), ("[host:1883]", false));
    }
}
