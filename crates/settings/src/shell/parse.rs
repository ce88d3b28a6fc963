//! From the text of a shell file to a tree.
//!
//! `if` blocks are items with children; the variables inside keep their plain names, since the
//! same setting may stand inside a block in one version and outside in another.

use std::ops::Range;

use super::command::{command_end, then_place};
use super::lexer::{Unclosed, word_end};
use super::quote::view;
use crate::secrets::shown_identity;
use crate::tree::{Item, ItemId, ItemKind, MAX_DEPTH, ROOT, Tree, TreeBuilder, Value, identity};
use crate::value::jvm;
use crate::{FileSpec, ParseError, ParseProblem};

/// The name of items that are commands other than assignments.
pub(crate) const COMMAND: &str = "command";

/// Reads `text` as a shell file.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut reader = Reader { text, at: 0, builder: TreeBuilder::new(&spec.path, text, true) };
    reader.items(ROOT, 0)?;
    match reader.at {
        at if at < text.len() => {
            Err(reader.builder.expected(at, "no closing word here: nothing is open"))
        }
        _ => Ok(reader.builder.finish()),
    }
}

/// A comment's text without the marks that make it one.
pub(crate) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(['#', ' ', '\t'])
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    builder: TreeBuilder<'a>,
}

/// An assignment that is a whole command.
struct Assignment<'a> {
    name: &'a str,
    word: Range<usize>,
    appends: bool,
}

impl Reader<'_> {
    /// Reads items up to the end of the block or file. Recursive up to the depth limit.
    fn items(&mut self, parent: ItemId, depth: usize) -> Result<(), ParseError> {
        if depth > MAX_DEPTH {
            return Err(self.builder.error(self.at, ParseProblem::TooDeep { limit: MAX_DEPTH }));
        }
        loop {
            self.skip_separators();
            let rest = &self.text[self.at..];
            if rest.is_empty() || first_word(rest).is_some_and(closes_block) {
                return Ok(());
            }
            if rest.starts_with('#') {
                self.comment(parent)?;
            } else if first_word(rest) == Some("if") {
                self.block(parent, depth)?;
            } else if matches!(first_word(rest), Some("else" | "elif")) {
                self.branch(parent)?;
            } else {
                self.command(parent)?;
            }
        }
    }

    fn skip_separators(&mut self) {
        let blank = |character: char| character.is_ascii_whitespace() || character == ';';
        let mut rest = self.text[self.at..].trim_start_matches(blank);
        while let Some(continued) = rest.strip_prefix("\\\n") {
            rest = continued.trim_start_matches(blank);
        }
        self.at = self.text.len() - rest.len();
    }

    fn unclosed(&self, unclosed: Unclosed) -> ParseError {
        self.builder.expected(unclosed.at, unclosed.missing)
    }

    fn block(&mut self, parent: ItemId, depth: usize) -> Result<(), ParseError> {
        let start = self.at;
        let then = then_place(self.text, start + 2).map_err(|error| self.unclosed(error))?;
        let condition = self.text[start + 2..then].trim().trim_end_matches(';').trim_end();
        let tested = condition.strip_prefix("[ ").and_then(|rest| rest.strip_suffix(" ]"));
        let segment = format!("if[{}]", identity(&shown_identity(tested.unwrap_or(condition))));
        let id = self.builder.add(parent, Item::key("if", segment, start..start))?;
        self.at = then + "then".len();
        let body_start = self.at;
        self.items(id, depth + 1)?;
        if first_word(&self.text[self.at..]) != Some("fi") {
            return Err(self.builder.expected(start, "a closing fi for this if"));
        }
        self.check_branches(id)?;
        let body = body_start..self.at;
        self.at += "fi".len();
        let span = start..self.at;
        let item = self.builder.item_mut(id);
        item.span = span;
        item.body = Some(body);
        Ok(())
    }

    /// The shell refuses a branch without a command.
    fn check_branches(&mut self, block: ItemId) -> Result<(), ParseError> {
        let mut commands = 0_usize;
        let end = self.at;
        for child in self.builder.item_mut(block).children.clone() {
            let item = self.builder.item_mut(child);
            match item.kind {
                ItemKind::Key => commands += 1,
                ItemKind::Other if commands == 0 => {
                    let at = item.span.start;
                    return Err(self.builder.expected(at, "a command before this"));
                }
                ItemKind::Other => commands = 0,
                ItemKind::Root | ItemKind::Comment => {}
            }
        }
        if commands == 0 {
            return Err(self.builder.expected(end, "a command before this fi"));
        }
        Ok(())
    }

    /// `else`, or `elif ...; then`: text that stands for itself.
    fn branch(&mut self, parent: ItemId) -> Result<(), ParseError> {
        let start = self.at;
        if parent == ROOT {
            return Err(self.builder.expected(start, "an if before it"));
        }
        self.at += "else".len();
        if self.text[start..].starts_with("elif") {
            let then = then_place(self.text, self.at).map_err(|error| self.unclosed(error))?;
            self.at = then + "then".len();
        }
        self.builder.add(parent, Item::new(ItemKind::Other, start..self.at)).map(|_| ())
    }

    fn comment(&mut self, parent: ItemId) -> Result<(), ParseError> {
        let start = self.at;
        let rest = &self.text[start..];
        let line = rest.lines().next().unwrap_or(rest);
        self.at += line.len();
        let mut item = Item::new(ItemKind::Comment, start..self.at);
        item.live = false;
        item.value = Some(Value { text: line[1..].to_owned(), span: Some(start + 1..self.at) });
        let id = self.builder.add(parent, item)?;
        let inside = self.at - bare(line).len();
        if let Some(assignment) = assignment(&self.text[..self.at], inside) {
            let mut item = self.variable(&assignment, inside..assignment.word.end);
            item.live = false;
            self.builder.add(id, item)?;
        }
        Ok(())
    }

    fn command(&mut self, parent: ItemId) -> Result<(), ParseError> {
        let start = self.at;
        let item = if let Some(assignment) = assignment(self.text, start) {
            self.at = assignment.word.end;
            self.variable(&assignment, start..self.at)
        } else {
            let end = command_end(self.text, start).map_err(|error| self.unclosed(error))?;
            if end == start {
                return Err(self.builder.expected(start, "a command or an assignment"));
            }
            self.at = end;
            let text = &self.text[start..end];
            let segment = format!("{COMMAND}[{}]", identity(&shown_identity(text)));
            let mut item = Item::key(COMMAND, segment, start..end);
            item.value = Some(Value { text: text.to_owned(), span: Some(start..end) });
            item
        };
        self.builder.add(parent, item).map(|_| ())
    }

    fn variable(&self, assignment: &Assignment, span: Range<usize>) -> Item {
        let text = view(&self.text[assignment.word.clone()]);
        let segment = match added(assignment, &text) {
            Some(argument) => format!("{}[+{}]", assignment.name, identity(&argument)),
            None => assignment.name.to_owned(),
        };
        let mut item = Item::key(assignment.name, segment, span);
        item.value = Some(Value { text, span: Some(assignment.word.clone()) });
        item
    }
}

/// What an assignment that extends its own variable adds first: that tells such lines apart.
fn added(assignment: &Assignment, text: &str) -> Option<String> {
    let own = [format!("${}", assignment.name), format!("${{{}}}", assignment.name)];
    let arguments = jvm::arguments(text);
    let extends = assignment.appends || arguments.iter().any(|argument| own.contains(argument));
    let first = arguments.iter().find(|argument| !own.contains(argument))?;
    extends.then(|| shown_identity(&jvm::argument_key(first)).into_owned())
}

/// The assignment at `start`, if it is a command of its own.
fn assignment(text: &str, start: usize) -> Option<Assignment<'_>> {
    let mut name_start = start;
    if let Some(rest) = text[start..].strip_prefix("export") {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        name_start += if blanks > 0 { "export".len() + blanks } else { 0 };
    }
    let rest = &text[name_start..];
    let in_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let length = rest.find(|character| !in_name(character)).unwrap_or(rest.len());
    let name = &rest[..length];
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let appends = rest[length..].starts_with("+=");
    let word_start = name_start + length + 1 + usize::from(appends);
    if !appends && !rest[length..].starts_with('=') {
        return None;
    }
    let end = word_end(text, word_start).ok()?;
    let after = text[end..].trim_start_matches([' ', '\t', '\r']);
    let separated = after.len() < text[end..].len();
    let complete = after.is_empty() || after.starts_with(['\n', ';']);
    (complete || separated && after.starts_with('#')).then_some(Assignment {
        name,
        word: word_start..end,
        appends,
    })
}

fn first_word(text: &str) -> Option<&str> {
    let ends = |character: char| character.is_ascii_whitespace() || ";&|()<>".contains(character);
    text.split(ends).next().filter(|word| !word.is_empty())
}

/// Words that end the items of a block.
fn closes_block(word: &str) -> bool {
    matches!(word, "fi" | "done" | "esac" | "then")
}
