//! Pieces of the site's text, made ready to stand in the vendor's.

use std::collections::HashMap;

use crate::render::{Piece, line_end};
use crate::tree::{ItemId, ItemKind, ROOT};
use crate::xml::Namespaces;
use crate::{Document, Format, xml};

/// The prefix and namespace of the root element of the one, and of the other document.
type RootNamespaces = (Option<(Option<String>, String)>, Option<(Option<String>, String)>);

/// Takes pieces out of one document for another.
#[derive(Default)]
pub(super) struct Adopter {
    /// What holds inside an element of the one, and of the other document.
    inside_from: HashMap<ItemId, Namespaces>,
    inside_to: HashMap<ItemId, Namespaces>,
    /// The root elements' prefixes and namespaces.
    roots: Option<RootNamespaces>,
}

impl Adopter {
    /// The text of an item of `from` with the space before it, as it can stand under `holder` in
    /// `to`.
    pub(super) fn piece(
        &mut self,
        from: &Document,
        id: ItemId,
        to: &Document,
        holder: ItemId,
    ) -> Piece {
        let tree = from.tree();
        let item = tree.item(id);
        let parent = tree.item(item.parent);
        let body = parent.body.clone().unwrap_or_else(|| item.span.clone());
        let before =
            item.place.checked_sub(1).map(|before| tree.item(parent.children[before]).span.end);
        let gap = &from.text()[before.unwrap_or(body.start)..item.span.start];
        let lead = &gap[gap.trim_end().len()..];
        let last = parent.children.last().map_or(body.start, |&last| tree.item(last).span.end);
        let closing = &from.text()[last..body.end.max(last)];
        let closing = if closing.trim().is_empty() { closing } else { "" };
        let eol = line_end(to.text());
        let line = from.text()[..item.span.start].rfind('\n').map_or(0, |at| at + 1);
        let piece = Piece {
            kind: item.kind,
            trailing_comment: item.kind == ItemKind::Comment
                && before.is_some()
                && !lead.contains('\n'),
            lead: with_line_ends(lead, eol),
            text: with_line_ends(&self.text(from, id, to, holder), eol),
            closing: with_line_ends(closing, eol),
        };
        to.spec().format.syntax().fitted(piece, to, holder, item.span.start - line)
    }

    /// The item's text, with the namespace declarations that hold where it comes from, and not
    /// where it goes to.
    fn text(&mut self, from: &Document, id: ItemId, to: &Document, holder: ItemId) -> String {
        let item = from.tree().item(id);
        let text = from.text()[item.span.clone()].to_owned();
        if from.spec().format != Format::Xml || item.kind != ItemKind::Key {
            return text;
        }
        let roots = &*self.roots.get_or_insert_with(|| (root_namespace(from), root_namespace(to)));
        let needed = inside(&mut self.inside_from, from, item.parent);
        let there = inside(&mut self.inside_to, to, holder);
        // The vendor can have given the namespace of the whole file another name.
        let renamed = |prefix: &Option<String>, uri: &String| match roots {
            (Some(from), Some(to)) => {
                from.0 == *prefix
                    && from.1 == *uri
                    && to.0 == *prefix
                    && there.get(prefix) == Some(&to.1)
            }
            _ => false,
        };
        let declared = |prefix: Option<&str>| xml::declares_namespace(&text, 0, prefix);
        let mut declarations = String::new();
        for (prefix, uri) in needed {
            let (used, name) = match prefix {
                Some(prefix) => (text.contains(&format!("{prefix}:")), format!("xmlns:{prefix}")),
                None => (true, "xmlns".to_owned()),
            };
            let known = there.get(prefix) == Some(uri) || renamed(prefix, uri);
            if used && !known && !declared(prefix.as_deref()) {
                declarations.push_str(&format!(" {name}=\"{}\"", xml::escape_attribute(uri, '"')));
            }
        }
        if !needed.contains_key(&None) && there.contains_key(&None) && !declared(None) {
            declarations.push_str(" xmlns=\"\"");
        }
        let name_end = 1 + xml::qualified_name(&text, 0).len();
        format!("{}{declarations}{}", &text[..name_end], &text[name_end..])
    }
}

/// The prefix of the root element, and its namespace.
fn root_namespace(document: &Document) -> Option<(Option<String>, String)> {
    let tree = document.tree();
    let is_key = |id: &&ItemId| tree.item(**id).kind == ItemKind::Key;
    let root = tree.item(*tree.item(ROOT).children.iter().find(is_key)?);
    let name = xml::qualified_name(document.text(), root.span.start);
    let prefix = name.split_once(':').map(|(prefix, _)| prefix.to_owned());
    let mut inside = xml::namespaces_inside(document.text(), root.span.start);
    let uri = inside.remove(&prefix)?;
    Some((prefix, uri))
}

fn inside<'a>(
    known: &'a mut HashMap<ItemId, Namespaces>,
    document: &Document,
    holder: ItemId,
) -> &'a Namespaces {
    known.entry(holder).or_insert_with(|| match holder {
        ROOT => Namespaces::new(),
        holder => xml::namespaces_inside(document.text(), document.tree().item(holder).span.start),
    })
}

/// The text with these line ends.
fn with_line_ends(text: &str, eol: &str) -> String {
    let plain = text.replace("\r\n", "\n");
    if eol == "\n" { plain } else { plain.replace('\n', eol) }
}
