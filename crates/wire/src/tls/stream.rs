//! A stream within TLS.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use sha2::{Digest as _, Sha256};

use super::trust::Trust;
use crate::{Stream, WireError};

/// What was being done, for errors.
const DOING: &str = "agreeing on TLS";
/// How long the farewell may take.
const FAREWELL_WITHIN: Duration = Duration::from_millis(200);

/// What a handshake showed, for a comparison before and after. It proves nothing by itself: see
/// [`Trust`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// The SHA-256 of the server's certificate (DER), in lower-case hexadecimal.
    pub leaf_sha256: String,
    /// The version agreed upon, for example `TLSv1_3`.
    pub version: String,
    /// The cipher suite agreed upon, for example `TLS13_AES_256_GCM_SHA384`.
    pub suite: String,
}

/// A stream within TLS, after the handshake.
pub struct TlsStream {
    inner: StreamOwned<ClientConnection, Box<dyn Stream>>,
}

/// Agrees on TLS over a fresh stream. `server` is the name or address that the certificate must
/// bear, where `trust` looks at it.
pub fn handshake(
    mut stream: Box<dyn Stream>,
    server: &str,
    trust: &Trust,
    deadline: Instant,
) -> Result<TlsStream, WireError> {
    let at = stream.peer().to_owned();
    let failed = |why: String| WireError::Tls { at: at.clone(), why };
    let name = ServerName::try_from(server.to_owned())
        .map_err(|_| failed(format!("`{server}` is no name of a server")))?;
    let mut tls =
        ClientConnection::new(trust.config(), name).map_err(|error| failed(error.to_string()))?;
    stream.set_deadline(deadline);
    while tls.is_handshaking() {
        let done = tls.complete_io(&mut stream);
        done.map_err(|error| handshake_failed(&at, error))?;
    }
    Ok(TlsStream { inner: StreamOwned::new(tls, stream) })
}

/// Tells apart who does not speak TLS, who is not trusted, and who does not answer.
fn handshake_failed(at: &str, error: io::Error) -> WireError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let at_owned = at.to_owned();
    match inner {
        Some(rustls::Error::InvalidMessage(_)) => WireError::OtherProtocol {
            at: at_owned,
            expected: "TLS",
            why: "its answer is no TLS message".to_owned(),
        },
        Some(error) => WireError::Tls { at: at_owned, why: error.to_string() },
        None => WireError::open(at, DOING, error),
    }
}

impl TlsStream {
    /// What the handshake showed.
    pub fn facts(&self) -> TlsFacts {
        let connection = &self.inner.conn;
        let leaf = connection.peer_certificates().and_then(<[_]>::first);
        let suite = connection.negotiated_cipher_suite();
        TlsFacts {
            leaf_sha256: leaf.map_or_else(String::new, |leaf| hex::encode(Sha256::digest(leaf))),
            version: connection
                .protocol_version()
                .map_or_else(String::new, |version| format!("{version:?}")),
            suite: suite.map_or_else(String::new, |suite| format!("{:?}", suite.suite())),
        }
    }
}

/// Says farewell, without which ActiveMQ writes a warning into its log for every connection.
impl Drop for TlsStream {
    fn drop(&mut self) {
        let StreamOwned { conn, sock } = &mut self.inner;
        conn.send_close_notify();
        sock.set_deadline(Instant::now() + FAREWELL_WITHIN);
        while conn.wants_write() {
            // Who cannot be told has gone already.
            if !matches!(conn.write_tls(sock), Ok(1..)) {
                return;
            }
        }
    }
}

impl Stream for TlsStream {
    fn set_deadline(&mut self, deadline: Instant) {
        self.inner.sock.set_deadline(deadline);
    }

    fn peer(&self) -> &str {
        self.inner.sock.peer()
    }
}

impl Read for TlsStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl Write for TlsStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
