//! Bytes, lines and messages over a link, each with an end to its waiting.

use std::io;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::Link;
use super::failure::shown;
use super::frame::{Incoming, decode, encode};
use super::message::{FromHost, ToHost};
use crate::Cancel;

/// How often a wish to stop is looked at.
const TICK: Duration = Duration::from_millis(100);
/// How often the host is told that it is still waited for.
const HERE: Duration = Duration::from_secs(10);
/// How long a host may say nothing at all.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a short message may take to be sent.
const SHORT: Duration = Duration::from_secs(10);
/// The longest line of the host's shell.
const LINE: usize = 1024;

/// A link on which messages go both ways.
pub(super) struct Talk {
    link: Link,
    /// What came and was not looked at.
    pending: Zeroizing<Vec<u8>>,
    incoming: Incoming,
}

/// Why it cannot go on.
#[derive(Debug)]
pub(super) enum Broken {
    /// The other side has ended it.
    Ended,
    /// Nothing was heard for long.
    Silent,
    /// The time is over.
    Late,
    /// The operator asked to stop.
    Stopped,
    /// What came is no message.
    Garbled(String),
}

/// Results of talking.
pub(super) type Spoken<T> = std::result::Result<T, Broken>;

impl Talk {
    pub(super) fn new(link: Link) -> Self {
        Self { link, pending: Zeroizing::default(), incoming: Incoming::default() }
    }

    /// The link, to hear its last words.
    pub(super) fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// Whether nothing can be asked any more: it has ended, or something came unasked. That the
    /// host is there may be told late.
    pub(super) fn is_over(&mut self) -> bool {
        while !self.pending.is_empty() || self.link.is_readable() {
            if !matches!(self.next(Instant::now() + TICK, never()), Ok(FromHost::Here)) {
                return true;
            }
        }
        false
    }

    /// A line of the host's shell, without its end.
    pub(super) fn line(&mut self, until: Instant, cancel: &Cancel) -> Spoken<String> {
        loop {
            if let Some(at) = self.pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.pending.drain(..=at).collect();
                return Ok(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            if self.pending.len() > LINE {
                let begin = String::from_utf8_lossy(&self.pending[..LINE]);
                return Err(Broken::Garbled(shown(&begin)));
            }
            while !self.more()? {
                check(until, cancel)?;
            }
        }
    }

    /// The next message, by `until`.
    pub(super) fn next(&mut self, until: Instant, cancel: &Cancel) -> Spoken<FromHost> {
        let begun = Instant::now();
        let mut here = begun + HERE;
        loop {
            if let Some(content) = self.whole()? {
                return decode(&content).map_err(Broken::Garbled);
            }
            check(until, cancel)?;
            let now = Instant::now();
            if now >= begun + SILENCE {
                return Err(Broken::Silent);
            }
            if now >= here {
                self.tell(&ToHost::Here)?;
                here = now + HERE;
            }
        }
    }

    /// Sends a short message.
    pub(super) fn tell(&mut self, message: &ToHost) -> Spoken<()> {
        let frame = encode(message).ok_or(Broken::Ended)?;
        self.send(&frame, Instant::now() + SHORT, never())
    }

    /// Sends bytes.
    pub(super) fn send(&mut self, bytes: &[u8], until: Instant, cancel: &Cancel) -> Spoken<()> {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.link.write_some(&bytes[sent..], Instant::now() + TICK) {
                Ok(length) if length > 0 => sent += length,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => check(until, cancel)?,
                _ => return Err(Broken::Ended),
            }
        }
        Ok(())
    }

    /// A whole message's content, if it comes within a tick.
    fn whole(&mut self) -> Spoken<Option<Zeroizing<Vec<u8>>>> {
        loop {
            let wanted = self.incoming.wanted().map_err(Broken::Garbled)?;
            if self.pending.is_empty() && !self.more()? {
                return Ok(None);
            }
            let taken = wanted.min(self.pending.len());
            let content = self.incoming.take(&self.pending[..taken]);
            self.pending.drain(..taken);
            if content.is_some() {
                return Ok(content);
            }
        }
    }

    /// Reads more; whether something came within a tick.
    fn more(&mut self) -> Spoken<bool> {
        let mut buffer = Zeroizing::new(vec![0; 64 * 1024]);
        match self.link.read_some(&mut buffer, Instant::now() + TICK) {
            Ok(length) if length > 0 => {
                self.pending.extend_from_slice(&buffer[..length]);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(false),
            _ => Err(Broken::Ended),
        }
    }
}

/// Whether there is time left, and a wish to go on.
fn check(until: Instant, cancel: &Cancel) -> Spoken<()> {
    if cancel.is_cancelled() {
        Err(Broken::Stopped)
    } else if Instant::now() >= until {
        Err(Broken::Late)
    } else {
        Ok(())
    }
}

/// Nobody asks to stop.
pub(super) fn never() -> &'static Cancel {
    static NEVER: OnceLock<Cancel> = OnceLock::new();
    NEVER.get_or_init(Cancel::new)
}
