//! From the text of a `mosquitto.conf` to a tree.

use std::collections::HashSet;
use std::ops::Range;

use super::options::{PER_LISTENER, belongs_to, is_known, is_repeated, opens};
use crate::section::{OpenSections, Section};
use crate::tree::{Item, ItemKind, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError};

const BLANKS: [char; 2] = [' ', '\t'];
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// Reads `text`.
pub(super) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut reader = Reader {
        text,
        builder: TreeBuilder::new(&spec.path, text, true),
        sections: OpenSections::default(),
        per_listener: false,
        examples: examples(text),
    };
    let mut at = 0;
    while at < text.len() {
        let line = at..text[at..].find(LINE_ENDS).map_or(text.len(), |end| at + end);
        at = (line.end + 1).min(text.len());
        reader.line(line)?;
    }
    Ok(reader.builder.finish())
}

/// The options that stand somewhere right behind a `#`.
fn examples(text: &str) -> HashSet<&str> {
    let comments = text.lines().filter_map(|line| line.strip_prefix('#'));
    comments.map(|comment| comment.split(BLANKS).next().unwrap_or(comment)).collect()
}

struct Reader<'a> {
    text: &'a str,
    builder: TreeBuilder<'a>,
    sections: OpenSections,
    per_listener: bool,
    examples: HashSet<&'a str>,
}

impl Reader<'_> {
    fn line(&mut self, line: Range<usize>) -> Result<(), ParseError> {
        let start = line.end - self.text[line.clone()].trim_start_matches(BLANKS).len();
        let end = start + self.text[start..line.end].trim_end_matches(BLANKS).len();
        if self.text[line.start..end].starts_with('#') {
            return self.comment(start..end);
        }
        if start == end {
            return Ok(());
        }
        let option = Line::read(self.text, start..end);
        if option.name.starts_with('#') {
            let what = "`#` at the very beginning of the line: only there it makes a comment";
            return Err(self.builder.expected(start, what));
        }
        let item = self.live(&option);
        self.per_listener |= option.name == PER_LISTENER && option.value_text == "true";
        let id = self.builder.add(ROOT, item)?;
        self.sections.key(&mut self.builder, id);
        Ok(())
    }

    fn comment(&mut self, span: Range<usize>) -> Result<(), ParseError> {
        let mut item = Item::new(ItemKind::Comment, span.clone());
        item.live = false;
        let inner = span.start + 1..span.end;
        item.value =
            Some(Value { text: self.text[inner.clone()].to_owned(), span: Some(inner.clone()) });
        let id = self.builder.add(ROOT, item)?;
        self.sections.comment(id);
        let bare = inner.end - bare(&self.text[span]).len()..inner.end;
        let option = Line::read(self.text, bare.clone());
        if self.is_switched_off(&option, bare.start > inner.start) {
            let mut item = option.item(option.segment());
            item.live = false;
            item.opens = opens(option.name);
            item.section = self.section(&option);
            self.builder.add(id, item)?;
        }
        Ok(())
    }

    /// Whether a comment is an option that is switched off. What has a blank behind its `#` may be
    /// prose, or an example for what stands without a blank elsewhere.
    fn is_switched_off(&self, option: &Line, blank: bool) -> bool {
        let example = || !self.examples.contains(option.name) && option.is_plain();
        is_known(option.name) && (!blank || example())
    }

    fn section(&self, option: &Line) -> Option<Section> {
        belongs_to(option.name, self.per_listener).map(|kind| self.sections.of(kind))
    }

    fn live(&mut self, option: &Line) -> Item {
        let segment = option.segment();
        let mut item = option.item(segment);
        item.opens = opens(option.name);
        let section = self.section(option);
        if let Some(header) = section.and_then(|section| section.header) {
            item.segment = format!("{}/{}", self.builder.item_mut(header).path, item.segment);
        }
        item.section = section;
        item
    }
}

/// A comment's text without what makes it one.
pub(super) fn bare(comment: &str) -> &str {
    comment.trim_start_matches('#').trim_start_matches(BLANKS)
}

/// An option and its value.
struct Line<'a> {
    name: &'a str,
    value_text: &'a str,
    span: Range<usize>,
    value: Range<usize>,
}

impl<'a> Line<'a> {
    fn read(text: &'a str, span: Range<usize>) -> Self {
        let whole = &text[span.clone()];
        let (name, rest) = whole.split_at(whole.find(BLANKS).unwrap_or(whole.len()));
        let value_text = rest.trim_matches(BLANKS);
        let start = if value_text.is_empty() {
            span.start + name.len()
        } else {
            span.end - rest.trim_start_matches(BLANKS).len()
        };
        let value = start..start + value_text.len();
        Self { name, value_text, span: span.start..value.end, value }
    }

    /// Whether the value is no prose: one word, or a repeated option's two.
    fn is_plain(&self) -> bool {
        let most = if is_repeated(self.name) { 2 } else { 1 };
        let words = self.value_text.split(BLANKS).filter(|word| !word.is_empty()).count();
        (1..=most).contains(&words) && !self.value_text.contains(['<', '>', '[', ']', '|'])
    }

    fn segment(&self) -> String {
        let name = self.name.replace('/', "%2F");
        if self.value_text.is_empty() {
            return name;
        }
        let mut words = self.value_text.split(BLANKS).filter(|word| !word.is_empty());
        let identified = match opens(self.name) {
            // A port is enough, but for listeners without one, which have a socket's path.
            Some(kind) if kind != super::options::PLUGIN => {
                words.next().filter(|&first| first != "0").unwrap_or(self.value_text)
            }
            Some(_) => self.value_text,
            None if is_repeated(self.name) => self.value_text,
            None => return name,
        };
        format!("{name}[{}]", identity(identified))
    }

    fn item(&self, segment: String) -> Item {
        let mut item = Item::key(self.name, segment, self.span.clone());
        let value = Value { text: self.value_text.to_owned(), span: Some(self.value.clone()) };
        item.value = Some(value);
        item
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, FileSpec, Format};

    fn paths(text: &str) -> Vec<String> {
        let spec = FileSpec::plain("etc/m.conf", Format::Mosquitto);
        let document = Document::parse(text.as_bytes(), &spec).unwrap();
        assert_eq!(document.print().unwrap().expose(), text.as_bytes());
        document.keys().into_iter().map(|key| key.path).collect()
    }

    #[test]
    fn options_belong_to_the_section_above() {
        let text = "max_connections 5\nlistener 1883\n  protocol mqtt\nlistener 9001 ::1\r\n\
                    persistence true\nprotocol websockets\nconnection b1\naddress h:1\n\
                    max_connections 9\ntopic # both 0\ntopic a/b out\nlistener 0 /run/m.sock\n";
        let expected = [
            "max_connections",
            "listener[1883]",
            "listener[1883]/protocol",
            "listener[9001]",
            "persistence",
            "listener[9001]/protocol",
            "connection[b1]",
            "connection[b1]/address",
            "listener[9001]/max_connections",
            "connection[b1]/topic[# both 0]",
            "connection[b1]/topic[a/b out]",
            "listener[0 /run/m.sock]",
        ];
        assert_eq!(paths(text), expected);
    }

    #[test]
    fn security_belongs_to_a_listener_where_each_has_its_own() {
        let text = "listener 1\nallow_anonymous true\nplugin /p.so\nplugin_opt_a b\n";
        let global = ["listener[1]", "allow_anonymous", "plugin[/p.so]"];
        assert_eq!(paths(text)[..3], global);
        let own = paths(&format!("per_listener_settings true\n{text}"));
        let expected = [
            "per_listener_settings",
            "listener[1]",
            "listener[1]/allow_anonymous",
            "listener[1]/plugin[/p.so]",
            "listener[1]/plugin[/p.so]/plugin_opt_a",
        ];
        assert_eq!(own, expected);
    }

    #[test]
    fn only_options_are_switched_off() {
        let text = "# user names and prose\n#port 1883\n# max_connections -1\n#no_such_thing 1\n\
                    # log_type types\n#log_type all\n# topic <topic> out\n#pid_file\n##\n#\n";
        let expected = ["off:port", "off:max_connections", "off:log_type[all]", "off:pid_file"];
        assert_eq!(paths(text), expected);
    }

    #[test]
    fn a_late_comment_is_an_error() {
        let spec = FileSpec::plain("etc/m.conf", Format::Mosquitto);
        let error = Document::parse(b"port 1\n # x\n", &spec).unwrap_err();
        assert_eq!((error.line, error.column), (2, 2));
    }
}
