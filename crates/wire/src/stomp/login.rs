//! How a STOMP session begins.

use std::time::Duration;

use zeroize::Zeroizing;

use super::frame::{InvalidFrame, push_header};
use crate::Credentials;

/// Who connects, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StompLogin {
    /// User and password; none connects without.
    pub credentials: Option<Credentials>,
    /// The client's name, under which the broker keeps durable subscriptions.
    pub client_id: Option<String>,
    /// The virtual host, for brokers that have several.
    pub virtual_host: String,
    /// How often this side sends a sign of life and expects one; none does neither. Beats are sent
    /// from within the client's calls: with beats on, call it at least that often.
    pub heart_beat: Option<Duration>,
}

impl StompLogin {
    /// A login with the default virtual host, without client name and heart-beats.
    pub fn new(credentials: Option<Credentials>) -> Self {
        Self { credentials, client_id: None, virtual_host: "/".to_owned(), heart_beat: None }
    }

    /// This login with a client name.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// The `CONNECT` frame as it is sent. It holds the password, so it is no [`super::Frame`],
    /// which could be printed.
    pub(super) fn encode(&self) -> Result<Zeroizing<Vec<u8>>, InvalidFrame> {
        // Large enough for never growing, which would leave copies of the password behind.
        let secret_length = self
            .credentials
            .as_ref()
            .map_or(0, |credentials| credentials.user.len() + credentials.password.expose().len());
        let client_id = self.client_id.as_deref().unwrap_or_default();
        let capacity = 256 + secret_length + client_id.len() + self.virtual_host.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
        bytes.extend_from_slice(b"CONNECT\n");
        let beat = self.beat_milliseconds();
        let mut push = |name, value: &str| push_header(&mut bytes, "CONNECT", name, value);
        push("accept-version", "1.2")?;
        push("host", &self.virtual_host)?;
        push("heart-beat", &format!("{beat},{beat}"))?;
        if !client_id.is_empty() {
            push("client-id", client_id)?;
        }
        if let Some(credentials) = &self.credentials {
            let passcode = credentials.password.expose_text();
            let passcode = passcode.ok_or(InvalidFrame::Header("passcode".to_owned()))?;
            push("login", &credentials.user)?;
            push("passcode", passcode)?;
        }
        bytes.extend_from_slice(b"\n\0");
        Ok(bytes)
    }

    /// The interval of heart-beats as the protocol counts it; 0 is none.
    pub(super) fn beat_milliseconds(&self) -> u32 {
        let beat = self.heart_beat.unwrap_or_default().as_millis();
        u32::try_from(beat).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use refit_model::Secret;

    use super::*;

    #[test]
    fn the_frame_holds_the_login_and_nothing_prints_it() {
        let credentials = Credentials::new("ann", Secret::new("hun:ter2"));
        let login = StompLogin::new(Some(credentials)).with_client_id("audit");
        let bytes = login.encode().unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        assert!(text.contains("\nlogin:ann\npasscode:hun:ter2\n"), "{text}");
        assert!(text.contains("\nclient-id:audit\n"), "{text}");
        assert!(!format!("{login:?}").contains("hun:ter2"));
    }

    #[test]
    fn a_password_that_stomp_cannot_carry_is_refused_without_being_told() {
        for password in ["hunter\n2", "hunter\0"] {
            let credentials = Credentials::new("ann", Secret::new(password));
            let error = StompLogin::new(Some(credentials)).encode().unwrap_err();
            assert_eq!(error, InvalidFrame::Header("passcode".to_owned()));
        }
        let credentials = Credentials::new("ann", Secret::new(vec![0xff]));
        assert!(StompLogin::new(Some(credentials)).encode().is_err());
    }
}
