//! From XML text to a tree.

use std::collections::HashMap;
use std::ops::Range;

use roxmltree::{Error, Node, NodeType};

use super::comment::uncommented;
use super::limits;
use super::tag::{RawAttribute, StartTag, start_tag};
use crate::secrets::shown_identity;
use crate::tree::{Attribute, Item, ItemId, ItemKind, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError, ParseProblem};

/// The attributes that tell elements of one name apart where the spec names none.
const USUAL_IDENTITY: [&str; 2] = ["id", "name"];
/// Stands for the element's own text in a list of identity attributes.
const OWN_TEXT: &str = "text()";
/// The most namespace prefixes that a commented-out element may borrow from around it.
const MAX_BORROWED_PREFIXES: usize = 20;

/// Reads `text` as XML.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let builder = TreeBuilder::new(&spec.path, text, false);
    limits::check(text).map_err(|(at, problem)| builder.error(at, problem))?;
    let document = roxmltree::Document::parse(text)
        .map_err(|error| syntax_error(spec, &builder, text, &error))?;
    let mut reader = Reader { spec, text, builder };
    let source = Source { input: text, plus: 0, minus: 0, live: true };
    for child in document.root().children() {
        reader.node(&source, child, ROOT)?;
    }
    Ok(reader.builder.finish())
}

struct Reader<'a> {
    spec: &'a FileSpec,
    text: &'a str,
    builder: TreeBuilder<'a>,
}

/// The text that a parser saw, and how its places lie in the file.
struct Source<'a> {
    input: &'a str,
    plus: usize,
    minus: usize,
    live: bool,
}

impl Source<'_> {
    fn place(&self, range: &Range<usize>) -> Range<usize> {
        range.start + self.plus - self.minus..range.end + self.plus - self.minus
    }
}

impl Reader<'_> {
    /// Recursive, but not deeper than the limit that was checked before.
    fn node(&mut self, source: &Source, node: Node, parent: ItemId) -> Result<(), ParseError> {
        let span = source.place(&node.range());
        match node.node_type() {
            NodeType::Element => self.element(source, node, parent),
            NodeType::Comment => self.comment(node, span, parent),
            NodeType::PI => self.builder.add(parent, Item::new(ItemKind::Other, span)).map(|_| ()),
            NodeType::Root | NodeType::Text => Ok(()),
        }
    }

    fn element(&mut self, source: &Source, node: Node, parent: ItemId) -> Result<(), ParseError> {
        let span = source.place(&node.range());
        let start = node.range().start;
        let tag = start_tag(source.input, start)
            .ok_or_else(|| self.builder.expected(span.start, "a complete start tag"))?;
        let body = body_of(source.input, &node.range(), &tag);
        let value = own_value(source, node, body.as_ref());
        let name = node.tag_name().name();
        let (segment, identity) = self.segment(node, value.as_ref());
        let mut item = Item::key(name, segment, span);
        item.live = source.live;
        item.attributes = attributes(source, node, &tag, identity);
        item.value = value;
        item.body = body.map(|body| source.place(&body));
        let id = self.builder.add(parent, item)?;
        for child in node.children() {
            self.node(source, child, id)?;
        }
        Ok(())
    }

    /// The element's part of the path, and the attribute that stands in it.
    fn segment(&self, node: Node, value: Option<&Value>) -> (String, Option<&str>) {
        let name = node.tag_name().name();
        let declared = self.spec.identities.iter().find(|identity| identity.element == name);
        let candidates: Vec<&str> = match declared {
            Some(declared) => declared.attributes.iter().map(String::as_str).collect(),
            None => USUAL_IDENTITY.to_vec(),
        };
        for candidate in candidates {
            let text = if candidate == OWN_TEXT {
                value.map(|value| value.text.as_str())
            } else {
                node.attributes().find(|found| found.name() == candidate).map(|found| found.value())
            };
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
                continue;
            };
            let text = identity(&shown_identity(text));
            return if candidate == OWN_TEXT {
                (format!("{name}[{text}]"), None)
            } else if USUAL_IDENTITY.contains(&candidate) {
                (format!("{name}[{text}]"), Some(candidate))
            } else {
                (format!("{name}[{candidate}={text}]"), Some(candidate))
            };
        }
        (name.to_owned(), None)
    }

    /// A comment, and what it switches off if all of it is markup.
    fn comment(
        &mut self,
        node: Node,
        span: Range<usize>,
        parent: ItemId,
    ) -> Result<(), ParseError> {
        let mut item = Item::new(ItemKind::Comment, span.clone());
        item.live = false;
        let whole = &self.text[span.clone()];
        let inside = &whole[4..whole.len() - 3];
        item.value =
            Some(Value { text: inside.to_owned(), span: Some(span.start + 4..span.end - 3) });
        let id = self.builder.add(parent, item)?;
        let Some(markup) = uncommented(whole) else {
            return Ok(());
        };
        let open = format!("<w{}>", borrowed_prefixes(node, &markup));
        let input = format!("{open}{markup}</w>");
        if limits::check(&input).is_err() {
            return Ok(());
        }
        let Ok(document) = roxmltree::Document::parse(&input) else {
            return Ok(());
        };
        let inside_start = span.start + 4 + inside.len() - inside.trim_start().len();
        let completed = usize::from(!inside.trim_start().starts_with('<'));
        let source = Source {
            input: &input,
            plus: inside_start,
            minus: open.len() + completed,
            live: false,
        };
        self.switched_off(&source, document.root_element(), id)
    }

    fn switched_off(
        &mut self,
        source: &Source,
        wrapper: Node,
        id: ItemId,
    ) -> Result<(), ParseError> {
        let only_elements = wrapper.children().all(|child| {
            child.is_element() || child.text().is_some_and(|text| text.trim().is_empty())
        });
        if !only_elements {
            return Ok(());
        }
        for child in wrapper.children().filter(Node::is_element) {
            self.element(source, child, id)?;
        }
        Ok(())
    }
}

fn body_of(input: &str, range: &Range<usize>, tag: &StartTag) -> Option<Range<usize>> {
    if tag.empty {
        return None;
    }
    let end = input[range.clone()].rfind("</").map(|at| range.start + at)?;
    (end >= tag.end).then_some(tag.end..end)
}

fn attributes(
    source: &Source,
    node: Node,
    tag: &StartTag,
    identity: Option<&str>,
) -> Vec<Attribute> {
    let decoded: HashMap<usize, (&str, &str)> = node
        .attributes()
        .map(|found| (found.range().start, (found.name(), found.value())))
        .collect();
    let attribute = |raw: &RawAttribute| {
        let (name, value) = decoded.get(&raw.name.start)?;
        Some(Attribute {
            segment: format!("@{name}"),
            path: String::new(),
            value: Value { text: (*value).to_owned(), span: Some(source.place(&raw.value)) },
            outer: source.place(&raw.outer),
            identity: identity == Some(*name),
        })
    };
    // Namespace declarations are no settings: they are not among the parser's attributes.
    tag.attributes.iter().filter_map(attribute).collect()
}

/// The element's own text. It can be changed where it stands in one piece.
fn own_value(source: &Source, node: Node, body: Option<&Range<usize>>) -> Option<Value> {
    let texts: Vec<Node> = node
        .children()
        .filter(|child| child.is_text() && child.text().is_some_and(|text| !text.trim().is_empty()))
        .collect();
    let first = texts.first()?;
    let text: String = texts.iter().filter_map(Node::text).collect();
    let alone = node.children().all(|child| child.is_text());
    let range = if alone {
        body.cloned()
    } else {
        let range = first.range();
        let plain = texts.len() == 1 && !source.input[range.clone()].contains("<![CDATA[");
        plain.then_some(range)
    };
    let span = range.map(|range| source.place(&trimmed(source.input, range)));
    Some(Value { text: text.trim().to_owned(), span })
}

fn trimmed(input: &str, range: Range<usize>) -> Range<usize> {
    let text = &input[range.clone()];
    let start = range.start + text.len() - text.trim_ascii_start().len();
    start..start + text.trim_ascii().len()
}

/// Declarations of the prefixes that `markup` uses and that hold where the comment stands.
fn borrowed_prefixes(node: Node, markup: &str) -> String {
    let Some(parent) = node.parent_element() else {
        return String::new();
    };
    let named = parent.namespaces().filter_map(|found| Some((found.name()?, found.uri())));
    let used = named.filter(|(prefix, _)| markup.contains(&format!("{prefix}:")));
    let mut declarations = String::new();
    for (prefix, uri) in used.take(MAX_BORROWED_PREFIXES) {
        let uri = super::escape_attribute(uri, '"');
        declarations.push_str(&format!(" xmlns:{prefix}=\"{uri}\""));
    }
    declarations
}

/// The parser's error without any text of the file but names.
fn syntax_error(spec: &FileSpec, builder: &TreeBuilder, text: &str, error: &Error) -> ParseError {
    let expected = match error {
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => {
            return builder
                .expected(text.len(), "the end tag of every element, not the end of the file");
        }
        Error::DtdDetected => return builder.error(0, ParseProblem::DocumentType),
        Error::UnexpectedCloseTag(expected, found, _) => {
            format!("the end tag </{expected}>, found </{found}>")
        }
        Error::UnknownNamespace(prefix, _) => {
            format!("a declaration of the namespace prefix `{prefix}` (xmlns:{prefix}=...)")
        }
        Error::UnknownEntityReference(..) | Error::MalformedEntityReference(_) => {
            "&amp; &lt; &gt; &quot; &apos; or a character's number after &".to_owned()
        }
        Error::InvalidAttributeValue(_) => "&lt; instead of < inside an attribute".to_owned(),
        Error::DuplicatedAttribute(name, _) => format!("the attribute `{name}` once in an element"),
        Error::NoRootNode => "an element".to_owned(),
        Error::UnexpectedDeclaration(_) => "the XML declaration at the very start only".to_owned(),
        Error::InvalidComment(_) => "no -- inside a comment".to_owned(),
        Error::NonXmlChar(..) => "only characters that XML allows".to_owned(),
        Error::InvalidName(_) => "a name".to_owned(),
        Error::InvalidChar(expected, ..) => format!("`{}`", char::from(*expected)),
        Error::InvalidChar2(expected, ..) => (*expected).to_owned(),
        Error::InvalidString(expected, _) => format!("`{expected}`"),
        _ => "well-formed XML".to_owned(),
    };
    let position = error.pos();
    ParseError {
        file: spec.path.clone(),
        line: position.row,
        column: position.col,
        problem: ParseProblem::Expected(expected),
    }
}
