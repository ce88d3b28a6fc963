//! Files of lines under headers: `[section]`, and keys that belong to it up to the next one.

use std::ops::Range;

use super::identity::entry_segment;
use super::node::{Content, Entry, Note, add_entry, add_note, path_of};
use crate::tree::{Item, ItemId, MAX_DEPTH, ROOT, TreeBuilder};
use crate::{FileSpec, ParseError, ParseProblem};

/// One line, or what begins with it.
#[derive(Debug)]
pub(crate) enum Line {
    Header(Header),
    Entry(Entry),
    Note(Note),
}

/// The header of a section.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) path: Vec<String>,
    /// One of several sections with this name.
    pub(crate) list: bool,
    pub(crate) span: Range<usize>,
}

impl Line {
    fn span(&self) -> &Range<usize> {
        match self {
            Self::Header(header) => &header.span,
            Self::Entry(entry) => &entry.span,
            Self::Note(note) => &note.span,
        }
    }
}

/// Adds the lines to a tree. A section whose header continues that of the section before stands
/// inside of it.
pub(crate) fn add_lines(
    builder: &mut TreeBuilder,
    spec: &FileSpec,
    text: &str,
    lines: Vec<Line>,
) -> Result<(), ParseError> {
    let headers = headers_of_notes(text, &lines);
    let names: Vec<Option<(Vec<String>, String)>> = section_names(spec, &lines);
    let mut open = Open { builder, sections: Vec::new() };
    for (place, line) in lines.into_iter().enumerate() {
        if let Some((path, _)) = headers[place].and_then(|header| names[header].as_ref()) {
            open.close_for(path);
        }
        let end = line.span().end;
        let (parent, element) = open.innermost();
        match line {
            Line::Header(header) => {
                let last = names[place].as_ref().map_or("", |name| name.1.as_str()).to_owned();
                open.section(header, &last)?;
            }
            Line::Entry(entry) => {
                add_entry(open.builder, spec, text, parent, &element, entry)?;
                open.extend(end);
            }
            Line::Note(note) => {
                add_note(open.builder, text, parent, &note)?;
                open.extend(end);
            }
        }
    }
    open.close_to(0);
    Ok(())
}

/// For each line that belongs to a header, itself included, the header's place: notes directly
/// above a header are about what it begins.
fn headers_of_notes(text: &str, lines: &[Line]) -> Vec<Option<usize>> {
    let mut headers = vec![None; lines.len()];
    let mut header = None;
    for (place, line) in lines.iter().enumerate().rev() {
        header = match line {
            Line::Header(_) => Some(place),
            Line::Note(note) if note.off.is_none() => header.filter(|_| {
                let below = lines[place + 1].span().start;
                let own_line = text[..note.span.start].trim_end_matches([' ', '\t']);
                let own_line = own_line.is_empty() || own_line.ends_with('\n');
                own_line && text[note.span.end..below].matches('\n').count() == 1
            }),
            Line::Note(_) | Line::Entry(_) => None,
        };
        headers[place] = header;
    }
    headers
}

/// For each header its path, and its last part with what identifies the section.
fn section_names(spec: &FileSpec, lines: &[Line]) -> Vec<Option<(Vec<String>, String)>> {
    let name = |(place, line): (usize, &Line)| {
        let Line::Header(header) = line else {
            return None;
        };
        let last = header.path.last().map_or("", String::as_str);
        let plain = super::segment(last);
        let own = || lines[place + 1..].iter().take_while(|line| !matches!(line, Line::Header(_)));
        let find = |key: &str| {
            own().find_map(|line| match line {
                Line::Entry(Entry { key: found, value, .. })
                    if found.len() == 1 && found[0] == key =>
                {
                    match &value.content {
                        Content::Scalar(text) => Some(text.as_str()),
                        Content::Map(_) | Content::List(_) => None,
                    }
                }
                _ => None,
            })
        };
        let named = if header.list { entry_segment(spec, last, &plain, find) } else { plain };
        Some((header.path.clone(), named))
    };
    lines.iter().enumerate().map(name).collect()
}

/// The sections that are open, from the outside in.
struct Open<'a, 'b> {
    builder: &'a mut TreeBuilder<'b>,
    sections: Vec<Section>,
}

struct Section {
    path: Vec<String>,
    id: ItemId,
    header_end: usize,
    end: usize,
}

impl Open<'_, '_> {
    fn innermost(&self) -> (ItemId, String) {
        let name = |section: &Section| section.path.last().cloned().unwrap_or_default();
        self.sections.last().map_or((ROOT, String::new()), |last| (last.id, name(last)))
    }

    fn section(&mut self, header: Header, last: &str) -> Result<(), ParseError> {
        if self.sections.len() >= MAX_DEPTH {
            let problem = ParseProblem::TooDeep { limit: MAX_DEPTH };
            return Err(self.builder.error(header.span.start, problem));
        }
        let above = self.sections.last().map_or(0, |section| section.path.len());
        let (parent, _) = self.innermost();
        let between = &header.path[above..header.path.len().max(above + 1) - 1];
        let segment =
            if between.is_empty() { last.to_owned() } else { path_of(between) + "/" + last };
        let name = header.path.last().map_or("", String::as_str);
        let mut item = Item::key(name, segment, header.span.clone());
        item.body = Some(header.span.end..header.span.end);
        let id = self.builder.add(parent, item)?;
        let end = header.span.end;
        self.sections.push(Section { path: header.path, id, header_end: end, end });
        Ok(())
    }

    fn extend(&mut self, end: usize) {
        if let Some(last) = self.sections.last_mut() {
            last.end = end;
        }
    }

    /// Closes what does not hold a section with this path.
    fn close_for(&mut self, path: &[String]) {
        let holds =
            |section: &Section| section.path.len() < path.len() && path.starts_with(&section.path);
        let kept = self.sections.iter().take_while(|section| holds(section)).count();
        self.close_to(kept);
    }

    fn close_to(&mut self, kept: usize) {
        while self.sections.len() > kept {
            let Some(closed) = self.sections.pop() else {
                return;
            };
            let item = self.builder.item_mut(closed.id);
            item.span.end = closed.end;
            item.body = Some(closed.header_end..closed.end);
            self.extend(closed.end);
        }
    }
}
