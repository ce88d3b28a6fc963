//! TLS below a protocol.
//!
//! Two ways to trust, both chosen by name: certificates that the operator gave, or any certificate
//! at all, where only a look at it is wanted. The cryptography is aws-lc-rs, given explicitly, so
//! that nothing must be installed in the process before.

mod connect;
mod stream;
mod trust;

pub use connect::TlsConnect;
pub use stream::{TlsFacts, TlsStream, handshake};
pub use trust::{Trust, TrustError};
