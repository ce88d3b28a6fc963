//! Which OpenID provider people log in with.

use refit_model::Secret;

/// Which OpenID provider people log in with.
#[derive(Clone, Debug)]
pub struct OidcSettings {
    /// What people call it.
    pub name: String,
    /// Its issuer, exactly as its description says: `https://...`, or on this machine.
    pub issuer: String,
    /// How it knows this server.
    pub client_id: String,
    /// How this server shows who it is; without it, it shows nothing but the proof of the code.
    pub client_secret: Option<Secret>,
}
