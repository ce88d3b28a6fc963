//! Settlements: what became of every key of one configuration file.

use serde::{Deserialize, Serialize};

use crate::{Digest, Version};

/// The settlement of one file of the new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// The file in the new version, relative to its home, for example `conf/activemq.xml`.
    pub file: String,
    /// The site's files that it was made from, relative to the old home.
    pub sources: Vec<String>,
    /// The shipped default from which the site's file descends.
    pub lineage: Lineage,
    /// The version that the file is for.
    pub target: Version,
    /// What became of every key, in the order of the file.
    pub outcomes: Vec<KeyOutcome>,
    /// What a person should know: things that were wrong before, notes of rules.
    pub remarks: Vec<Remark>,
    /// What the new version's file is to be.
    pub result: SettledFile,
}

/// What a settled file is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettledFile {
    /// The site's file, byte for byte: it is copied on the host and never leaves it.
    AsSite,
    /// The vendor's new file, as it was unpacked.
    AsNew,
    /// A new text, kept as a template blob with this digest.
    Written(Digest),
    /// Not in the new version.
    Absent,
    /// Not settled: a decision is open, so nothing can be written.
    Open,
}

/// Where a site's file comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Lineage {
    /// The shipped default of these versions (they all ship the same content).
    Shipped(Vec<Version>),
    /// No vendor's file is behind it: the site wrote it.
    Own,
}

/// What became of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyOutcome {
    /// The key path, unique within the file.
    pub key: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The value in the vendor's old default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Shown>,
    /// The value in the site's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Shown>,
    /// The value in the vendor's new default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Shown>,
    /// The value in the settled file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Shown>,
    /// The pack's rule that was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleRef>,
}

/// What became of a key: exactly one of these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// The site's value stays.
    Kept,
    /// The vendor's new value (or its absence), where the site had changed nothing.
    TakenFromNew,
    /// Both sides changed it, in parts that do not touch.
    Combined,
    /// A rule wrote the site's intent in the new version's way.
    Translated,
    /// It now stands elsewhere: file and key.
    Moved(String),
    /// It is gone, for this reason.
    Dropped(String),
    /// Only a person can know; this is the question.
    NeedsDecision(String),
}

/// A value as reports may show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// The value.
    Text(String),
    /// A secret: that it is there, nothing else.
    Secret,
}

/// A rule and its source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRef {
    /// The rule's id within its pack.
    pub id: String,
    /// Where the knowledge is from.
    pub source: String,
}

/// Something about a file that a person should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// The key it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What to know.
    pub text: String,
    /// Where the knowledge is from, where it is not plain from the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Settlement {
    /// The outcomes that wait for a person.
    pub fn open(&self) -> impl Iterator<Item = &KeyOutcome> {
        self.outcomes.iter().filter(|key| matches!(key.outcome, Outcome::NeedsDecision(_)))
    }
}

impl Outcome {
    /// The word for reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::TakenFromNew => "taken from new",
            Self::Combined => "combined",
            Self::Translated => "translated",
            Self::Moved(_) => "moved",
            Self::Dropped(_) => "dropped",
            Self::NeedsDecision(_) => "needs a decision",
        }
    }
}
