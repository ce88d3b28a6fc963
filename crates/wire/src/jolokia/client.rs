//! Asks a Jolokia agent; reads and operations on any managed bean.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::Value;

use crate::hidden::Hidden;
use crate::http::{Answer, Get, get};
use crate::{Connect, Credentials, WireError};

/// The name of the protocol in errors.
const PROTOCOL: &str = "Jolokia";
/// The path of the agent in ActiveMQ.
const DEFAULT_PATH: &str = "/api/jolokia";

/// A Jolokia agent. Every question is a connection of its own.
pub struct Jolokia<'a> {
    connect: &'a dyn Connect,
    address: String,
    path: String,
    credentials: Option<Credentials>,
}

impl<'a> Jolokia<'a> {
    /// The agent of an ActiveMQ whose console listens at `address`, `HOST:PORT`.
    pub fn new(
        connect: &'a dyn Connect,
        address: impl Into<String>,
        credentials: Option<Credentials>,
    ) -> Self {
        Self { connect, address: address.into(), path: DEFAULT_PATH.to_owned(), credentials }
    }

    /// The same, with the agent at another path, for example `/console/jolokia`.
    #[must_use]
    pub fn at_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The address of the agent.
    pub fn at(&self) -> &str {
        &self.address
    }

    /// Reads attributes of one bean, or of all that match a pattern. One attribute of one bean
    /// gives its value; otherwise objects by bean and by attribute.
    pub fn read(
        &self,
        mbean: &str,
        attributes: &[&str],
        deadline: Instant,
    ) -> Result<Value, WireError> {
        self.ask(&["read", mbean, &attributes.join(",")], deadline)
    }

    /// Calls an operation of one bean, for example `browse()`.
    pub fn exec(
        &self,
        mbean: &str,
        operation: &str,
        arguments: &[&str],
        deadline: Instant,
    ) -> Result<Value, WireError> {
        let parts = [&["exec", mbean, operation], arguments].concat();
        self.ask(&parts, deadline)
    }

    fn ask(&self, parts: &[&str], deadline: Instant) -> Result<Value, WireError> {
        let mut path = self.path.clone();
        for part in parts {
            path.push('/');
            push_part(&mut path, part);
        }
        let question = Get {
            address: &self.address,
            path: &path,
            headers: &[("Origin", "http://localhost")],
            credentials: self.credentials.as_ref(),
        };
        self.value(&get(self.connect, &question, deadline)?)
    }

    fn value(&self, answer: &Answer) -> Result<Value, WireError> {
        if !(200..300).contains(&answer.status) {
            return Err(self.refused_by_http(answer.status));
        }
        let mut body: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| self.other_protocol("its answer is no JSON"))?;
        let status = body.get("status").and_then(Value::as_u64);
        let status = status.and_then(|status| u16::try_from(status).ok());
        match status {
            Some(200) => {
                let value = body.get_mut("value").map(Value::take);
                value.ok_or_else(|| self.other_protocol("its answer has no value"))
            }
            Some(status) => {
                let said = body.get("error").and_then(Value::as_str);
                Err(self.refused(status, said.unwrap_or("no reason is given")))
            }
            None => Err(self.other_protocol("its answer has no status")),
        }
    }

    /// Types a refusal by the HTTP server before any agent. That it knows no such path must not
    /// look like the agent's own 404, which says that no bean matches.
    fn refused_by_http(&self, status: u16) -> WireError {
        match status {
            404 => self.other_protocol(&format!("nothing is at {}", self.path)),
            _ => self.refused(status, &format!("HTTP status {status}")),
        }
    }

    fn refused(&self, status: u16, said: &str) -> WireError {
        let at = self.address.clone();
        let said = Hidden::of(self.credentials.as_ref()).quote(said);
        match status {
            401 => WireError::WrongCredentials {
                at,
                user: self
                    .credentials
                    .as_ref()
                    .map_or_else(String::new, |known| known.user.clone()),
                said,
            },
            403 => WireError::NotPermitted { at, said },
            code => WireError::ErrorAnswer { at, code: Some(code), said },
        }
    }

    pub(super) fn other_protocol(&self, why: &str) -> WireError {
        WireError::OtherProtocol {
            at: self.address.clone(),
            expected: PROTOCOL,
            why: why.to_owned(),
        }
    }
}

/// Writes one part of a question: `!` escapes what Jolokia takes as its own, percent signs escape
/// what a URL cannot carry.
fn push_part(path: &mut String, part: &str) {
    for byte in part.bytes() {
        match byte {
            b'!' => path.push_str("!!"),
            b'/' => path.push_str("!%2F"),
            b'"' => path.push_str("!%22"),
            _ if byte.is_ascii_alphanumeric() || b"-._~:=,*()".contains(&byte) => {
                path.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => write!(path, "%{byte:02X}").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_escaped_for_jolokia_and_for_the_url() {
        let mut path = String::new();
        push_part(&mut path, "org.apache.activemq:type=Broker,name=\"a/b!c\" d%\u{e9}");
        assert_eq!(path, "org.apache.activemq:type=Broker,name=!%22a!%2Fb!!c!%22%20d%25%C3%A9");
    }
}
