//! Letters by e-mail: taken out of the outbox, made into messages, given to an SMTP server.
//!
//! A letter is sent at least once: if the server was killed while it was sending, the letter is in
//! doubt, and goes out again with the same `Message-ID`, by which mail programs know it.

mod message;
mod settings;

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use refit_model::with_causes;
use refit_store::{Backoff, Channel, Claimed};
use tracing::{info, warn};

pub use settings::{MailSettings, MailTls};

use crate::failure::Failure;
use crate::letters::Letter;
use crate::portal::Portal;
use message::message;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How long a sender has a letter in hand.
const LEASE: Duration = Duration::from_mins(2);
/// How long the mail server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many letters go out in one round.
const MOST: u64 = 1000;
/// From a minute to six hours, for some days.
const BACKOFF: Backoff =
    Backoff { first: Duration::from_mins(1), most: Duration::from_hours(6), attempts: 20 };

/// Sends all letters that are due; gives how many. Without a mail server they stay where they are.
pub(crate) async fn send_all(portal: &Portal) -> Result<u64, Failure> {
    let Some(settings) = &portal.settings.mail else { return Ok(0) };
    let transport = transport(settings).map_err(Failure::internal)?;
    let mut count = 0;
    loop {
        if portal.ending.is_cancelled() {
            return Ok(count);
        }
        let now = portal.now();
        // One after the other: a lease is not to end while others are being sent.
        let claimed = portal.store.claim(Channel::Mail, now, LEASE, 1).await?;
        let Some(one) = claimed.first() else { return Ok(count) };
        count += u64::from(send(portal, settings, &transport, one).await?);
        if count >= MOST {
            return Ok(count);
        }
    }
}

/// Sends a letter; whether it went out.
async fn send(
    portal: &Portal,
    settings: &MailSettings,
    transport: &Transport,
    claimed: &Claimed,
) -> Result<bool, Failure> {
    let (entry, lease) = (&claimed.entry, claimed.lease);
    let outcome = try_to_send(portal, settings, transport, claimed).await;
    let now = portal.now();
    match outcome {
        Ok(()) => {
            portal.store.sent(lease, now).await?;
            info!(entry = entry.id, in_doubt = claimed.is_in_doubt, "a letter was sent");
            Ok(true)
        }
        Err(why) => {
            let state = portal.store.failed(lease, now, &why, &BACKOFF).await?;
            warn!(entry = entry.id, attempt = lease.attempt, %state, why, "a letter was not sent");
            Ok(false)
        }
    }
}

async fn try_to_send(
    portal: &Portal,
    settings: &MailSettings,
    transport: &Transport,
    claimed: &Claimed,
) -> Result<(), String> {
    let told = |failure: Failure| failure.causes().unwrap_or_else(|| failure.to_string());
    let letter: Letter = claimed.entry.content.body.read().map_err(|error| with_causes(&error))?;
    let user = portal.store.user(&letter.to).await.map_err(|error| with_causes(&error))?;
    // Who cannot log in any more gets no letters, and is not waited for.
    let Some(user) = user.filter(|user| user.disabled.is_none()) else { return Ok(()) };
    let message = message(portal, settings, &letter, &user, &claimed.entry).await.map_err(told)?;
    transport.send(message).await.map(drop).map_err(|error| with_causes(&error))
}

/// The connection to the mail server; it is made when the first letter goes out.
fn transport(settings: &MailSettings) -> Result<Transport, lettre::transport::smtp::Error> {
    let builder =
        Transport::builder_dangerous(&settings.host).port(settings.port).timeout(Some(PATIENCE));
    let parameters = || TlsParameters::new(settings.host.clone());
    let builder = builder.tls(match settings.tls {
        MailTls::Wrapped => Tls::Wrapper(parameters()?),
        MailTls::Starttls => Tls::Required(parameters()?),
        MailTls::None => Tls::None,
    });
    let password = settings.password.as_ref().and_then(|secret| secret.expose_text());
    Ok(match (&settings.user, password) {
        (Some(user), Some(password)) => {
            builder.credentials(Credentials::new(user.clone(), password.to_owned())).build()
        }
        _ => builder.build(),
    })
}
