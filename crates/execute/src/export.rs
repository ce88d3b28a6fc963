//! Journals as lines of text: the form in which they leave the state directory, and in which a
//! run that goes on is told to programs.

use std::path::Path;

use refit_model::{Digest, DocumentError};
use serde::{Deserialize, Serialize};

use crate::journal::check;
use crate::{Event, JournalError};

/// One line: an event with its digest, which the next event names as the one before.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<E> {
    digest: Digest,
    event: E,
}

/// The event as one line of JSON, without a line end.
pub fn event_json(event: &Event) -> Result<String, DocumentError> {
    Ok(serde_json::to_string(&Line { digest: event.digest()?, event })?)
}

/// Reads a journal of such lines, and checks every event: its digest, its number, and that it
/// follows the one before. `path` is named in errors.
pub fn read_lines(path: &Path, text: &str) -> Result<Vec<Event>, JournalError> {
    let mut events: Vec<Event> = Vec::new();
    let mut last = Digest::of(b"");
    for (line, sequence) in text.lines().zip(1..) {
        let damaged = |reason| JournalError::Damaged { path: path.to_owned(), sequence, reason };
        let line: Line<serde_json::Value> =
            serde_json::from_str(line).map_err(|error| damaged(error.to_string()))?;
        let body = line.event.to_string();
        let first: Event =
            serde_json::from_str(&body).map_err(|error| damaged(error.to_string()))?;
        let run = events.first().unwrap_or(&first).run.clone();
        let event =
            check(&body, &line.digest.to_string(), &run, sequence, last).map_err(damaged)?;
        last = line.digest;
        events.push(event);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use refit_model::RunId;

    use super::*;
    use crate::{Journal, Payload};

    fn three() -> Vec<Event> {
        let folder = tempfile::tempdir().unwrap();
        let run = RunId::new("staging-1").unwrap();
        let mut journal = Journal::open(&folder.path().join("journal.sqlite"), &run).unwrap();
        for text in ["one", "zwei ü", "three"] {
            let note = Payload::Note { step: None, by: "ann".into(), text: text.into() };
            journal.append(note).unwrap();
        }
        journal.events().to_vec()
    }

    fn lines(events: &[Event]) -> Vec<String> {
        events.iter().map(|event| event_json(event).unwrap()).collect()
    }

    #[test]
    fn what_was_exported_is_read_back() {
        let events = three();
        assert_eq!(read_lines(Path::new("x"), &lines(&events).join("\n")).unwrap(), events);
    }

    #[test]
    fn a_changed_missing_or_swapped_line_is_named() {
        let whole = lines(&three());
        let spoiled = [
            (vec![whole[0].replace("one", "two"), whole[1].clone()], 1),
            (vec![whole[0].clone(), whole[2].clone()], 2),
            (vec![whole[1].clone(), whole[0].clone()], 1),
            (vec![whole[0].clone(), whole[1][..40].to_owned()], 2),
        ];
        for (lines, at) in spoiled {
            let error = read_lines(Path::new("x"), &lines.join("\n")).unwrap_err();
            let named = matches!(error, JournalError::Damaged { sequence, .. } if sequence == at);
            assert!(named, "{error}");
        }
    }
}
