//! As much of HTTP/1.1 as one `GET` with an answer of known size needs.
//!
//! Own code over the parser `httparse`, because the bytes may go through SSH: the streams of
//! ready-made blocking clients are either their own or of an interface without promises, and they
//! resolve host names on this machine.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use httparse::{EMPTY_HEADER, Response, Status, parse_chunk_size};
use zeroize::Zeroizing;

use crate::{Connect, Credentials, Stream, WireError, open};

/// The name of the protocol in errors.
const PROTOCOL: &str = "HTTP";
/// The longest head of an answer, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;
/// The most header lines of an answer.
const HEADER_LIMIT: usize = 100;
/// The longest body of an answer, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// The longest line that announces a chunk, in bytes.
const CHUNK_LINE_LIMIT: usize = 1024;
/// How much is read at once, in bytes.
const READ_AT_ONCE: usize = 16 * 1024;

/// What to get, and as whom.
pub struct Get<'a> {
    /// Address, `HOST:PORT`.
    pub address: &'a str,
    /// Path and query, percent-encoded.
    pub path: &'a str,
    /// Header lines beyond the usual ones: name and value.
    pub headers: &'a [(&'a str, &'a str)],
    /// Sent as Basic authentication.
    pub credentials: Option<&'a Credentials>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The number in its first line.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// Asks, on a connection of its own.
pub fn get(connect: &dyn Connect, get: &Get<'_>, deadline: Instant) -> Result<Answer, WireError> {
    let request = encode(get)?;
    let mut stream = open(connect, get.address, deadline)?;
    stream.set_deadline(deadline);
    stream
        .write_all(&request)
        .and_then(|()| stream.flush())
        .map_err(|error| WireError::open(get.address, "sending a request", error))?;
    let mut reader = Reader { stream, at: get.address, read: Vec::new() };
    let (status, length) = reader.head()?;
    let body = match length {
        Length::Known(length) => reader.body_of(length)?,
        Length::Chunked => reader.chunks()?,
        Length::UntilClosed => reader.rest()?,
    };
    Ok(Answer { status, body })
}

fn encode(get: &Get<'_>) -> Result<Zeroizing<Vec<u8>>, WireError> {
    let authorization = get.credentials.map(basic).transpose();
    let authorization = authorization
        .map_err(|why| WireError::CannotSend { at: get.address.to_owned(), why: why.to_owned() })?;
    let mut lines = vec![
        ("Host", get.address),
        ("Accept", "application/json, text/plain"),
        ("User-Agent", "refit"),
        ("Connection", "close"),
    ];
    lines.extend_from_slice(get.headers);
    if let Some(value) = &authorization {
        lines.push(("Authorization", value));
    }
    let size: usize = lines.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    // Large enough for never growing, which would leave copies of the password behind.
    let mut request = Zeroizing::new(Vec::with_capacity(size + get.path.len() + 32));
    request.extend_from_slice(b"GET ");
    request.extend_from_slice(get.path.as_bytes());
    request.extend_from_slice(b" HTTP/1.1\r\n");
    for (name, value) in lines {
        for part in [name, ": ", value, "\r\n"] {
            request.extend_from_slice(part.as_bytes());
        }
    }
    request.extend_from_slice(b"\r\n");
    Ok(request)
}

fn basic(credentials: &Credentials) -> Result<Zeroizing<String>, &'static str> {
    if credentials.user.contains(':') {
        return Err("HTTP cannot carry a user name with a colon");
    }
    let mut pair = Zeroizing::new(Vec::with_capacity(256 + credentials.password.expose().len()));
    pair.extend_from_slice(credentials.user.as_bytes());
    pair.push(b':');
    pair.extend_from_slice(credentials.password.expose());
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_slice()));
    Ok(Zeroizing::new(format!("Basic {}", encoded.as_str())))
}

/// How the end of a body is known.
enum Length {
    Known(usize),
    Chunked,
    UntilClosed,
}

/// Reads an answer; `read` is what has come and was not used yet.
struct Reader<'a> {
    stream: Box<dyn Stream>,
    at: &'a str,
    read: Vec<u8>,
}

impl Reader<'_> {
    /// Reads some more. False at the end of the stream.
    fn more(&mut self) -> Result<bool, WireError> {
        let mut buffer = [0; READ_AT_ONCE];
        let length = loop {
            match self.stream.read(&mut buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let length =
            length.map_err(|error| WireError::open(self.at, "waiting for an answer", error))?;
        self.read.extend_from_slice(&buffer[..length]);
        Ok(length > 0)
    }

    /// Reads some more, of which there must be some.
    fn need_more(&mut self) -> Result<(), WireError> {
        if self.more()? {
            return Ok(());
        }
        Err(WireError::Closed { at: self.at.to_owned(), doing: "waiting for an answer" })
    }

    fn head(&mut self) -> Result<(u16, Length), WireError> {
        loop {
            self.need_more()?;
            if let Some((used, status, length)) = self.parse_head()? {
                self.read.drain(..used);
                return Ok((status, length));
            }
            if self.read.len() > HEAD_LIMIT {
                return Err(self.too_large("bytes of HTTP header", HEAD_LIMIT));
            }
        }
    }

    fn parse_head(&self) -> Result<Option<(usize, u16, Length)>, WireError> {
        let mut headers = [EMPTY_HEADER; HEADER_LIMIT];
        let mut response = Response::new(&mut headers);
        let parsed = response.parse(&self.read).map_err(|error| match error {
            httparse::Error::TooManyHeaders => self.too_large("HTTP headers", HEADER_LIMIT),
            error => self.other_protocol(&error.to_string()),
        })?;
        let Status::Complete(used) = parsed else {
            return Ok(None);
        };
        let value = |name: &str| {
            let found =
                response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.map(|header| String::from_utf8_lossy(header.value).trim().to_lowercase())
        };
        let length = match (value("transfer-encoding"), value("content-length")) {
            (Some(coding), _) if coding == "chunked" => Length::Chunked,
            (Some(coding), _) => return Err(self.other_protocol(&format!("coding {coding}"))),
            (None, Some(length)) => Length::Known(self.parse_length(&length)?),
            (None, None) => Length::UntilClosed,
        };
        Ok(Some((used, response.code.unwrap_or_default(), length)))
    }

    fn parse_length(&self, text: &str) -> Result<usize, WireError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.other_protocol("its Content-Length is no number"));
        }
        // A number that does not fit is a large one.
        self.limited(text.parse().unwrap_or(usize::MAX))
    }

    fn body_of(&mut self, length: usize) -> Result<Vec<u8>, WireError> {
        while self.read.len() < length {
            self.need_more()?;
        }
        self.read.truncate(length);
        Ok(std::mem::take(&mut self.read))
    }

    fn rest(&mut self) -> Result<Vec<u8>, WireError> {
        while self.more()? {
            self.limited(self.read.len())?;
        }
        Ok(std::mem::take(&mut self.read))
    }

    fn chunks(&mut self) -> Result<Vec<u8>, WireError> {
        let mut body = Vec::new();
        loop {
            let length = self.chunk_length()?;
            if length == 0 {
                // Trailers may follow; nobody reads them, since the connection is not used again.
                return Ok(body);
            }
            self.limited(body.len().saturating_add(length))?;
            let with_line_end = length + 2;
            while self.read.len() < with_line_end {
                self.need_more()?;
            }
            body.extend_from_slice(&self.read[..length]);
            self.read.drain(..with_line_end);
        }
    }

    /// Reads the line that announces a chunk.
    fn chunk_length(&mut self) -> Result<usize, WireError> {
        loop {
            match parse_chunk_size(&self.read) {
                Ok(Status::Complete((used, length))) => {
                    self.read.drain(..used);
                    return self.limited(usize::try_from(length).unwrap_or(usize::MAX));
                }
                Ok(Status::Partial) if self.read.len() <= CHUNK_LINE_LIMIT => self.need_more()?,
                _ => return Err(self.other_protocol("a chunk has no length")),
            }
        }
    }

    fn limited(&self, length: usize) -> Result<usize, WireError> {
        if length > BODY_LIMIT {
            return Err(self.too_large("bytes of HTTP answer", BODY_LIMIT));
        }
        Ok(length)
    }

    fn too_large(&self, what: &'static str, limit: usize) -> WireError {
        WireError::TooLarge { at: self.at.to_owned(), what, limit }
    }

    fn other_protocol(&self, why: &str) -> WireError {
        WireError::OtherProtocol { at: self.at.to_owned(), expected: PROTOCOL, why: why.to_owned() }
    }
}
