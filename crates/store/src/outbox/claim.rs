//! Senders take what is due, and tell what became of it.

use std::time::Duration;

use jiff::Timestamp;

use super::entry::{COLUMNS, read, state};
use super::{Backoff, Channel, OutboxEntry, OutboxEvent, OutboxState};
use crate::engine::{Transaction, Value, reading, writing};
use crate::error::{Result, StoreError};
use crate::moment::{micros, micros_after};
use crate::{NewRecord, Store, audit};

const WHAT: &str = "the outbox";
/// How much of an error is kept, in characters: a server can answer at any length.
const ERROR_LENGTH: usize = 2000;

/// An entry that a sender has in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// What allows to tell what became of it.
    pub lease: Lease,
    /// The entry.
    pub entry: OutboxEntry,
    /// Whether an earlier sender took it and never told: it may have gone out.
    pub is_in_doubt: bool,
}

/// That a sender has an entry in hand. It holds until another sender claims the entry, which can be
/// when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The entry.
    pub id: u64,
    /// How often it was claimed, this time included.
    pub attempt: u64,
}

impl Store {
    /// Takes up to `limit` entries that are due at `at`, the longest waiting first, for `lease`.
    pub async fn claim(
        &self,
        channel: Channel,
        at: Timestamp,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Claimed>> {
        let mut change = self.engine.begin().await?;
        let text = format!(
            "SELECT {COLUMNS} FROM outbox \
             WHERE channel = $1 AND state IN ('waiting', 'claimed') AND due_us <= $2 \
             AND (state = 'waiting' OR lease_until_us <= $2) ORDER BY due_us, id LIMIT $3"
        );
        let due = reading(WHAT, text).bind(channel.word()).bind(at).bind(u64::from(limit));
        let due = due.for_update_of_unlocked().rows(change.on()).await?;
        let mut claimed = Vec::with_capacity(due.len());
        for row in &due {
            claimed.push(take(&mut change, read(row)?, at, lease).await?);
        }
        change.commit().await?;
        Ok(claimed)
    }

    /// It went out.
    pub async fn sent(&self, lease: Lease, at: Timestamp) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let next = held(&mut change, lease).await.and_then(|held| held.after(OutboxEvent::Sent));
        let (mut change, next) = change.or_undo(next).await?;
        let text = "UPDATE outbox SET state = $2, ended_us = $3, lease_until_us = NULL, \
                    last_error = NULL WHERE id = $1";
        let sent = writing(WHAT, text).bind(lease.id).bind(next.word()).bind(at);
        sent.run(change.on()).await?;
        change.commit().await
    }

    /// It did not go out: it waits as long as `backoff` says, or is dead. Gives its state.
    pub async fn failed(
        &self,
        lease: Lease,
        at: Timestamp,
        why: &str,
        backoff: &Backoff,
    ) -> Result<OutboxState> {
        let mut change = self.engine.begin().await?;
        let next = held(&mut change, lease).await.and_then(|held| {
            let due = backoff.after(held.tries).map(|wait| micros_after(at, wait));
            let event = if due.is_some() { OutboxEvent::Failed } else { OutboxEvent::GivenUp };
            Ok((held.after(event)?, due))
        });
        let (mut change, (next, due)) = change.or_undo(next).await?;
        let text = "UPDATE outbox SET state = $2, due_us = COALESCE($3, due_us), last_error = $4, \
                    ended_us = $5, lease_until_us = NULL WHERE id = $1";
        let ended = if due.is_none() { Some(micros(at)) } else { None };
        let why: String = why.chars().filter(|c| *c != '\0').take(ERROR_LENGTH).collect();
        let values: [Value; 5] = [
            lease.id.into(),
            next.word().into(),
            Value::Integer(due),
            why.into(),
            Value::Integer(ended),
        ];
        writing(WHAT, text).bind_all(values).run(change.on()).await?;
        change.commit().await?;
        Ok(next)
    }

    /// Has a dead entry tried again, as often as a new one.
    pub async fn revive(&self, id: u64, record: &NewRecord) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let next = standing(&mut change, id).await;
        let next = next.and_then(|standing| standing.after(OutboxEvent::Revive));
        let (mut change, next) = change.or_undo(next).await?;
        let text = "UPDATE outbox SET state = $2, tries = 0, due_us = $3, ended_us = NULL \
                    WHERE id = $1";
        let revived = writing(WHAT, text).bind(id).bind(next.word()).bind(record.at);
        revived.run(change.on()).await?;
        audit::append_one(&mut change, record).await?;
        change.commit().await
    }
}

/// How an entry stands.
struct Standing {
    state: OutboxState,
    attempt: u64,
    tries: u64,
}

impl Standing {
    /// Its state after an event.
    fn after(&self, event: OutboxEvent) -> Result<OutboxState> {
        Ok(self.state.next(event)?)
    }
}

/// Gives an entry, which is locked, to a sender.
async fn take(
    change: &mut Transaction,
    mut entry: OutboxEntry,
    at: Timestamp,
    lease: Duration,
) -> Result<Claimed> {
    let is_in_doubt = entry.state == OutboxState::Claimed;
    entry.state = entry.state.next(OutboxEvent::Claim)?;
    entry.attempt += 1;
    entry.tries += 1;
    let until = micros_after(at, lease);
    entry.lease_until = Some(crate::moment::moment(until));
    let text = "UPDATE outbox SET state = $2, attempt = $3, tries = $4, lease_until_us = $5 \
                WHERE id = $1";
    let taken = writing(WHAT, text).bind(entry.id).bind(entry.state.word()).bind(entry.attempt);
    taken.bind(entry.tries).bind(until).run(change.on()).await?;
    Ok(Claimed { lease: Lease { id: entry.id, attempt: entry.attempt }, entry, is_in_doubt })
}

/// How an entry stands that the sender still has in hand.
async fn held(change: &mut Transaction, lease: Lease) -> Result<Standing> {
    let standing = standing(change, lease.id).await?;
    if standing.attempt == lease.attempt {
        Ok(standing)
    } else {
        Err(StoreError::LeaseLost { id: lease.id, attempt: standing.attempt })
    }
}

/// How an entry stands, until the change is over.
async fn standing(change: &mut Transaction, id: u64) -> Result<Standing> {
    let text = "SELECT state, attempt, tries FROM outbox WHERE id = $1";
    let row = reading(WHAT, text).bind(id).for_update().row(change.on()).await?;
    let row = row.ok_or_else(|| StoreError::Invalid(format!("outbox entry {id} is not there")))?;
    Ok(Standing {
        state: state(&row)?,
        attempt: row.number("attempt")?,
        tries: row.number("tries")?,
    })
}
