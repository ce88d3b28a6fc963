//! One STOMP session: frames over a stream, heart-beats, typed errors.

use std::io;
use std::time::{Duration, Instant};

use super::decoder::{Decoder, FrameError, Limits};
use super::frame::Frame;
use super::login::StompLogin;
use crate::hidden::Hidden;
use crate::{Stream, WireError};

/// The name of the protocol in errors.
const PROTOCOL: &str = "STOMP";
/// What is being done while the answer to the login is awaited, for errors.
pub(super) const LOGGING_IN: &str = "waiting for the login's answer";
/// How much is read at once, in bytes.
const READ_AT_ONCE: usize = 64 * 1024;

/// A session with a broker that has accepted the login.
pub(super) struct Session {
    stream: Box<dyn Stream>,
    decoder: Decoder,
    buffer: Vec<u8>,
    hidden: Hidden,
    beats: Beats,
}

impl Session {
    /// Logs in; gives the session and the broker's `CONNECTED` frame.
    pub(super) fn begin(
        stream: Box<dyn Stream>,
        login: &StompLogin,
        limits: Limits,
        deadline: Instant,
    ) -> Result<(Self, Frame), WireError> {
        let mut session = Self {
            stream,
            decoder: Decoder::new(limits),
            buffer: vec![0; READ_AT_ONCE],
            hidden: Hidden::of(login.credentials.as_ref()),
            beats: Beats::none(),
        };
        let connect = login.encode().map_err(|error| session.cannot_send(&error))?;
        session.write(&connect, deadline)?;
        let answer = session.next_frame(deadline, LOGGING_IN)?;
        let answer = answer.ok_or_else(|| session.timed_out(LOGGING_IN))?;
        match answer.command.as_str() {
            "CONNECTED" => {
                session.beats = Beats::agreed(login, &answer);
                Ok((session, answer))
            }
            "ERROR" => Err(session.login_refused(login, &answer)),
            other => Err(session.other_protocol(format!("`{other}` answers the login"))),
        }
    }

    /// Sends a frame.
    pub(super) fn send(&mut self, frame: &Frame, deadline: Instant) -> Result<(), WireError> {
        let bytes = frame.encode().map_err(|error| self.cannot_send(&error))?;
        self.write(&bytes, deadline)
    }

    /// The next frame, or none if none has come before `deadline`. An `ERROR` frame is an error.
    pub(super) fn read(&mut self, deadline: Instant) -> Result<Option<Frame>, WireError> {
        match self.next_frame(deadline, "waiting for a frame")? {
            Some(frame) if frame.command == "ERROR" => Err(self.error_answer(&frame)),
            other => Ok(other),
        }
    }

    /// The address of the broker.
    pub(super) fn at(&self) -> String {
        self.stream.peer().to_owned()
    }

    /// The next frame of any kind.
    fn next_frame(
        &mut self,
        deadline: Instant,
        doing: &'static str,
    ) -> Result<Option<Frame>, WireError> {
        // What has already come is read even by one who asks too late.
        let deadline = deadline.max(Instant::now() + Duration::from_millis(1));
        loop {
            if let Some(frame) = self.decode()? {
                return Ok(Some(frame));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            self.read_more(deadline, doing)?;
        }
    }

    /// Reads what comes next, if anything comes before `deadline` or before a beat is due.
    fn read_more(&mut self, deadline: Instant, doing: &'static str) -> Result<(), WireError> {
        if self.beats.is_due() {
            self.write(b"\n", deadline)?;
        }
        self.stream.set_deadline(self.beats.wake_before(deadline));
        match self.stream.read(&mut self.buffer) {
            Ok(0) => Err(WireError::Closed { at: self.at(), doing }),
            Ok(length) => {
                self.beats.last_received = Instant::now();
                self.decoder.push(&self.buffer[..length]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                if self.beats.is_silent() {
                    return Err(self.timed_out("waiting for a heart-beat"));
                }
                Ok(())
            }
            Err(error) => Err(WireError::open(self.stream.peer(), doing, error)),
        }
    }

    fn decode(&mut self) -> Result<Option<Frame>, WireError> {
        self.decoder.next_frame().map_err(|error| match error {
            FrameError::NotStomp(why) => self.other_protocol(why.to_owned()),
            FrameError::TooLarge { what, limit } => {
                WireError::TooLarge { at: self.at(), what, limit }
            }
        })
    }

    fn write(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), WireError> {
        self.stream.set_deadline(deadline);
        self.stream
            .write_all(bytes)
            .and_then(|()| self.stream.flush())
            .map_err(|error| WireError::open(self.stream.peer(), "sending a frame", error))?;
        self.beats.last_sent = Instant::now();
        Ok(())
    }

    fn error_answer(&self, error: &Frame) -> WireError {
        let at = self.at();
        let said = self.said(error);
        if says_any(&said, &["not authorized", "not permitted", "access_refused"]) {
            WireError::NotPermitted { at, said }
        } else {
            let code = None;
            WireError::ErrorAnswer { at, code, said }
        }
    }

    fn login_refused(&self, login: &StompLogin, error: &Frame) -> WireError {
        let at = self.at();
        let said = self.said(error);
        let signs = ["password", "authenticat", "credential", "access refused", "bad connect"];
        if says_any(&said, &signs) {
            let user = login.credentials.as_ref().map(|known| known.user.clone());
            let user = user.unwrap_or_default();
            WireError::WrongCredentials { at, user, said }
        } else {
            let code = None;
            WireError::ErrorAnswer { at, code, said }
        }
    }

    /// What an `ERROR` frame says: its `message`, else its body.
    fn said(&self, error: &Frame) -> String {
        match error.header("message") {
            Some(message) => self.hidden.quote(message),
            None => self.hidden.quote(&String::from_utf8_lossy(&error.body)),
        }
    }

    fn timed_out(&self, doing: &'static str) -> WireError {
        WireError::TimedOut { at: self.at(), doing }
    }

    fn other_protocol(&self, why: String) -> WireError {
        WireError::OtherProtocol { at: self.at(), expected: PROTOCOL, why }
    }

    fn cannot_send(&self, error: &dyn std::error::Error) -> WireError {
        WireError::CannotSend { at: self.at(), why: error.to_string() }
    }
}

fn says_any(said: &str, signs: &[&str]) -> bool {
    let said = said.to_lowercase();
    signs.iter().any(|sign| said.contains(sign))
}

/// Signs of life, as both sides agreed at the login.
struct Beats {
    send_every: Option<Duration>,
    expect_every: Option<Duration>,
    last_sent: Instant,
    last_received: Instant,
}

impl Beats {
    fn none() -> Self {
        Self {
            send_every: None,
            expect_every: None,
            last_sent: Instant::now(),
            last_received: Instant::now(),
        }
    }

    /// Each direction beats at the slower of both sides' intervals, if neither says 0.
    fn agreed(login: &StompLogin, connected: &Frame) -> Self {
        let ours = login.beat_milliseconds();
        let theirs = connected.header("heart-beat").unwrap_or("0,0");
        let (sends, expects) = theirs.split_once(',').unwrap_or(("0", "0"));
        let slower = |theirs: &str| {
            let theirs = theirs.trim().parse().unwrap_or(0);
            let both = ours > 0 && theirs > 0;
            both.then(|| Duration::from_millis(ours.max(theirs).into()))
        };
        Self { send_every: slower(expects), expect_every: slower(sends), ..Self::none() }
    }

    fn is_due(&self) -> bool {
        self.send_at().is_some_and(|at| at <= Instant::now())
    }

    fn is_silent(&self) -> bool {
        self.silent_at().is_some_and(|at| at <= Instant::now())
    }

    /// When to wake to send a beat or to notice silence, or `deadline` if that is earlier.
    fn wake_before(&self, deadline: Instant) -> Instant {
        let earliest = [self.send_at(), self.silent_at()];
        earliest.into_iter().flatten().fold(deadline, Instant::min)
    }

    /// Somewhat before it is due, since the way takes time.
    fn send_at(&self) -> Option<Instant> {
        self.send_every.map(|every| self.last_sent + every * 3 / 4)
    }

    /// Three times the interval: ActiveMQ leaves gaps of twice the interval.
    fn silent_at(&self) -> Option<Instant> {
        self.expect_every.map(|every| self.last_received + every * 3)
    }
}
