//! What the parser reports, with byte places, for a text whose marks it does not take apart.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::data::Note;
use crate::mark::{marks, replace_marks};
use crate::tree::{MAX_KEYS, TreeBuilder};
use crate::{ParseError, ParseProblem};

/// The most events of one file: a key and a value for each key, and their ends.
const MAX_EVENTS: usize = 4 * MAX_KEYS;

/// One event.
pub(super) struct Found {
    pub(super) what: What,
    pub(super) span: Range<usize>,
}

/// What was found, as far as it matters where things stand.
pub(super) enum What {
    Scalar {
        text: String,
        plain: bool,
        /// It has an anchor or a tag.
        named: bool,
    },
    Alias,
    Map {
        flow: bool,
        named: bool,
    },
    List {
        flow: bool,
        named: bool,
    },
    End,
}

/// The events of a text that is one document, and its comments.
pub(super) fn read(
    text: &str,
    builder: &TreeBuilder,
) -> Result<(Vec<Found>, Vec<Note>), ParseError> {
    let masked = masked(text);
    let (mut events, mut notes) = (Vec::new(), Vec::new());
    let mut documents = 0_usize;
    for next in Parser::new_from_str(&masked) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
            builder.expected(text.floor_char_boundary(at), "well-formed YAML")
        })?;
        let span = span.byte_range().unwrap_or_default();
        if events.len() + notes.len() > MAX_EVENTS {
            let problem = ParseProblem::TooMany { what: "keys and values", limit: MAX_KEYS };
            return Err(builder.error(span.start, problem));
        }
        match event {
            Event::DocumentStart(..) if documents > 0 => {
                return Err(builder.expected(span.start, "one YAML document, not several"));
            }
            Event::DocumentStart(..) => documents += 1,
            Event::Comment(..) => notes.push(super::notes::note(text, span)),
            other => events.extend(what(other, text, &span).map(|what| Found { what, span })),
        }
    }
    Ok((events, notes))
}

fn what(event: Event, text: &str, span: &Range<usize>) -> Option<What> {
    Some(match event {
        Event::Scalar(value, style, anchor, tag) => What::Scalar {
            text: if span.is_empty() {
                String::new()
            } else {
                unmasked(&value, &text[span.clone()])
            },
            plain: matches!(style, ScalarStyle::Plain),
            named: anchor != 0 || tag.is_some(),
        },
        Event::Alias(_) => What::Alias,
        Event::MappingStart(style, anchor, tag) => {
            What::Map { flow: style == StructureStyle::Flow, named: anchor != 0 || tag.is_some() }
        }
        Event::SequenceStart(style, anchor, tag) => {
            What::List { flow: style == StructureStyle::Flow, named: anchor != 0 || tag.is_some() }
        }
        Event::MappingEnd | Event::SequenceEnd => What::End,
        _ => return None,
    })
}

/// The text with marks that are plain words to the parser.
fn masked(text: &str) -> Cow<'_, str> {
    replace_marks(text, |id| refit_model::Template::mark(&"x".repeat(id.len())))
}

/// A value with the marks that stand at its place.
fn unmasked(value: &str, source: &str) -> String {
    let mut known = marks(source).into_iter().map(|mark| &source[mark]);
    replace_marks(value, |_| known.next().unwrap_or_default().to_owned()).into_owned()
}
