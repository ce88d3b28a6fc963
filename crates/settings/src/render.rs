//! Writing a changed document: what a plan says is done at the places it names, all the rest of
//! the text stays as it is.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::syntax::{Shape, Syntax};
use crate::tree::{Item, ItemId, ItemKind, ROOT};
use crate::{Document, xml};

/// Changes to one document, by the places of its items.
#[derive(Default)]
pub(crate) struct Plan {
    /// New raw text for an item's own value.
    pub(crate) values: HashMap<ItemId, String>,
    /// New raw text for attributes, quotes included; none takes the attribute away.
    pub(crate) attributes: HashMap<(ItemId, usize), Option<String>>,
    /// Raw attributes to add, with the blank space before them: behind the attribute of this
    /// number, or at the end.
    pub(crate) added_attributes: HashMap<ItemId, Vec<(Option<usize>, String)>>,
    pub(crate) removed: HashSet<ItemId>,
    pub(crate) replaced: HashMap<ItemId, String>,
    /// By the item that is to hold them, in their order.
    pub(crate) inserted: HashMap<ItemId, Vec<Insert>>,
    /// Another order for some children of an item: the places stay, what stands there changes.
    pub(crate) orders: HashMap<ItemId, Vec<ItemId>>,
}

/// A piece of text that is to stand among an item's children.
pub(crate) struct Insert {
    /// Behind this child, or before all.
    pub(crate) after: Option<ItemId>,
    /// Pieces behind one child stand by their ranks, those of one rank in the order of the plan.
    pub(crate) rank: usize,
    pub(crate) piece: Piece,
}

/// A piece of text with the space that belongs before it, and after the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) lead: String,
    pub(crate) text: String,
    pub(crate) kind: ItemKind,
    /// It may stand behind another item on its line.
    pub(crate) trailing_comment: bool,
    /// The space before the closing tag, for a holder that was empty.
    pub(crate) closing: String,
}

/// The text of `document` with the plan's changes.
pub(crate) fn render(document: &Document, plan: &Plan) -> String {
    let renderer = Renderer { document, plan, text: document.text() };
    renderer.item(ROOT)
}

/// The line end of a text: that of its first line.
pub(crate) fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Whether the item has a value that stands before what it holds.
fn has_value_before_body(item: &Item) -> bool {
    let value = item.value.as_ref().and_then(|value| value.span.as_ref());
    matches!((value, &item.body), (Some(value), Some(body)) if value.end <= body.start)
}

struct Renderer<'a> {
    document: &'a Document,
    plan: &'a Plan,
    text: &'a str,
}

impl Renderer<'_> {
    /// Recursive, as deep as the tree, which has a limit.
    fn item(&self, id: ItemId) -> String {
        if let Some(text) = self.plan.replaced.get(&id) {
            return text.clone();
        }
        let item = self.document.tree().item(id);
        if id != ROOT && !item.is_live_key() {
            return self.text[item.span.clone()].to_owned();
        }
        let mut splices = self.attribute_splices(id, item);
        let value_only = item.children.is_empty() && !self.plan.inserted.contains_key(&id);
        if value_only || has_value_before_body(item) {
            splices.extend(self.value_splice(id, item));
        }
        if !value_only {
            splices.push(self.body_splice(id, item));
        }
        splices.sort_by_key(|(range, _)| (range.start, range.end));
        let mut written = String::new();
        let mut from = item.span.start;
        for (range, replacement) in splices {
            written.push_str(&self.text[from..range.start]);
            written.push_str(&replacement);
            from = range.end;
        }
        written.push_str(&self.text[from..item.span.end]);
        written
    }

    fn attribute_splices(&self, id: ItemId, item: &Item) -> Vec<(Range<usize>, String)> {
        let mut splices = Vec::new();
        for (index, attribute) in item.attributes.iter().enumerate() {
            match self.plan.attributes.get(&(id, index)) {
                Some(Some(raw)) => {
                    let value = attribute.value.span.clone().unwrap_or_default();
                    splices.push((value.start - 1..value.end + 1, raw.clone()));
                }
                Some(None) => splices.push((attribute.outer.clone(), String::new())),
                None => {}
            }
        }
        for (after, raw) in self.plan.added_attributes.get(&id).into_iter().flatten() {
            let at = match after {
                Some(index) => item.attributes[*index].outer.end,
                None => xml::attributes_end(self.text, item.span.start),
            };
            splices.push((at..at, raw.clone()));
        }
        splices
    }

    fn value_splice(&self, id: ItemId, item: &Item) -> Option<(Range<usize>, String)> {
        let raw = self.plan.values.get(&id)?;
        let span = item.value.as_ref().and_then(|value| value.span.clone());
        match (span, &item.body) {
            (Some(span), _) => {
                let head = &self.text[item.span.start..span.start];
                let before = self.document.spec().format.syntax().before_value(head);
                Some((span, format!("{before}{raw}")))
            }
            (None, Some(body)) => Some((body.clone(), raw.clone())),
            (None, None) => Some(self.opened(item, raw)),
        }
    }

    /// An empty element with something inside.
    fn opened(&self, item: &Item, inside: &str) -> (Range<usize>, String) {
        let whole = &self.text[item.span.clone()];
        let end = item.span.start + whole.strip_suffix("/>").unwrap_or(whole).trim_end().len();
        let name = xml::qualified_name(self.text, item.span.start);
        (end..item.span.end, format!(">{inside}</{name}>"))
    }

    fn body_splice(&self, id: ItemId, item: &Item) -> (Range<usize>, String) {
        match item.body.clone() {
            Some(body) => {
                let written = self.body(id, item, body.clone());
                (body, written)
            }
            None => self.opened(item, &self.body(id, item, item.span.end..item.span.end)),
        }
    }

    fn body(&self, id: ItemId, item: &Item, body: Range<usize>) -> String {
        let syntax = self.document.spec().format.syntax();
        let shape = syntax.shape_inside(self.document, id);
        let mut written = Body {
            syntax,
            shape,
            separator: shape.separator.filter(|_| self.changes_keys(id, item)),
            eol: line_end(self.text),
            text: String::new(),
            at_start: id == ROOT,
            after_insert: None,
            after_comment: false,
            key_ends: Vec::new(),
        };
        let mut inserted: Vec<&Insert> =
            self.plan.inserted.get(&id).into_iter().flatten().collect();
        inserted.sort_by_key(|insert| insert.rank);
        let mut behind: HashMap<Option<ItemId>, Vec<&Piece>> = HashMap::new();
        for insert in &inserted {
            behind.entry(insert.after).or_default().push(&insert.piece);
        }
        let order = self.order(id, item);
        let mut from = body.start;
        let first = item.children.first().map_or(body.end, |&child| self.start(child));
        // Where blocks are known by their lines, nothing comes before what begins on the line of
        // what holds it.
        let begun = shape.lines && shape.nested && id != ROOT;
        if let Some(&child) = order.first()
            && begun
            && !self.text[from..first].contains('\n')
            && let Some(mut pieces) = behind.remove(&None)
        {
            let others = behind.entry(Some(child)).or_default();
            pieces.append(others);
            *others = pieces;
        }
        // Text before the first child (an XML declaration) stays before what is inserted.
        let fixed = self.text[from..first].trim_end();
        written.gap(fixed);
        from += fixed.len();
        let opening = self.opening(item).filter(|_| shape.separator.is_some());
        if opening.is_none() {
            written.insert(behind.get(&None));
        }
        let mut left_by_removed = None;
        for (place, &child) in item.children.iter().enumerate() {
            let gap = &self.text[from..self.start(child)];
            from = self.document.tree().item(child).span.end;
            let here = order[place];
            if self.plan.removed.contains(&here) {
                written.keep_fixed(gap);
                left_by_removed = left_by_removed.or(Some(gap));
            } else {
                let kind = self.kind_of(here);
                written.child(gap, left_by_removed.take(), &self.item(here), kind);
            }
            if opening == Some(here) {
                written.insert(behind.get(&None));
            }
            written.insert(behind.get(&Some(here)));
        }
        let closing = &self.text[from..body.end];
        // A holder that was empty ends as the holder did from which the pieces come.
        let opened =
            item.children.is_empty() && closing.trim().is_empty() && !closing.contains('\n');
        let closing = match inserted.last().filter(|_| opened && !shape.lines) {
            Some(insert) => &insert.piece.closing,
            None => closing,
        };
        let closed = body.end < item.span.end;
        if id != ROOT && closed {
            written.end_comment(closing);
        }
        written.gap(closing);
        written.finish()
    }

    /// The bracket that opens a block behind comments: what comes first stands behind it.
    fn opening(&self, item: &Item) -> Option<ItemId> {
        let is_key = |&&child: &&ItemId| self.document.tree().item(child).kind == ItemKind::Key;
        let before_keys = item.children.iter().take_while(|child| !is_key(child));
        let opens = |&&child: &&ItemId| {
            let found = self.document.tree().item(child);
            found.kind == ItemKind::Other && self.text[found.span.clone()].ends_with(['[', '{'])
        };
        before_keys.copied().find(|child| opens(&child))
    }

    /// Whether keys come or go among the children of an item.
    fn changes_keys(&self, id: ItemId, item: &Item) -> bool {
        let changed = |child: &ItemId| {
            self.plan.removed.contains(child) || self.plan.replaced.contains_key(child)
        };
        self.plan.inserted.contains_key(&id)
            || self.plan.orders.contains_key(&id)
            || item.children.iter().any(changed)
    }

    /// What is written for an item: a comment may stand in a key's place, and a key in that of a
    /// comment.
    fn kind_of(&self, id: ItemId) -> ItemKind {
        let syntax = self.document.spec().format.syntax();
        match (self.document.tree().item(id).kind, self.plan.replaced.get(&id)) {
            (ItemKind::Key | ItemKind::Comment, Some(text)) if syntax.is_comment(text) => {
                ItemKind::Comment
            }
            (ItemKind::Comment, Some(_)) => ItemKind::Key,
            (kind, _) => kind,
        }
    }

    fn start(&self, id: ItemId) -> usize {
        self.document.tree().item(id).span.start
    }

    /// Which child stands at each place.
    fn order(&self, id: ItemId, item: &Item) -> Vec<ItemId> {
        let Some(wanted) = self.plan.orders.get(&id) else {
            return item.children.clone();
        };
        let moved: HashSet<&ItemId> = wanted.iter().collect();
        let mut next = wanted.iter();
        let place = |child: &ItemId| {
            if moved.contains(child) { *next.next().unwrap_or(child) } else { *child }
        };
        item.children.iter().map(place).collect()
    }
}

/// The children of one item as they are written.
struct Body {
    syntax: &'static dyn Syntax,
    shape: Shape,
    /// Written anew between the keys, and taken out of the gaps.
    separator: Option<char>,
    eol: &'static str,
    text: String,
    /// The body begins where the file does.
    at_start: bool,
    /// What was written last is an inserted piece; the space before it.
    after_insert: Option<String>,
    /// What was written last is a comment that ends with its line.
    after_comment: bool,
    /// Where the keys end that were written.
    key_ends: Vec<usize>,
}

impl Body {
    fn insert(&mut self, pieces: Option<&Vec<&Piece>>) {
        for piece in pieces.into_iter().flatten() {
            let stays_on_line = piece.trailing_comment && !piece.lead.is_empty();
            if !stays_on_line || self.after_comment {
                self.begin_line(&piece.lead);
            }
            self.end_comment(&piece.lead);
            self.text.push_str(&piece.lead);
            self.item(&piece.text, piece.kind);
            self.after_insert = Some(piece.lead.clone());
        }
    }

    /// In formats of lines, two items never come together on one line by a change.
    fn begin_line(&mut self, gap: &str) {
        let at_start = self.at_start && self.text.is_empty();
        let begun = at_start || self.text.ends_with('\n') || gap.contains('\n');
        if self.shape.lines && !begun {
            self.text.push_str(self.eol);
        }
    }

    /// Nothing may stand behind a comment that ends with its line.
    fn end_comment(&mut self, gap: &str) {
        let ends = ['\n', '\r'];
        if self.after_comment && !gap.contains(ends) && !self.text.ends_with(ends) {
            self.text.push_str(self.eol);
        }
    }

    /// Writes what stands between items.
    fn gap(&mut self, gap: &str) {
        match self.separator {
            Some(separator) => self.text.extend(gap.chars().filter(|&found| found != separator)),
            None => self.text.push_str(gap),
        }
    }

    fn item(&mut self, text: &str, kind: ItemKind) {
        self.text.push_str(text);
        self.after_comment = kind == ItemKind::Comment && self.syntax.ends_with_line(text);
        if kind == ItemKind::Key {
            self.key_ends.push(self.text.len());
        }
    }

    /// The text, with separators behind all keys but the last.
    fn finish(mut self) -> String {
        let Some(separator) = self.separator else {
            return self.text;
        };
        self.key_ends.pop();
        let mut text = String::with_capacity(self.text.len() + self.key_ends.len());
        let mut from = 0;
        for end in self.key_ends {
            text.push_str(&self.text[from..end]);
            text.push(separator);
            from = end;
        }
        text + &self.text[from..]
    }

    /// Of the gap before something that is gone, only what is more than blank space stays.
    fn keep_fixed(&mut self, gap: &str) {
        let before = self.text.len();
        self.gap(gap);
        self.text.truncate(before + self.text[before..].trim_end().len());
    }

    /// Writes a child with the gap before it. `removed` is the gap of what stood before and is
    /// gone: a comment behind it on its line must not slip onto the line before.
    fn child(&mut self, gap: &str, removed: Option<&str>, child: &str, kind: ItemKind) {
        let mut gap = gap;
        if let Some(removed) = removed.filter(|_| self.shape.line_comments) {
            if !gap.contains('\n') {
                gap = removed;
            }
            if self.at_start && self.text.is_empty() {
                gap = gap.strip_prefix("\r\n").or_else(|| gap.strip_prefix('\n')).unwrap_or(gap);
            }
        }
        let inserted = self.after_insert.take();
        if let Some(lead) = &inserted {
            self.begin_line(gap);
            let same_line = !gap.contains('\n') && lead.contains('\n');
            if kind == ItemKind::Comment && self.separator.is_some() && same_line {
                // It is about what follows, not about what was put before it.
                gap = lead;
            }
        }
        self.end_comment(gap);
        self.gap(gap);
        self.item(child, kind);
    }
}
