//! Entries of the outbox.

use jiff::Timestamp;

use super::OutboxState;
use crate::engine::{Row, Transaction, Value, reading, writing};
use crate::error::{Result, StoreError};
use crate::{JsonText, NewRecord, Store, audit};

const WHAT: &str = "the outbox";

/// How something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// A letter by e-mail.
    Mail,
    /// A delivery to a webhook.
    Webhook,
}

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutboxEntry {
    /// How.
    pub channel: Channel,
    /// What it is, in a way that is the same whenever it is decided again: it is there once.
    pub key: String,
    /// What is sent to whom, as the sender understands it. No secrets.
    pub body: JsonText,
    /// Not before this moment.
    pub due: Timestamp,
}

/// Something that is to be sent, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number.
    pub id: u64,
    /// What it is.
    pub content: NewOutboxEntry,
    /// How far it is.
    pub state: OutboxState,
    /// How often it was claimed.
    pub attempt: u64,
    /// The same since it was put in or revived.
    pub tries: u64,
    /// When it was put in.
    pub made: Timestamp,
    /// When the sender's lease ends, while it is claimed.
    pub lease_until: Option<Timestamp>,
    /// Why it failed last.
    pub last_error: Option<String>,
    /// When it was sent or given up.
    pub ended: Option<Timestamp>,
}

/// How many entries are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxCount {
    /// How they are sent.
    pub channel: Channel,
    /// How far they are.
    pub state: OutboxState,
    /// How many.
    pub count: u64,
}

pub(crate) const COLUMNS: &str = "id, channel, entry_key, body, state, attempt, tries, made_us, due_us, \
                                  lease_until_us, last_error, ended_us";

impl Store {
    /// Puts entries in for something that is no change of a case; gives how many are new. Where
    /// none is, nothing is recorded.
    pub async fn send(&self, entries: &[NewOutboxEntry], record: &NewRecord) -> Result<u64> {
        let mut change = self.engine.begin().await?;
        let queued = enqueue(&mut change, entries, record.at).await?;
        audit::noted(change, queued > 0, record).await?;
        Ok(queued)
    }

    /// Entries in a state with numbers above `after`, in their order.
    pub async fn outbox(
        &self,
        channel: Channel,
        state: OutboxState,
        after: u64,
        limit: u32,
    ) -> Result<Vec<OutboxEntry>> {
        let text = format!(
            "SELECT {COLUMNS} FROM outbox WHERE channel = $1 AND state = $2 AND id > $3 \
             ORDER BY id LIMIT $4"
        );
        let rows = reading(WHAT, text).bind(channel.word()).bind(state.word()).bind(after);
        let rows = rows.bind(u64::from(limit)).rows(self.engine.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// How many entries are in which state: for metrics.
    pub async fn outbox_counts(&self) -> Result<Vec<OutboxCount>> {
        let text = "SELECT channel, state, COUNT(*) AS count FROM outbox \
                    GROUP BY channel, state ORDER BY channel, state";
        let rows = reading(WHAT, text).rows(self.engine.reader()).await?;
        let count = |row: &Row| {
            Ok(OutboxCount {
                channel: channel(row)?,
                state: state(row)?,
                count: row.number("count")?,
            })
        };
        rows.iter().map(count).collect()
    }
}

/// Puts entries in whose keys are not there yet; gives how many were put in.
pub(crate) async fn enqueue(
    change: &mut Transaction,
    entries: &[NewOutboxEntry],
    at: Timestamp,
) -> Result<u64> {
    let mut queued = 0;
    // In one order for everybody: two changes with the same keys wait for each other, not in turn.
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by(|one, other| (one.channel, &one.key).cmp(&(other.channel, &other.key)));
    for entry in entries {
        let text = "INSERT INTO outbox \
                    (channel, entry_key, body, state, attempt, tries, made_us, due_us) \
                    VALUES ($1, $2, $3, 'waiting', 0, 0, $4, $5) ON CONFLICT DO NOTHING";
        let values: [Value; 5] = [
            entry.channel.word().into(),
            (&entry.key).into(),
            (&entry.body).into(),
            at.into(),
            entry.due.into(),
        ];
        queued += writing(WHAT, text).bind_all(values).run(change.on()).await?;
    }
    Ok(queued)
}

/// Reads an entry out of its columns.
pub(crate) fn read(row: &Row) -> Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: row.number("id")?,
        content: NewOutboxEntry {
            channel: channel(row)?,
            key: row.text("entry_key")?,
            body: row.json("body")?,
            due: row.time("due_us")?,
        },
        state: state(row)?,
        attempt: row.number("attempt")?,
        tries: row.number("tries")?,
        made: row.time("made_us")?,
        lease_until: row.maybe_time("lease_until_us")?,
        last_error: row.maybe_text("last_error")?,
        ended: row.maybe_time("ended_us")?,
    })
}

fn channel(row: &Row) -> Result<Channel> {
    let word = row.text("channel")?;
    let known = Channel::ALL.into_iter().find(|channel| channel.word() == word);
    known.ok_or_else(|| StoreError::damaged(WHAT, format!("the channel `{word}`")))
}

pub(super) fn state(row: &Row) -> Result<OutboxState> {
    let word = row.text("state")?;
    OutboxState::of(&word).ok_or_else(|| StoreError::damaged(WHAT, format!("the state `{word}`")))
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Mail, Self::Webhook];

    /// The word that it is kept as, and for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}
