//! Saboteurs: defects that are put into the world on purpose, each of which the laws must notice.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// A defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saboteur {
    /// The host makes changes without looking at the fence.
    NoFence,
    /// The host lets any journal take charge, and does not tell what it has seen.
    AnyJournal,
    /// The host says of every operation that it never heard of it: recovery repeats blindly.
    NoMemory,
    /// The journal acknowledges events that it does not keep.
    ForgetfulJournal,
    /// The journal acknowledges intents to take back, and does not keep them.
    SilentUndo,
    /// Syncing a file does nothing.
    NoFileSync,
    /// Syncing a folder does nothing.
    NoFolderSync,
    /// A rename over a file empties it first.
    TornRename,
    /// The transport sends a request again when no answer came.
    RetryingTransport,
    /// The host says of every operation that it was done.
    BoastfulHost,
}

impl Saboteur {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::NoFence,
        Self::AnyJournal,
        Self::NoMemory,
        Self::ForgetfulJournal,
        Self::SilentUndo,
        Self::NoFileSync,
        Self::NoFolderSync,
        Self::TornRename,
        Self::RetryingTransport,
        Self::BoastfulHost,
    ];
}

impl Display for Saboteur {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NoFence => "no-fence",
            Self::AnyJournal => "any-journal",
            Self::NoMemory => "no-memory",
            Self::ForgetfulJournal => "forgetful-journal",
            Self::SilentUndo => "silent-undo",
            Self::NoFileSync => "no-file-sync",
            Self::NoFolderSync => "no-folder-sync",
            Self::TornRename => "torn-rename",
            Self::RetryingTransport => "retrying-transport",
            Self::BoastfulHost => "boastful-host",
        })
    }
}

impl FromStr for Saboteur {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.to_string() == text);
        found.ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(ToString::to_string).collect();
            format!("there is no saboteur `{text}`; there are: {}", known.join(", "))
        })
    }
}
