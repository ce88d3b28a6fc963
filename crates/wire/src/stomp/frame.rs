//! STOMP frames, and how they are written.

use thiserror::Error;

/// One STOMP frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The command, in capital letters.
    pub command: String,
    /// The headers in their order, unescaped. Of headers with one name the first counts.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The frame cannot be expressed in STOMP. Names the header, never its value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidFrame {
    /// The command is not made of capital letters.
    #[error("`{0}` is no STOMP command")]
    Command(String),
    /// A header's name is empty, or name or value hold a character that STOMP cannot carry there.
    #[error("STOMP cannot carry the header `{0}`: it is empty, or holds NUL or a line break")]
    Header(String),
}

impl Frame {
    /// A frame without headers and body.
    pub fn new(command: impl Into<String>) -> Self {
        Self { command: command.into(), ..Self::default() }
    }

    /// This frame with one more header.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The value of the first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The frame as it is sent. A body gets a `content-length`, unless the headers have one.
    pub fn encode(&self) -> Result<Vec<u8>, InvalidFrame> {
        if !is_command(&self.command) {
            return Err(InvalidFrame::Command(self.command.clone()));
        }
        let mut bytes = Vec::with_capacity(256 + self.body.len());
        bytes.extend_from_slice(self.command.as_bytes());
        bytes.push(b'\n');
        for (name, value) in &self.headers {
            push_header(&mut bytes, &self.command, name, value)?;
        }
        if !self.body.is_empty() && self.header("content-length").is_none() {
            let length = self.body.len().to_string();
            push_header(&mut bytes, &self.command, "content-length", &length)?;
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        bytes.push(0);
        Ok(bytes)
    }
}

/// Whether `text` can be a command: 1 to 16 capital letters.
pub(super) fn is_command(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether a frame's headers go unescaped, as those of the handshake do for the sake of STOMP 1.0.
pub(super) fn is_unescaped(command: &str) -> bool {
    matches!(command, "CONNECT" | "CONNECTED")
}

/// Writes one header line.
pub(super) fn push_header(
    bytes: &mut Vec<u8>,
    command: &str,
    name: &str,
    value: &str,
) -> Result<(), InvalidFrame> {
    let invalid = || InvalidFrame::Header(name.escape_default().to_string());
    let breaks = |text: &str| text.contains(['\n', '\r']);
    if name.is_empty() || name.contains('\0') || value.contains('\0') {
        return Err(invalid());
    }
    if is_unescaped(command) {
        if breaks(name) || breaks(value) || name.contains(':') {
            return Err(invalid());
        }
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(b':');
        bytes.extend_from_slice(value.as_bytes());
    } else {
        push_escaped(bytes, name);
        bytes.push(b':');
        push_escaped(bytes, value);
    }
    bytes.push(b'\n');
    Ok(())
}

fn push_escaped(bytes: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'\n' => bytes.extend_from_slice(b"\\n"),
            b'\r' => bytes.extend_from_slice(b"\\r"),
            b':' => bytes.extend_from_slice(b"\\c"),
            b'\\' => bytes.extend_from_slice(b"\\\\"),
            _ => bytes.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_escaped_and_a_body_gets_its_length() {
        let mut frame = Frame::new("SEND").with("a:b", "c\nd\\e\r");
        frame.body = b"x\0y".to_vec();
        let expected = b"SEND\na\\cb:c\\nd\\\\e\\r\ncontent-length:3\n\nx\0y\0";
        assert_eq!(frame.encode().unwrap(), expected);
    }

    #[test]
    fn the_handshake_is_not_escaped_and_so_cannot_carry_line_breaks() {
        let frame = Frame::new("CONNECT").with("login", "a:b\\c");
        assert_eq!(frame.encode().unwrap(), b"CONNECT\nlogin:a:b\\c\n\n\0");
        let frame = Frame::new("CONNECT").with("passcode", "hunter\n2");
        let error = frame.encode().unwrap_err();
        assert!(!error.to_string().contains("hunter"), "{error}");
    }

    #[test]
    fn what_is_no_frame_is_not_sent() {
        assert!(Frame::new("send").encode().is_err());
        assert!(Frame::new("SEND\n").encode().is_err());
        assert!(Frame::new("SEND").with("", "x").encode().is_err());
        assert!(Frame::new("SEND").with("x", "\0").encode().is_err());
    }
}
