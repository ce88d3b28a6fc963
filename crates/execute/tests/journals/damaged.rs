//! A journal that was cut off or changed is refused: never a part of it, never another one, taken
//! for the whole.

use std::fs;
use std::path::{Path, PathBuf};

use refit_execute::{Event, Journal, JournalError, Payload};
use refit_model::RunId;

fn run() -> RunId {
    RunId::new("staging-1").unwrap()
}

struct Written {
    folder: tempfile::TempDir,
    bytes: Vec<u8>,
    events: Vec<Event>,
}

impl Written {
    /// A journal of some events, closed: all of it is in one file.
    fn new(events: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole.sqlite");
        let mut journal = Journal::open(&path, &run()).unwrap();
        for number in 0..events {
            let text = format!("note {number} {}", "x".repeat(200));
            journal.append(Payload::Note { step: None, by: "ann".into(), text }).unwrap();
        }
        let events = journal.events().to_vec();
        drop(journal);
        assert!(!path.with_extension("sqlite-wal").exists(), "it must be closed");
        Self { bytes: fs::read(&path).unwrap(), folder, events }
    }

    /// What is read of a file with these bytes.
    fn read(&self, bytes: &[u8]) -> Result<Vec<Event>, JournalError> {
        let path: PathBuf = self.folder.path().join("spoiled.sqlite");
        fs::write(&path, bytes).unwrap();
        Journal::read_only(&path, &run())
    }

    /// Where the text of an event's row lies in the file.
    fn place(&self, event: &Event) -> std::ops::Range<usize> {
        let text = serde_json::to_string(event).unwrap();
        let digest = event.digest().unwrap().to_string();
        let whole = [text.as_bytes(), digest.as_bytes()].concat();
        let at = self.bytes.windows(whole.len()).position(|window| window == whole).unwrap();
        at..at + whole.len()
    }
}

#[test]
fn a_journal_cut_off_anywhere_is_refused() {
    let written = Written::new(8);
    let mut refused = 0;
    // An empty file is an empty journal: what its host has seen refuses that. SQLite takes a file
    // of one byte for empty too, because it makes such files itself on some file systems.
    for length in 2..written.bytes.len() {
        match written.read(&written.bytes[..length]) {
            Err(_) => refused += 1,
            Ok(events) => panic!("cut off after {length} bytes, {} events were read", events.len()),
        }
    }
    println!("points {refused}, refused {refused}");
}

#[test]
fn every_flipped_bit_of_the_last_three_events_is_found_and_named() {
    let written = Written::new(12);
    let mut points = 0;
    for event in &written.events[9..] {
        for at in written.place(event) {
            for bit in 0..8 {
                let mut bytes = written.bytes.clone();
                bytes[at] ^= 1 << bit;
                let error = written.read(&bytes).unwrap_err();
                let named = matches!(error, JournalError::Damaged { sequence, .. }
                    if sequence == event.sequence);
                assert!(named, "bit {bit} of byte {at}: {error}");
                points += 1;
            }
        }
    }
    println!("points {points}, named {points}");
}

#[test]
fn no_flipped_bit_makes_another_journal_of_it() {
    let written = Written::new(12);
    let (mut points, mut found) = (0, 0);
    // A step that shares no factor with the size of pages or rows.
    for at in (0..written.bytes.len()).step_by(7) {
        let mut bytes = written.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        match written.read(&bytes) {
            Ok(events) => assert_eq!(events, written.events, "byte {at}"),
            Err(_) => found += 1,
        }
        points += 1;
    }
    assert!(found > points / 4, "the faults must be seen: {found} of {points}");
    println!("points {points}: {found} found, the others in unused space");
}

#[test]
fn a_file_that_is_none_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    fs::write(&path, "something else\n".repeat(100)).unwrap();
    assert!(Journal::open(Path::new(&path), &run()).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "something else\n".repeat(100));
}
