//! What can go wrong when a broker is asked.

use std::io;

use thiserror::Error;

/// Why a broker did not answer as asked. `at` is the address; no text holds a password.
#[derive(Debug, Error)]
pub enum WireError {
    /// Nothing listens there.
    #[error("{at} refused the connection: nothing listens there")]
    Refused {
        /// The address.
        at: String,
    },
    /// No connection came about, for another reason than a refusal.
    #[error("{at} cannot be reached")]
    Unreachable {
        /// The address.
        at: String,
        /// What the system says.
        source: io::Error,
    },
    /// The deadline passed.
    #[error("{at} did not answer in time, while {doing}")]
    TimedOut {
        /// The address.
        at: String,
        /// What was going on.
        doing: &'static str,
    },
    /// The other side ended the connection.
    #[error("{at} closed the connection, while {doing}")]
    Closed {
        /// The address.
        at: String,
        /// What was going on.
        doing: &'static str,
    },
    /// The connection failed in another way.
    #[error("the connection to {at} failed, while {doing}")]
    Broken {
        /// The address.
        at: String,
        /// What was going on.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// Something answers, but not in the protocol that was expected.
    #[error("{at} does not speak {expected}: {why}; is another program listening there?")]
    OtherProtocol {
        /// The address.
        at: String,
        /// The protocol.
        expected: &'static str,
        /// What was seen instead.
        why: String,
    },
    /// The TLS handshake failed, or the certificate is not to be trusted.
    #[error("no trusted TLS connection to {at}: {why}")]
    Tls {
        /// The address.
        at: String,
        /// The reason.
        why: String,
    },
    /// The user or the password is wrong, or none was given where one is needed.
    #[error("{at} does not accept the credentials of user `{user}`: {said}")]
    WrongCredentials {
        /// The address.
        at: String,
        /// The user's name; empty if none was given.
        user: String,
        /// What the server says.
        said: String,
    },
    /// The user is known but may not do this.
    #[error("{at} does not permit this: {said}")]
    NotPermitted {
        /// The address.
        at: String,
        /// What the server says.
        said: String,
    },
    /// The server answered with another error.
    #[error("{at} answered with an error: {said}")]
    ErrorAnswer {
        /// The address.
        at: String,
        /// The protocol's number for it, where it has one.
        code: Option<u16>,
        /// What the server says.
        said: String,
    },
    /// The answer is larger than what is read of it.
    #[error("{at} sent more than {limit} as {what}: refused")]
    TooLarge {
        /// The address.
        at: String,
        /// What is too large, and in which unit.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The server tells no version.
    #[error("{at} speaks {protocol} but tells no version")]
    NoVersion {
        /// The address.
        at: String,
        /// The protocol.
        protocol: &'static str,
    },
    /// What was to be sent cannot be expressed in the protocol; nothing was sent.
    #[error("nothing sent to {at}: {why}")]
    CannotSend {
        /// The address.
        at: String,
        /// The reason.
        why: String,
    },
}

impl WireError {
    /// Types the failure of a connection that was being made to `at`.
    pub(crate) fn connecting(at: &str, error: io::Error) -> Self {
        let at = at.to_owned();
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused { at },
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Self::TimedOut { at, doing: "connecting" }
            }
            _ => match error.downcast::<WireError>() {
                Ok(typed) => typed,
                Err(source) => Self::Unreachable { at, source },
            },
        }
    }

    /// Types the failure of a read or write on an open connection to `at`.
    pub(crate) fn open(at: &str, doing: &'static str, error: io::Error) -> Self {
        let at = at.to_owned();
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::TimedOut { at, doing },
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::WriteZero => Self::Closed { at, doing },
            _ => Self::Broken { at, doing, source: error },
        }
    }
}
