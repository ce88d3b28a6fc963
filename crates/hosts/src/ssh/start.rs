//! Connecting: the program gets to the host, and is started there.

use std::io::Read as _;
use std::time::{Duration, Instant};

use super::message::{FromHost, LANGUAGE};
use super::talk::{Broken, Talk};
use super::{Program, SshClient, SshError, failure};
use crate::{Cancel, HostError, Result};

/// What the host's shell runs: puts the program, which comes by standard input unless it is there
/// already, into a private folder, and becomes it. Nothing in it is made of data.
const START: &str = "exec sh -c 'set -eu; mask=$(umask); umask 077; \
    IFS= read -r digest; IFS= read -r size; \
    folder=\"${XDG_CACHE_HOME:-$HOME/.cache}/refit\"; mkdir -p \"$folder\"; \
    program=\"$folder/refit-$digest\"; \
    if test -x \"$program\"; then echo \"refit-program here $(uname -s) $(uname -m)\"; else \
    echo \"refit-program wanted $(uname -s) $(uname -m)\"; \
    partial=\"$program.$$.partial\"; trap \"rm -f \\\"\\$partial\\\"\" EXIT; \
    head -c \"$size\" > \"$partial\"; found=$(sha256sum < \"$partial\"); \
    test \"${found%% *}\" = \"$digest\" || { echo refit-program damaged; exit 1; }; \
    chmod 700 \"$partial\"; sync \"$partial\"; mv -f \"$partial\" \"$program\"; \
    trap - EXIT; echo refit-program placed; fi; \
    umask \"$mask\"; exec \"$program\" host-session'";
/// The beginning of its lines.
const MARK: &str = "refit-program ";

/// How long connecting, and how long starting the program, may take.
const START_WITHIN: Duration = Duration::from_secs(40);
/// How long sending the program may take.
const PLACE_WITHIN: Duration = Duration::from_mins(20);

/// Connects, sees to it that the program is there, and starts it.
pub(super) fn start(client: &SshClient, program: &Program, cancel: &Cancel) -> Result<Talk> {
    let talk = Talk::new(client.run(START)?);
    Starting { client, program, cancel, talk }.start()
}

struct Starting<'a> {
    client: &'a SshClient,
    program: &'a Program,
    cancel: &'a Cancel,
    talk: Talk,
}

impl Starting<'_> {
    fn start(mut self) -> Result<Talk> {
        let (digest, size) = self.program.digest().map_err(own)?;
        let until = Instant::now() + START_WITHIN;
        let wanted = format!("{}\n{size}\n", digest.to_hex());
        let begun = self.talk.send(wanted.as_bytes(), until, self.cancel);
        let line = begun.and_then(|()| self.talk.line(until, self.cancel));
        let line = line.map_err(|broken| self.not_begun(broken))?;
        if !self.is_there(&line)? {
            self.place(size)?;
        }
        match self.talk.next(Instant::now() + START_WITHIN, self.cancel) {
            Ok(FromHost::Hello { language: LANGUAGE }) => Ok(self.talk),
            Ok(_) => Err(self.garbled("another language".into()).into()),
            Err(broken) => Err(self.not_started(broken)),
        }
    }

    /// Whether the shell's first line says that the program is there.
    fn is_there(&self, line: &str) -> Result<bool> {
        let said = || {
            format!(
                "`{}` before Refit's own words; does a start-up file of the shell \
            there write something for sessions without a terminal?",
                failure::shown(line)
            )
        };
        let words = line.strip_prefix(MARK).ok_or_else(|| self.garbled(said()))?;
        let mut words = words.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("here"), ..) => Ok(true),
            (Some("wanted"), Some(system), Some(machine)) => {
                let own = rustix::system::uname();
                let own = (own.sysname().to_string_lossy(), own.machine().to_string_lossy());
                if (own.0.as_ref(), own.1.as_ref()) == (system, machine) {
                    return Ok(false);
                }
                let (system, machine) = (failure::shown(system), failure::shown(machine));
                Err(self.no_session(format!(
                    "it is a {system} on {machine}, this program is for {} on {}",
                    own.0, own.1
                )))
            }
            _ => Err(self.garbled(said()).into()),
        }
    }

    fn place(&mut self, size: u64) -> Result<()> {
        let until = Instant::now() + PLACE_WITHIN;
        let mut file = self.program.open().map_err(own)?.take(size);
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let length = file.read(&mut buffer).map_err(own)?;
            if length == 0 {
                break;
            }
            let sent = self.talk.send(&buffer[..length], until, self.cancel);
            sent.map_err(|broken| self.not_started(broken))?;
        }
        let line = self.talk.line(until, self.cancel);
        match line.map_err(|broken| self.not_started(broken))?.strip_prefix(MARK) {
            Some("placed") => Ok(()),
            Some("damaged") => Err(self.no_session("the program arrived there damaged".into())),
            _ => Err(self.garbled("an unknown line of the shell".into()).into()),
        }
    }

    /// The shell said nothing: most often there was no connection.
    fn not_begun(&mut self, broken: Broken) -> HostError {
        match broken {
            Broken::Ended if self.talk.link().failed_itself() => {
                self.client.failure(self.talk.link()).into()
            }
            broken => self.not_started(broken),
        }
    }

    fn not_started(&mut self, broken: Broken) -> HostError {
        let why = match broken {
            Broken::Ended => failure::shown(&self.talk.link().last_words()),
            Broken::Garbled(what) => return self.garbled(what).into(),
            Broken::Stopped => return HostError::Cancelled("connecting".into()),
            Broken::Late | Broken::Silent => {
                let why = "nothing came within the time limit".to_owned();
                return SshError::Unreachable { host: self.host(), why }.into();
            }
        };
        self.no_session(why)
    }

    fn no_session(&self, why: String) -> HostError {
        SshError::NoSession { host: self.host(), why }.into()
    }

    fn garbled(&self, why: String) -> SshError {
        SshError::Garbled { host: self.host(), why }
    }

    fn host(&self) -> String {
        self.client.address().host().to_owned()
    }
}

fn own(error: std::io::Error) -> HostError {
    HostError::io("read", "the program of Refit itself", error)
}
