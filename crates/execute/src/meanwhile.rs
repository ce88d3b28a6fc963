//! What is seen while a step goes on: for those who look on, and never evidence.
//!
//! It goes to a file beside the journal, which is never synced, and is cut when it is full. What
//! cannot be written to it is not shown; a run does not hang on it. A process that begins to work
//! on the run begins the file anew.
//! `docs/decisions/0026-what-goes-on-is-shown-and-not-kept.md` says why.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// A line that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenLine {
    /// The sequence number of the last event before it.
    pub after: u64,
    /// The name of the broker's log that it stands in; none where a command of the step wrote it,
    /// or Refit says what it does. Only the latter are in the journal when the step has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// The line, redacted.
    pub line: String,
}

/// The most bytes of the file. When it is full, it is begun anew with its end.
const MOST: u64 = 256 * 1024;
/// How much of the end is kept then, and is read at all, in bytes.
const END: u64 = 64 * 1024;

/// The file that it is written to, in the hands of the process that works on the run.
#[derive(Debug)]
pub struct Meanwhile(Mutex<File>);

impl Meanwhile {
    /// Begins the file at `path` anew.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).read(true).write(true).mode(0o600);
        options.open(path).map(|file| Self(Mutex::new(file)))
    }

    /// Adds what was seen. What cannot be written is not shown.
    pub fn add(&self, seen: &[SeenLine]) {
        let mut text = Vec::new();
        for one in seen {
            if let Ok(json) = serde_json::to_vec(one) {
                text.extend(json);
                text.push(b'\n');
            }
        }
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut file, text.len() as u64)
            .and_then(|()| file.write_all(&text))
            .unwrap_or_default();
    }

    /// The last lines of the file at `path`, the earliest first; nothing where there is none.
    pub fn read(path: &Path) -> io::Result<Vec<SeenLine>> {
        match File::open(path) {
            Ok(mut file) => Ok(lines(&end_of(&mut file)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// Where so much more would make the file too long, it is begun anew with its end.
fn make_room(file: &mut File, more: u64) -> io::Result<()> {
    if file.stream_position()? + more <= MOST {
        return Ok(());
    }
    let end = end_of(file)?;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&end)
}

/// The end of the file, from the beginning of a line on.
fn end_of(file: &mut File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(END);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end)?;
    if from > 0 {
        let first = end.iter().position(|byte| *byte == b'\n').map_or(end.len(), |at| at + 1);
        end.drain(..first);
    }
    Ok(end)
}

/// The whole lines; one that is just being written is read the next time.
fn lines(bytes: &[u8]) -> Vec<SeenLine> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line.strip_suffix(b"\n")?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn seen(after: u64, line: &str) -> SeenLine {
        SeenLine { after, log: None, line: line.to_owned() }
    }

    #[test]
    fn what_was_added_is_read_and_a_new_process_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meanwhile.jsonl");
        assert_eq!(Meanwhile::read(&path).unwrap(), []);
        let first = Meanwhile::begin(&path).unwrap();
        let log = Some("activemq.log".to_owned());
        let lines = [seen(3, "one\u{1b}[2J"), SeenLine { log, ..seen(3, "two") }];
        first.add(&lines[..1]);
        first.add(&lines[1..]);
        assert_eq!(Meanwhile::read(&path).unwrap(), lines);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        Meanwhile::begin(&path).unwrap().add(&[seen(9, "three")]);
        assert_eq!(Meanwhile::read(&path).unwrap(), [seen(9, "three")]);
    }

    #[test]
    fn it_stays_short_and_the_last_lines_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meanwhile.jsonl");
        let meanwhile = Meanwhile::begin(&path).unwrap();
        let long = "x".repeat(1000);
        for number in 0..2000 {
            meanwhile.add(&[seen(number, &long)]);
            assert!(std::fs::metadata(&path).unwrap().len() <= MOST);
        }
        let read = Meanwhile::read(&path).unwrap();
        let last: Vec<_> = read.iter().map(|seen| seen.after).collect();
        assert_eq!(last, (2000 - last.len() as u64..2000).collect::<Vec<_>>());
        assert!(last.len() > 30, "{}", last.len());
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meanwhile.jsonl");
        std::fs::write(&path, "{\"after\":1,\"line\":\"a\"}\nnonsense\n{\"after\":2,\"li").unwrap();
        assert_eq!(Meanwhile::read(&path).unwrap(), [seen(1, "a")]);
    }
}
