//! Letters by e-mail: taken out of the outbox, made into messages, given to an SMTP server.
//!
//! A letter is sent at least once: if the server was killed while it was sending, the letter is in
//! doubt, and goes out again with the same `Message-ID`, by which mail programs know it.

mod message;
mod settings;

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use refit_store::{Backoff, Channel, OutboxEntry};

pub use settings::{MailSettings, MailTls};

use crate::authorities::Authorities;
use crate::failure::Failure;
use crate::letters::Letter;
use crate::portal::Portal;
use crate::sending::{self, NotSent, Sender};
use message::message;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// How long the mail server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends all letters that are due; gives how many. Without a mail server they stay where they are.
pub(crate) async fn send_all(portal: &Portal) -> Result<u64, Failure> {
    let Some(settings) = &portal.settings.mail else { return Ok(0) };
    let transport = transport(settings, &portal.settings.authorities).map_err(Failure::internal)?;
    sending::send_all(portal, &Letters { settings, transport }).await
}

/// What sends letters.
struct Letters<'a> {
    settings: &'a MailSettings,
    transport: Transport,
}

impl Sender for Letters<'_> {
    const CHANNEL: Channel = Channel::Mail;
    /// From a minute to six hours, for some days.
    const BACKOFF: Backoff =
        Backoff { first: Duration::from_mins(1), most: Duration::from_hours(6), attempts: 20 };

    async fn send(&self, portal: &Portal, entry: &OutboxEntry) -> Result<(), NotSent> {
        let failed = |failure: Failure| {
            NotSent::Later(failure.causes().unwrap_or_else(|| failure.to_string()))
        };
        let letter: Letter = entry.content.body.read().map_err(|error| NotSent::later(&error))?;
        let user = portal.store.user(&letter.to).await.map_err(|error| NotSent::later(&error))?;
        // Who cannot log in any more gets no letters, and is not waited for.
        let Some(user) = user.filter(|user| user.disabled.is_none()) else { return Ok(()) };
        let message = message(portal, self.settings, &letter, &user, entry).await;
        let sent = self.transport.send(message.map_err(failed)?).await;
        sent.map(drop).map_err(|error| NotSent::later(&error))
    }
}

/// The connection to the mail server; it is made when the first letter goes out.
fn transport(
    settings: &MailSettings,
    authorities: &Authorities,
) -> Result<Transport, lettre::transport::smtp::Error> {
    let builder =
        Transport::builder_dangerous(&settings.host).port(settings.port).timeout(Some(PATIENCE));
    let parameters = || {
        let mut parameters = TlsParameters::builder(settings.host.clone());
        for one in authorities.certificates() {
            parameters = parameters.add_root_certificate(Certificate::from_der(one.to_vec())?);
        }
        parameters.build()
    };
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
