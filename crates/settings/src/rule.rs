//! Rules of a pack: what a key of one version means in another.

use refit_model::{Version, When};
use serde::{Deserialize, Serialize};

use crate::KeyPattern;
use crate::key::Key;
use crate::pattern::text_matches;

/// One piece of knowledge about a key, with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id within the pack, for example `log-query-removed`.
    pub id: String,
    /// The file of the old version that it is about.
    pub file: String,
    /// The keys that it is about.
    pub key: KeyPattern,
    /// The first version with the change: the rule applies on a way from below to here or above,
    /// and to a file that descends from a default below though the installed version is above.
    pub since: Version,
    /// A condition on facts of the installation; where a fact is unknown, a decision is asked for.
    #[serde(default)]
    pub when: Option<When>,
    /// Only keys that have this value in the site's file; a `*` stands for any characters. With
    /// single quotes around it, only values that stand in such.
    #[serde(default)]
    pub value: Option<String>,
    /// The rule says something only where the site's file has one of these keys, if there are any.
    #[serde(default)]
    pub given: Vec<KeyPattern>,
    /// The rule says nothing where the site's file has one of these keys.
    #[serde(default)]
    pub unless: Vec<KeyPattern>,
    /// What becomes of the key.
    pub action: RuleAction,
    /// Why, for the reader of the report.
    pub why: String,
    /// Where the knowledge is from, or `unconfirmed`.
    pub source: String,
}

impl RuleAction {
    /// Whether the rule is about what differs from one default to another, or about what keys are
    /// called. Such a rule is told what a file is that was left behind by an earlier upgrade; the
    /// others say how the file is read since, and a broker that runs has been reading it so: what
    /// they would carry over was let go then, and must not come back into force by itself.
    pub fn is_about_defaults(&self) -> bool {
        match self {
            Self::Rename { .. }
            | Self::Remove
            | Self::KeepSite
            | Self::Warn
            | Self::WarnAdded
            | Self::Ask { .. }
            | Self::Refuse => true,
            Self::Move { .. }
            | Self::Account { .. }
            | Self::Translate { .. }
            | Self::Join { .. }
            | Self::WarnAbsent => false,
        }
    }
}

impl Rule {
    /// Whether the rule is about a key of the site's file.
    pub(crate) fn is_about(&self, key: &Key) -> bool {
        let is = |wanted: &String| {
            let value = key.value.as_deref().map(str::trim);
            let quoted = in_quotes(wanted).filter(|_| key.quoted);
            value.is_some_and(|value| text_matches(quoted.unwrap_or(wanted), value))
        };
        self.value.as_ref().is_none_or(is) && self.key.matches(key.plain_path())
    }
}

fn in_quotes(wanted: &str) -> Option<&str> {
    wanted.strip_prefix('\'')?.strip_suffix('\'')
}

/// What a rule does with a key of the site's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RuleAction {
    /// It has another key now.
    Rename {
        /// The new key path; `{1}`, `{2}` stand for what the pattern's stars matched.
        to: String,
    },
    /// It stands in another file now: what the site had set there goes along.
    Move {
        /// The file, below the home.
        file: String,
        /// The key there; `{1}`, `{2}` stand for what the pattern's stars matched.
        to: String,
        /// It goes along where the site left it as it was, too: the other file's default says
        /// something else, or nothing.
        #[serde(default)]
        always: bool,
        /// Beginnings of the value that the other file writes in another way: old text, new text.
        #[serde(default)]
        beginnings: Vec<(String, String)>,
        /// Keys of the other file that must be set along with it; `{value}` stands for its value.
        #[serde(default)]
        along: Vec<(String, String)>,
    },
    /// It is a user of Jetty's realm file, whose password and roles stand in two files now.
    Account {
        /// The file of users and their passwords.
        users: String,
        /// The file of groups and their users.
        groups: String,
        /// Roles, and what the groups in their place are called; others keep their names.
        roles: Vec<(String, String)>,
    },
    /// It is gone; keeping it would do harm.
    Remove,
    /// Its value is written in another way: exact old text, new text.
    Translate {
        /// Pairs of old and new value.
        values: Vec<(String, String)>,
        /// The value is a list with commas: each of its entries is translated.
        #[serde(default)]
        entries: bool,
    },
    /// The vendor's new value is not for existing installations: the site keeps what it has.
    KeepSite,
    /// It and others have become one key.
    Join {
        /// The other keys; what the rule's key matches is one of them too.
        with: Vec<String>,
        /// The new key.
        to: String,
        /// Its value: `{KEY|TEXT}` stands for the site's value of a key, or for a text where it has
        /// none.
        value: String,
    },
    /// It is kept, and the reader is told.
    Warn,
    /// The site's file has no such key, and the reader is told what that means now.
    WarnAbsent,
    /// Only the new default has such a key, and the reader is told.
    WarnAdded,
    /// A person must decide.
    Ask {
        /// The question.
        question: String,
    },
    /// No merge may be written, for the rule's reason.
    Refuse,
}

/// A file that has another name or format from a version on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Its id within the pack.
    pub id: String,
    /// The site's file.
    pub from: String,
    /// The new version's file.
    pub to: String,
    /// The first version with the change.
    pub since: Version,
    /// The new version still reads the old file: it is carried over only where the vendor's new
    /// default is the new file.
    #[serde(default)]
    pub optional: bool,
    /// How the site's settings are carried over.
    pub translator: Translator,
    /// Where the knowledge is from.
    pub source: String,
}

/// The translations between formats that Refit knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Translator {
    /// `log4j.properties` of log4j 1 to `log4j2.properties`.
    Log4j1ToLog4j2,
    /// `logging.properties` of the `JBoss` log manager to `log4j2.properties`.
    JbossLoggingToLog4j2,
    /// `rabbitmq.config` to `rabbitmq.conf` and `advanced.config`.
    RabbitmqConfigToConf,
    /// The same content under another name.
    Rename,
}
