//! Reads STOMP frames from bytes as they come.

use thiserror::Error;

use super::frame::{Frame, is_command, is_unescaped};

/// How much of one frame is read before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Command and headers together, in bytes.
    pub head_bytes: usize,
    /// The number of headers.
    pub headers: usize,
    /// The body, in bytes.
    pub body_bytes: usize,
}

impl Default for Limits {
    /// Generous for messages of real sites: 64 KiB, 1,000 headers, 128 MiB.
    fn default() -> Self {
        Self { head_bytes: 64 * 1024, headers: 1_000, body_bytes: 128 * 1024 * 1024 }
    }
}

/// Why bytes are no acceptable frame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// It is not STOMP.
    #[error("{0}")]
    NotStomp(&'static str),
    /// A limit is passed.
    #[error("more than {limit} {what}")]
    TooLarge {
        /// What is too large, and in which unit.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

/// Turns bytes into frames. After an error it is of no further use.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    buffer: Vec<u8>,
    /// Where in the buffer the unread part begins.
    start: usize,
    /// How far behind `start` the end of the current part has been looked for in vain.
    searched: usize,
    /// The frame whose body is awaited, and the body's length if it was told.
    head: Option<(Frame, Option<usize>)>,
}

impl Decoder {
    /// A decoder with nothing read.
    pub fn new(limits: Limits) -> Self {
        Self { limits, buffer: Vec::new(), start: 0, searched: 0, head: None }
    }

    /// Takes bytes as they come. Call [`Decoder::next_frame`] until it gives none before the next
    /// bytes, so that the limits hold.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete frame, if there is one.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        if self.head.is_none() {
            self.head = self.read_head()?;
        }
        match self.head.take() {
            None => Ok(None),
            Some((frame, length)) => self.read_body(frame, length),
        }
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    fn consume(&mut self, length: usize) {
        self.start += length;
        self.searched = 0;
    }

    fn read_head(&mut self) -> Result<Option<(Frame, Option<usize>)>, FrameError> {
        // Between frames there may be line breaks, which are also the heart-beats.
        let beats = self.unread().iter().take_while(|b| matches!(b, b'\n' | b'\r'));
        let beats = beats.count();
        if beats > 0 {
            self.consume(beats);
        }
        check_beginning(self.unread())?;
        let Some(length) = self.head_length() else {
            if self.unread().len() > self.limits.head_bytes {
                return Err(self.head_too_large());
            }
            self.searched = self.unread().len();
            return Ok(None);
        };
        if length > self.limits.head_bytes {
            return Err(self.head_too_large());
        }
        let head = parse_head(&self.unread()[..length], self.limits)?;
        self.consume(length);
        Ok(Some(head))
    }

    /// The length of the head with the empty line that ends it, if that is there already.
    fn head_length(&self) -> Option<usize> {
        let unread = self.unread();
        // The empty line may have begun in what was searched before.
        let from = self.searched.saturating_sub(2);
        (from..unread.len()).find_map(|at| match &unread[at..] {
            [b'\n', b'\n', ..] => Some(at + 2),
            [b'\n', b'\r', b'\n', ..] => Some(at + 3),
            _ => None,
        })
    }

    fn head_too_large(&self) -> FrameError {
        FrameError::TooLarge { what: "bytes of headers in a frame", limit: self.limits.head_bytes }
    }

    fn read_body(
        &mut self,
        mut frame: Frame,
        told: Option<usize>,
    ) -> Result<Option<Frame>, FrameError> {
        let Some(length) = self.body_length(told)? else {
            self.head = Some((frame, told));
            return Ok(None);
        };
        let unread = self.unread();
        if unread[length] != 0 {
            return Err(FrameError::NotStomp("a body does not end where it should"));
        }
        frame.body = unread[..length].to_vec();
        self.consume(length + 1);
        Ok(Some(frame))
    }

    /// The length of the body, if all of it and the byte after it are there.
    fn body_length(&mut self, told: Option<usize>) -> Result<Option<usize>, FrameError> {
        let available = self.unread().len();
        if let Some(told) = told {
            return Ok((available > told).then_some(told));
        }
        let new = &self.unread()[self.searched..];
        let end = new.iter().position(|b| *b == 0);
        let end = end.map(|at| at + self.searched);
        self.searched = available;
        if end.unwrap_or(available) > self.limits.body_bytes {
            return Err(body_too_large(self.limits));
        }
        Ok(end)
    }
}

fn body_too_large(limits: Limits) -> FrameError {
    FrameError::TooLarge { what: "bytes in a frame's body", limit: limits.body_bytes }
}

/// Refuses what cannot become a command, so that another protocol is recognised by its first bytes.
fn check_beginning(unread: &[u8]) -> Result<(), FrameError> {
    let line = unread.split(|b| *b == b'\n').next().unwrap_or_default();
    let ended = line.len() < unread.len();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let begun = std::str::from_utf8(&line[..line.len().min(17)]).is_ok_and(is_command);
    let nothing_yet = line.is_empty() && !ended;
    if begun || nothing_yet {
        Ok(())
    } else {
        Err(FrameError::NotStomp("its answer begins with no STOMP command"))
    }
}

fn parse_head(head: &[u8], limits: Limits) -> Result<(Frame, Option<usize>), FrameError> {
    let head =
        std::str::from_utf8(head).map_err(|_| FrameError::NotStomp("a header is not UTF-8"))?;
    let mut lines = head.lines();
    let mut frame = Frame::new(lines.next().unwrap_or_default());
    for line in lines.take_while(|line| !line.is_empty()) {
        if frame.headers.len() == limits.headers {
            return Err(FrameError::TooLarge { what: "headers in a frame", limit: limits.headers });
        }
        frame.headers.push(parse_header(&frame.command, line)?);
    }
    let length = content_length(&frame, limits)?;
    Ok((frame, length))
}

fn parse_header(command: &str, line: &str) -> Result<(String, String), FrameError> {
    if line.contains('\0') {
        return Err(FrameError::NotStomp("a header holds NUL"));
    }
    let (name, value) =
        line.split_once(':').ok_or(FrameError::NotStomp("a header has no colon"))?;
    if is_unescaped(command) {
        return Ok((name.to_owned(), value.to_owned()));
    }
    let name = unescape(command, name)?;
    Ok((name, unescape(command, value)?))
}

fn unescape(command: &str, text: &str) -> Result<String, FrameError> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('c') => plain.push(':'),
            Some('\\') => plain.push('\\'),
            // Errors may come before both sides have agreed on a version, so unescaped.
            other if command == "ERROR" => {
                plain.push('\\');
                plain.extend(other);
            }
            _ => return Err(FrameError::NotStomp("a header has an unknown escape")),
        }
    }
    Ok(plain)
}

fn content_length(frame: &Frame, limits: Limits) -> Result<Option<usize>, FrameError> {
    let Some(text) = frame.header("content-length") else {
        return Ok(None);
    };
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FrameError::NotStomp("a content-length is no number"));
    }
    // A number that does not fit is a large one.
    match text.parse::<usize>() {
        Ok(length) if length <= limits.body_bytes => Ok(Some(length)),
        _ => Err(body_too_large(limits)),
    }
}
