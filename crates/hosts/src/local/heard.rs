//! The lines of a command, told as they come: of a flood the last ones.

use std::time::{Duration, Instant};

use crate::Hear;

/// How often something is told at most.
const EVERY: Duration = Duration::from_millis(200);
/// The longest line that is told, in bytes. A part of a longer one could hold a part of a secret,
/// which is not recognised, so it is left out as a whole.
const LONGEST: usize = 2000;
/// How much is told at once, in bytes: less than what a pipe takes without blocking.
const AT_ONCE: usize = 3000;

/// A stream of a command.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Out,
    Error,
}

/// What is heard of a command.
pub(super) struct Heard<'a> {
    hear: &'a dyn Hear,
    out: Line,
    error: Line,
    waiting: Vec<String>,
    told: Option<Instant>,
}

/// The line that has begun on a stream.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    length: usize,
}

impl<'a> Heard<'a> {
    pub(super) fn new(hear: &'a dyn Hear) -> Self {
        let (out, error) = (Line::default(), Line::default());
        Self { hear, out, error, waiting: Vec::new(), told: None }
    }

    /// Takes what was written next.
    pub(super) fn take(&mut self, stream: Stream, bytes: &[u8]) {
        let line = match stream {
            Stream::Out => &mut self.out,
            Stream::Error => &mut self.error,
        };
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            match part.strip_suffix(b"\n") {
                Some(end) => {
                    line.extend(end);
                    self.waiting.push(line.end());
                }
                None => line.extend(part),
            }
        }
        self.forget_the_first();
    }

    /// Tells what waits, unless something was told just now.
    pub(super) fn tell(&mut self) {
        if self.told.is_none_or(|told| told.elapsed() >= EVERY) {
            self.tell_now();
        }
    }

    /// The command has ended: tells the rest, a line without an end too.
    pub(super) fn end(&mut self) {
        for line in [&mut self.out, &mut self.error] {
            if line.length > 0 {
                self.waiting.push(line.end());
            }
        }
        self.forget_the_first();
        self.tell_now();
    }

    fn tell_now(&mut self) {
        if !self.waiting.is_empty() {
            self.hear.lines(&self.waiting);
            self.waiting.clear();
            self.told = Some(Instant::now());
        }
    }

    fn forget_the_first(&mut self) {
        let mut left = AT_ONCE;
        let fits = |line: &&String| match left.checked_sub(line.len() + 1) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        };
        let kept = self.waiting.iter().rev().take_while(fits).count();
        self.waiting.drain(..self.waiting.len() - kept);
    }
}

impl Line {
    fn extend(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
        if self.length <= LONGEST {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn end(&mut self) -> String {
        let Self { bytes, length } = std::mem::take(self);
        // Bytes that are no text become three each.
        let text = String::from_utf8_lossy(&bytes);
        if length > LONGEST || text.len() > LONGEST {
            return format!("(a line of {length} bytes)");
        }
        text.trim_end_matches('\r').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[derive(Default)]
    struct Kept(RefCell<Vec<String>>);

    impl Hear for Kept {
        fn lines(&self, lines: &[String]) {
            self.0.borrow_mut().extend(lines.iter().cloned());
        }
    }

    fn heard(pieces: &[(Stream, &[u8])]) -> Vec<String> {
        let kept = Kept::default();
        let mut heard = Heard::new(&kept);
        for (stream, bytes) in pieces {
            heard.take(*stream, bytes);
        }
        heard.end();
        kept.0.into_inner()
    }

    #[test]
    fn lines_are_whole_whatever_the_pieces_are() {
        let pieces: [(Stream, &[u8]); 4] = [
            (Stream::Out, b"one\ntw"),
            (Stream::Error, b"trouble\r\n"),
            (Stream::Out, b"o\n\n"),
            (Stream::Out, b"three"),
        ];
        assert_eq!(heard(&pieces), ["one", "trouble", "two", "", "three"]);
    }

    #[test]
    fn no_part_of_a_long_line_is_told() {
        let long = vec![b'x'; LONGEST + 1];
        assert_eq!(heard(&[(Stream::Out, &long)]), ["(a line of 2001 bytes)"]);
        let bytes = vec![0xff; LONGEST];
        assert_eq!(heard(&[(Stream::Out, &bytes)]), ["(a line of 2000 bytes)"]);
    }

    #[test]
    fn of_a_flood_the_end_is_told() {
        let flood: String = (0..100_000).map(|number| format!("{number}\n")).collect();
        let told = heard(&[(Stream::Out, flood.as_bytes())]);
        assert_eq!(told.last().map(String::as_str), Some("99999"));
        assert!(told.iter().map(|line| line.len() + 1).sum::<usize>() <= AT_ONCE);
    }

    #[test]
    fn what_was_told_is_not_told_again_and_not_too_often() {
        let kept = Kept::default();
        let mut heard = Heard::new(&kept);
        heard.tell();
        heard.take(Stream::Out, b"one\n");
        heard.tell();
        assert_eq!(*kept.0.borrow(), ["one"]);
        heard.told = Some(Instant::now() + Duration::from_mins(1));
        heard.take(Stream::Out, b"two\n");
        heard.tell();
        assert_eq!(kept.0.borrow().len(), 1);
        heard.told = None;
        heard.tell();
        assert_eq!(*kept.0.borrow(), ["one", "two"]);
    }
}
