//! Sending what is in the outbox: one entry after the other, each until it is sent, or given up.

use std::time::Duration;

use refit_model::with_causes;
use refit_store::{Backoff, Channel, Claimed, OutboxEntry};
use tracing::{info, warn};

use crate::failure::Failure;
use crate::portal::Portal;

/// How long a sender has an entry in hand: longer than sending it takes.
const LEASE: Duration = Duration::from_mins(2);
/// How many entries are tried in one round.
const MOST: u64 = 1000;
/// What is not to be sent any more.
const NO_MORE: Backoff = Backoff { first: Duration::ZERO, most: Duration::ZERO, attempts: 0 };

/// What sends the entries of a channel.
pub(crate) trait Sender {
    /// The channel.
    const CHANNEL: Channel;
    /// How long an entry waits that was not sent.
    const BACKOFF: Backoff;

    /// Sends an entry.
    async fn send(&self, portal: &Portal, entry: &OutboxEntry) -> Result<(), NotSent>;
}

/// Why an entry was not sent.
pub(crate) enum NotSent {
    /// It is tried again later.
    Later(String),
    /// It never will be.
    Never(String),
}

impl NotSent {
    /// Tried again later, because of an error.
    pub(crate) fn later(error: &dyn std::error::Error) -> Self {
        Self::Later(with_causes(error))
    }

    /// Never sent, because of an error.
    pub(crate) fn never(error: &dyn std::error::Error) -> Self {
        Self::Never(with_causes(error))
    }
}

/// Sends all entries that are due; gives how many were sent.
pub(crate) async fn send_all<S: Sender>(portal: &Portal, sender: &S) -> Result<u64, Failure> {
    let (mut sent, mut tried) = (0, 0);
    while tried < MOST && !portal.ending.is_cancelled() {
        // One after the other: a lease is not to end while others are being sent.
        let claimed = portal.store.claim(S::CHANNEL, portal.now(), LEASE, 1).await?;
        let Some(one) = claimed.first() else { break };
        sent += u64::from(send(portal, sender, one).await?);
        tried += 1;
    }
    Ok(sent)
}

/// Sends an entry; whether it was sent.
async fn send<S: Sender>(portal: &Portal, sender: &S, claimed: &Claimed) -> Result<bool, Failure> {
    let (entry, lease, channel) = (&claimed.entry, claimed.lease, S::CHANNEL.word());
    let outcome = sender.send(portal, entry).await;
    let now = portal.now();
    let (why, backoff) = match outcome {
        Ok(()) => {
            portal.store.sent(lease, now).await?;
            info!(channel, entry = entry.id, in_doubt = claimed.is_in_doubt, "sent");
            return Ok(true);
        }
        Err(NotSent::Later(why)) => (why, &S::BACKOFF),
        Err(NotSent::Never(why)) => (why, &NO_MORE),
    };
    let state = portal.store.failed(lease, now, &why, backoff).await?;
    warn!(channel, entry = entry.id, attempt = lease.attempt, %state, why, "not sent");
    Ok(false)
}
