//! From the text of a file of Erlang terms to a tree.

use std::ops::Range;

use super::comment::{Unmarked, words};
use super::normal::normal;
use super::term::{Fault, Reader, Term, TermKind, comment_end};
use crate::secrets::shown_identity;
use crate::tree::{Item, ItemId, ItemKind, MAX_DEPTH, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError, ParseProblem};

/// Reads `text`: one list, and a dot.
///
/// The list is a key without a name: its path is empty, so that what is in it stands at the top.
pub(super) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, false);
    let mut reader = Reader::new(text, 0, MAX_DEPTH);
    let (list, end) = whole(&mut reader).map_err(|fault| error(&builder, fault))?;
    let mut walk = Walk {
        builder: &mut builder,
        text,
        offset: 0,
        live: true,
        comments: &reader.comments,
        next: 0,
    };
    walk.comments(ROOT, list.span.start)?;
    let item = Item::key("", String::new(), list.span.start..end);
    walk.block(ROOT, item, &list, list.span.start..end - 1, true)?;
    walk.comments(ROOT, text.len())?;
    Ok(builder.finish())
}

/// The list, and the place behind its dot.
fn whole(reader: &mut Reader) -> Result<(Term, usize), Fault> {
    reader.blanks();
    let list = reader.term(0)?;
    if !matches!(list.kind, TermKind::List(_)) {
        return Err(Fault::Expected(list.span.start, "a list in [ ]"));
    }
    reader.blanks();
    if !reader.take(".") {
        return Err(Fault::Expected(reader.at, "a dot behind the list"));
    }
    let end = reader.at;
    reader.blanks();
    match reader.rest() {
        "" => Ok((list, end)),
        _ => Err(Fault::Expected(reader.at, "nothing behind the dot")),
    }
}

fn error(builder: &TreeBuilder, fault: Fault) -> ParseError {
    match fault {
        Fault::Expected(at, what) => builder.expected(at, what),
        Fault::TooDeep(at) => builder.error(at, ParseProblem::TooDeep { limit: MAX_DEPTH }),
    }
}

/// Makes items of terms, and of the comments between them.
struct Walk<'a, 'b> {
    builder: &'b mut TreeBuilder<'a>,
    /// The terms' text: the file, or comments without their marks.
    text: &'b str,
    /// Where it stands in the file.
    offset: usize,
    live: bool,
    comments: &'b [Range<usize>],
    /// The first comment that has no place yet.
    next: usize,
}

impl Walk<'_, '_> {
    /// One element of a list.
    fn element(&mut self, parent: ItemId, term: &Term, top: bool) -> Result<(), ParseError> {
        let Some((name, value)) = term.pair() else {
            return self.plain(parent, term);
        };
        let name_text = self.text[name.span.clone()].to_owned();
        let item = Item::key(&plain_name(&name_text), segment(&name_text), self.place(&term.span));
        let comma = self.after_comma(name.span.end);
        if self.comment_before(comma) {
            let at = self.offset + term.span.start;
            return Err(self.builder.expected(at, "no comment before the comma of this pair"));
        }
        let room = comma..term.span.end - 1;
        if self.is_block(value, top) {
            self.block(parent, item, value, room, false)
        } else {
            self.leaf(parent, item, value, room)
        }
    }

    /// An element without a name, such as a plugin in a list of plugins.
    fn plain(&mut self, parent: ItemId, term: &Term) -> Result<(), ParseError> {
        let text = normal(&self.text[term.span.clone()]);
        let mut item = Item::key(&plain_name(&text), segment(&text), self.place(&term.span));
        item.value = Some(Value { text, span: Some(self.place(&term.span)) });
        self.skip_comments(term.span.end);
        self.add(parent, item).map(|_| ())
    }

    /// A pair whose value is taken as a whole. Comments around the value belong to it.
    fn leaf(
        &mut self,
        parent: ItemId,
        mut item: Item,
        value: &Term,
        room: Range<usize>,
    ) -> Result<(), ParseError> {
        let comments = self.skip_comments(room.end);
        let start = comments.first().map_or(value.span.start, |first| first.start);
        let start = start.min(value.span.start);
        let end = match comments.last() {
            // With the line end, without which what follows would be in the comment.
            Some(last) if last.start >= value.span.end => {
                let line = &self.text[last.end..room.end];
                last.end + line.find('\n').map_or(0, |at| at + 1)
            }
            _ => value.span.end,
        };
        let text = normal(&self.text[start..end]);
        item.value = Some(Value { text, span: Some(self.place(&(start..end))) });
        self.add(parent, item).map(|_| ())
    }

    /// A list of pairs. `room` is where comments may stand outside of its brackets.
    fn block(
        &mut self,
        parent: ItemId,
        mut item: Item,
        list: &Term,
        room: Range<usize>,
        top: bool,
    ) -> Result<(), ParseError> {
        let inside = list.span.start + 1..list.span.end - 1;
        let behind = self.comments.iter().skip(self.next).skip_while(|c| c.start < inside.end);
        let tail = behind.take_while(|comment| comment.start < room.end).count() > 0;
        let head = self.comment_before(list.span.start);
        let body =
            if head { room.start } else { inside.start }..if tail { room.end } else { inside.end };
        item.body = Some(self.place(&body));
        let id = self.add(parent, item)?;
        if head {
            self.comments(id, list.span.start)?;
            self.bracket(id, list.span.start)?;
        }
        if let TermKind::List(elements) = &list.kind {
            for element in elements {
                self.comments(id, element.span.start)?;
                self.element(id, element, top)?;
            }
        }
        self.comments(id, inside.end)?;
        if tail {
            self.bracket(id, inside.end)?;
            self.comments(id, room.end)?;
        }
        Ok(())
    }

    /// A bracket with comments on its other side: text that stands for itself.
    fn bracket(&mut self, parent: ItemId, at: usize) -> Result<(), ParseError> {
        let span = self.place(&(at..at + 1));
        self.builder.add(parent, Item::new(ItemKind::Other, span)).map(|_| ())
    }

    /// Whether a list holds keys of its own. An empty one does if it is an application's, or if
    /// comments in it show what could stand there.
    fn is_block(&self, value: &Term, top: bool) -> bool {
        match &value.kind {
            TermKind::List(elements) if elements.is_empty() => {
                let inside = |comment: &Range<usize>| {
                    value.span.start < comment.start && comment.end < value.span.end
                };
                let comments = self.comments.iter().skip(self.next);
                let mut near = comments.take_while(|comment| comment.start < value.span.end);
                top || near.any(inside)
            }
            TermKind::List(elements) => elements.iter().all(|element| element.pair().is_some()),
            TermKind::Name | TermKind::Tuple(_) | TermKind::Other => false,
        }
    }

    /// Behind the comma that follows.
    fn after_comma(&self, from: usize) -> usize {
        let mut reader = Reader::new(self.text, from, 0);
        reader.blanks();
        reader.take(",");
        reader.at
    }

    fn comment_before(&self, end: usize) -> bool {
        self.comments.get(self.next).is_some_and(|comment| comment.start < end)
    }

    /// The comments before `end` that have no place yet; they get none.
    fn skip_comments(&mut self, end: usize) -> Vec<Range<usize>> {
        let comments = &self.comments[self.next..];
        let found: Vec<_> =
            comments.iter().take_while(|comment| comment.start < end).cloned().collect();
        self.next += found.len();
        found
    }

    /// Adds the comments that stand before `end` and have no place yet.
    fn comments(&mut self, parent: ItemId, end: usize) -> Result<(), ParseError> {
        let comments = self.skip_comments(end);
        let is_next = |one: &Range<usize>, other: &Range<usize>| {
            let between = &self.text[one.end..other.start];
            between.trim().is_empty() && between.matches('\n').count() == 1
        };
        let groups: Vec<&[_]> = comments.chunk_by(is_next).collect();
        for group in groups {
            self.group(parent, group)?;
        }
        Ok(())
    }

    /// Comments in lines below each other: entries that are switched off, each with all its lines,
    /// and lines of prose.
    fn group(&mut self, parent: ItemId, comments: &[Range<usize>]) -> Result<(), ParseError> {
        let unmarked = Unmarked::new(self.text, comments);
        let mut rest = comments;
        while let [first, others @ ..] = rest {
            let entries = unmarked.entries(first.start - unmarked.offset);
            let end = entries.as_ref().map_or(first.end, |found| unmarked.offset + found.end);
            let end = end.max(first.end);
            let covered = others.iter().take_while(|comment| comment.start < end).count();
            let pairs = entries.map(|found| found.pairs).unwrap_or_default();
            self.comment(parent, first.start..end, &unmarked, &pairs)?;
            rest = &others[covered..];
        }
        Ok(())
    }

    fn comment(
        &mut self,
        parent: ItemId,
        span: Range<usize>,
        unmarked: &Unmarked,
        pairs: &[Term],
    ) -> Result<(), ParseError> {
        let mut item = Item::new(ItemKind::Comment, span.clone());
        item.live = false;
        item.value = Some(Value { text: words(&self.text[span.clone()]), span: Some(span) });
        let id = self.builder.add(parent, item)?;
        let mut inside = Walk {
            builder: &mut *self.builder,
            text: &unmarked.text,
            offset: unmarked.offset,
            live: false,
            comments: &[],
            next: 0,
        };
        pairs.iter().try_for_each(|pair| inside.element(id, pair, false))
    }

    fn add(&mut self, parent: ItemId, mut item: Item) -> Result<ItemId, ParseError> {
        item.live = self.live;
        self.builder.add(parent, item)
    }

    fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.offset + span.start..self.offset + span.end
    }
}

/// A name as a part of a path: atoms without their quotes, strings with them.
fn segment(text: &str) -> String {
    identity(&shown_identity(&plain_name(text))).replace('/', "%2F")
}

/// The name that a text says: an atom without quotes and escapes; everything else as it stands.
fn plain_name(text: &str) -> String {
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let Some(quoted) = quoted else {
        return text.to_owned();
    };
    let mut name = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => name.extend(characters.next()),
            other => name.push(other),
        }
    }
    name
}

/// The place of the name of a pair that begins at `start`.
pub(super) fn name_at(text: &str, start: usize) -> Option<Range<usize>> {
    let mut reader = Reader::new(text, start, 1);
    if !reader.take("{") {
        return None;
    }
    reader.blanks();
    reader.term(0).ok().map(|term| term.span)
}

/// Whether a text is one term with nothing but blanks and comments around it.
pub(super) fn is_term(text: &str) -> bool {
    let mut reader = Reader::new(text, 0, MAX_DEPTH);
    reader.blanks();
    let read = reader.term(0).is_ok();
    reader.blanks();
    let open = |comment: &Range<usize>| comment_end(text, comment.start) == text.len();
    read && reader.rest().is_empty() && !reader.comments.last().is_some_and(open)
}
