//! From the text of a login configuration to a tree.

use std::ops::Range;

use super::token::{Token, TokenKind, tokens, value};
use crate::secrets::shown_identity;
use crate::tree::{Item, ItemId, ItemKind, ROOT, Tree, TreeBuilder, Value, identity};
use crate::{FileSpec, ParseError};

/// What a module's flag can be, in any case.
const FLAGS: [&str; 4] = ["required", "requisite", "sufficient", "optional"];

/// Reads `text`: entries with modules with options.
pub(super) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, false);
    let found = tokens(text).map_err(|(at, what)| builder.expected(at, what))?;
    let mut reader = Reader { text, offset: 0, live: true, tokens: &found, builder: &mut builder };
    reader.entries(ROOT)?;
    Ok(builder.finish())
}

/// A comment's text without the marks that make it one.
pub(super) fn bare(comment: &str) -> &str {
    match comment.strip_prefix("/*") {
        Some(block) => block.strip_suffix("*/").unwrap_or(block).trim_start_matches('*').trim(),
        None => comment.trim_start_matches('/').trim(),
    }
}

struct Reader<'a, 'b> {
    text: &'b str,
    /// Where the text stands in the file.
    offset: usize,
    live: bool,
    /// What is not read yet.
    tokens: &'b [Token],
    builder: &'b mut TreeBuilder<'a>,
}

/// What a comment can switch off where it stands.
#[derive(Clone, Copy)]
enum Level {
    Entries,
    Modules,
    Options,
}

impl Reader<'_, '_> {
    fn entries(&mut self, parent: ItemId) -> Result<(), ParseError> {
        loop {
            self.comments(parent, Level::Entries)?;
            if self.tokens.is_empty() {
                return Ok(());
            }
            self.entry(parent)?;
        }
    }

    /// `name { modules };`
    fn entry(&mut self, parent: ItemId) -> Result<(), ParseError> {
        let name = self.name("the name of an entry")?;
        let open = self.sign('{', "{ behind the name of the entry")?;
        let id = self.add(parent, self.key(&name), name.start..open.end)?;
        loop {
            self.comments(id, Level::Modules)?;
            if self.next_is('}') {
                break;
            }
            self.module(id)?;
        }
        let close = self.sign('}', "} that closes the entry")?;
        let end = self.sign(';', "a semicolon behind the entry")?.end;
        let (body, span) = (open.end..close.start, name.start..end);
        self.complete(id, body, span);
        Ok(())
    }

    /// `class flag options;`
    fn module(&mut self, parent: ItemId) -> Result<(), ParseError> {
        let class = self.name("the class of a login module, or }")?;
        let what = "required, requisite, sufficient or optional behind the class";
        let flag = self.name(what)?;
        let text = &self.text[flag.clone()];
        if !FLAGS.iter().any(|known| known.eq_ignore_ascii_case(text)) {
            return Err(self.expected(flag.start, what));
        }
        let mut item = self.key(&class);
        item.value = Some(Value { text: text.to_owned(), span: Some(self.place(&flag)) });
        let id = self.add(parent, item, class.start..flag.end)?;
        loop {
            self.comments(id, Level::Options)?;
            if self.next_is(';') {
                break;
            }
            self.option(id)?;
        }
        let end = self.sign(';', "a semicolon behind the module")?;
        let (body, span) = (flag.end..end.start, class.start..end.end);
        self.complete(id, body, span);
        Ok(())
    }

    /// `name=value`
    fn option(&mut self, parent: ItemId) -> Result<(), ParseError> {
        let name = self.name("an option, or a semicolon behind the module")?;
        self.sign('=', "= behind the name of the option")?;
        let (Some(token), what) = (self.tokens.first(), "a value") else {
            return Err(self.expected(self.text.len(), "a value"));
        };
        if !matches!(token.kind, TokenKind::Word | TokenKind::Quoted) {
            return Err(self.expected(token.span.start, what));
        }
        self.tokens = &self.tokens[1..];
        let span = token.span.clone();
        let mut item = self.key(&name);
        let text = value(&self.text[span.clone()]);
        item.value = Some(Value { text, span: Some(self.place(&span)) });
        self.add(parent, item, name.start..span.end).map(|_| ())
    }

    /// The comments that come next, with what they switch off.
    fn comments(&mut self, parent: ItemId, level: Level) -> Result<(), ParseError> {
        while let [first, rest @ ..] = self.tokens {
            if first.kind != TokenKind::Comment {
                return Ok(());
            }
            self.tokens = rest;
            self.comment(parent, &first.span, level)?;
        }
        Ok(())
    }

    fn comment(
        &mut self,
        parent: ItemId,
        span: &Range<usize>,
        level: Level,
    ) -> Result<(), ParseError> {
        let whole = &self.text[span.clone()];
        let inside = bare(whole);
        let mut item = Item::new(ItemKind::Comment, self.place(span));
        item.live = false;
        item.value = Some(Value { text: inside.to_owned(), span: Some(self.place(span)) });
        let id = self.builder.add(parent, item)?;
        let Some(offset) = whole.find(inside).filter(|_| self.live && !inside.is_empty()) else {
            return Ok(());
        };
        let Some(found) = tokens(inside).ok().filter(|found| says_something(found, level, inside))
        else {
            return Ok(());
        };
        let mut off = Reader {
            text: inside,
            offset: self.offset + span.start + offset,
            live: false,
            tokens: &found,
            builder: &mut *self.builder,
        };
        match level {
            Level::Entries => off.entries(id),
            Level::Modules => off.each(id, Self::module_of),
            Level::Options => off.each(id, Self::option_of),
        }
    }

    fn module_of(reader: &mut Reader<'_, '_>, parent: ItemId) -> Result<(), ParseError> {
        reader.module(parent)
    }

    fn option_of(reader: &mut Reader<'_, '_>, parent: ItemId) -> Result<(), ParseError> {
        reader.option(parent)
    }

    fn each(
        &mut self,
        parent: ItemId,
        read: fn(&mut Reader<'_, '_>, ItemId) -> Result<(), ParseError>,
    ) -> Result<(), ParseError> {
        while !self.tokens.is_empty() {
            read(self, parent)?;
        }
        Ok(())
    }

    fn next_is(&self, sign: char) -> bool {
        self.tokens.first().is_some_and(|token| token.kind == TokenKind::Sign(sign))
    }

    fn sign(&mut self, sign: char, what: &str) -> Result<Range<usize>, ParseError> {
        self.token(what, |kind| kind == TokenKind::Sign(sign))
    }

    fn name(&mut self, what: &str) -> Result<Range<usize>, ParseError> {
        self.token(what, |kind| matches!(kind, TokenKind::Word | TokenKind::Quoted))
    }

    fn token(
        &mut self,
        what: &str,
        fits: impl Fn(TokenKind) -> bool,
    ) -> Result<Range<usize>, ParseError> {
        match self.tokens {
            [first, rest @ ..] if fits(first.kind) => {
                self.tokens = rest;
                Ok(first.span.clone())
            }
            [first, ..] => Err(self.expected(first.span.start, what)),
            [] => Err(self.expected(self.text.len(), what)),
        }
    }

    fn expected(&self, at: usize, what: &str) -> ParseError {
        self.builder.expected(self.offset + at, what)
    }

    fn key(&self, name: &Range<usize>) -> Item {
        let name = value(&self.text[name.clone()]);
        let segment = identity(&shown_identity(&name)).replace('/', "%2F");
        Item::key(&name, segment, 0..0)
    }

    fn add(
        &mut self,
        parent: ItemId,
        mut item: Item,
        span: Range<usize>,
    ) -> Result<ItemId, ParseError> {
        item.span = self.place(&span);
        item.live = self.live;
        self.builder.add(parent, item)
    }

    fn complete(&mut self, id: ItemId, body: Range<usize>, span: Range<usize>) {
        let (body, span) = (self.place(&body), self.place(&span));
        let item = self.builder.item_mut(id);
        item.body = Some(body);
        item.span = span;
    }

    fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.offset + span.start..self.offset + span.end
    }
}

/// Whether a comment's tokens are entries, modules or options from the first to the last: then they
/// are read like those.
fn says_something(tokens: &[Token], level: Level, text: &str) -> bool {
    let mut rest = tokens;
    while !rest.is_empty() {
        let read = match level {
            Level::Entries => entry_of(rest, text),
            Level::Modules => module_of(rest, text),
            Level::Options => option_of(rest),
        };
        match read {
            Some(after) => rest = after,
            None => return false,
        }
    }
    !tokens.is_empty()
}

fn is_name(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
}

fn entry_of<'a>(tokens: &'a [Token], text: &str) -> Option<&'a [Token]> {
    let [name, open, rest @ ..] = tokens else {
        return None;
    };
    let mut rest = rest;
    if !is_name(name) || open.kind != TokenKind::Sign('{') {
        return None;
    }
    while rest.first()?.kind != TokenKind::Sign('}') {
        rest = module_of(rest, text)?;
    }
    rest[1..].split_first().filter(|(end, _)| end.kind == TokenKind::Sign(';')).map(|found| found.1)
}

fn module_of<'a>(tokens: &'a [Token], text: &str) -> Option<&'a [Token]> {
    let [class, flag, rest @ ..] = tokens else {
        return None;
    };
    let mut rest = rest;
    let word = &text[flag.span.clone()];
    if !is_name(class) || !FLAGS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return None;
    }
    while rest.first()?.kind != TokenKind::Sign(';') {
        rest = option_of(rest)?;
    }
    Some(&rest[1..])
}

fn option_of(tokens: &[Token]) -> Option<&[Token]> {
    match tokens {
        [name, sign, value, rest @ ..]
            if is_name(name) && sign.kind == TokenKind::Sign('=') && is_name(value) =>
        {
            Some(rest)
        }
        _ => None,
    }
}
