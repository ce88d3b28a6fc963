//! The controller's end of a connection: requests, and their answers.

use std::time::{Duration, Instant};

use refit_model::HostPath;
use serde_bytes::ByteBuf;

use super::failure::shown;
use super::frame::{MAX_FRAME, encode};
use super::message::{FromHost, Reply, Request, ToHost};
use super::start::start;
use super::talk::{Broken, Spoken, Talk, never};
use super::{Program, SshClient, SshError};
use crate::local::{Own, Source as _};
use crate::{Cancel, Hear, HostError, Result};

/// How long an answer may take after its time is over, or after the operator asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// The most bytes of a file that are given at once.
const PART: u64 = 1 << 20;

/// One connection with a session of the program on the host.
pub(super) struct Session {
    talk: Talk,
    host: String,
    last_id: u64,
}

/// A request with everything that its answer hangs on.
pub(super) struct Asked<'a> {
    pub(super) request: Request,
    /// How long the host may take for each of its parts.
    pub(super) within: Duration,
    /// How many parts it has.
    pub(super) parts: usize,
    /// The files of this machine that the host may fetch for it.
    pub(super) files: Vec<&'a HostPath>,
    pub(super) cancel: &'a Cancel,
    /// Who hears what commands write meanwhile.
    pub(super) hear: &'a dyn Hear,
}

impl Session {
    /// Connects, and starts the program on the host.
    pub(super) fn open(client: &SshClient, program: &Program, cancel: &Cancel) -> Result<Self> {
        let talk = start(client, program, cancel)?;
        Ok(Self { talk, host: client.address().host().to_owned(), last_id: 0 })
    }

    /// This, unless it has ended meanwhile.
    pub(super) fn still_open(mut self) -> Option<Self> {
        (!self.talk.is_over()).then_some(self)
    }

    /// Asks, and waits for the answer. After an error nothing more can be asked over it; an answer
    /// may be an error too.
    pub(super) fn exchange(&mut self, asked: Asked<'_>) -> Result<Result<Reply>> {
        let Asked { request, within, parts, files, cancel, hear } = asked;
        self.last_id += 1;
        let (id, doing) = (self.last_id, request.doing());
        let is_question = matches!(request, Request::Ask(_));
        let parts = u32::try_from(parts.max(1)).unwrap_or(u32::MAX);
        let until = Instant::now() + within.saturating_mul(parts) + GRACE;
        let milliseconds = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        let Some(frame) = encode(&ToHost::Request { id, request, milliseconds }) else {
            return Ok(Err(too_large()));
        };
        match self.talk.send(&frame, until, cancel) {
            Ok(()) => {}
            // The host has not got the whole of it, so nothing of it is done.
            Err(Broken::Stopped) => return Err(HostError::Cancelled(doing.to_owned())),
            Err(broken) => return Err(self.lost(broken, doing)),
        }
        let reply = self.reply(id, until, &files, cancel, hear);
        reply.map_err(|broken| match broken {
            Broken::Late if is_question => HostError::Deadline(format!("asking {}", self.host)),
            broken => self.lost(broken, doing),
        })
    }

    /// The answer to a request. What the host needs for it meanwhile is given, and a wish to stop
    /// is passed on once; then the answer may take no more than the grace.
    fn reply(
        &mut self,
        id: u64,
        mut until: Instant,
        files: &[&HostPath],
        mut cancel: &Cancel,
        hear: &dyn Hear,
    ) -> Spoken<Result<Reply>> {
        loop {
            match self.talk.next(until, cancel) {
                Err(Broken::Stopped) => {
                    self.talk.tell(&ToHost::Cancel { id })?;
                    until = until.min(Instant::now() + GRACE);
                    cancel = never();
                }
                Err(broken) => return Err(broken),
                Ok(FromHost::Reply { id: told, reply }) if told == id => return Ok(Ok(reply)),
                Ok(FromHost::TooLarge { id: told }) if told == id => return Ok(Err(too_large())),
                Ok(FromHost::Here) => {}
                Ok(FromHost::Wrote { id: told, lines }) if told == id => hear.lines(&lines),
                Ok(FromHost::NeedPart { id: told, path, offset, bytes }) if told == id => {
                    if !files.contains(&&path) {
                        return Err(Broken::Garbled(format!("a wish for {path}")));
                    }
                    let part = Own.part(&path, offset, bytes.min(PART)).map(ByteBuf::from);
                    self.talk.tell(&ToHost::Part { id, part })?;
                }
                Ok(_) => {
                    return Err(Broken::Garbled("an answer to another question".into()));
                }
            }
        }
    }

    fn lost(&mut self, broken: Broken, doing: &str) -> HostError {
        let host = self.host.clone();
        let why = match broken {
            Broken::Garbled(why) => return SshError::Garbled { host, why: shown(&why) }.into(),
            Broken::Ended => shown(&self.talk.link().last_words()),
            Broken::Silent => "the host said nothing for a minute".to_owned(),
            Broken::Late => "the host did not answer within the time limit".to_owned(),
            Broken::Stopped => "the operator asked to stop".to_owned(),
        };
        SshError::Lost { host, doing: doing.to_owned(), why }.into()
    }
}

fn too_large() -> HostError {
    let (limit, unit) = (MAX_FRAME as u64, "bytes".into());
    HostError::TooLarge {
        path: "what is to be sent over SSH at once".to_owned().into(),
        limit,
        unit,
    }
}
