//! `facts.toml`: the facts that conditions may use, and how most of them are read from files.
//!
//! The types are plain; the assessment runs them. A file's content is a list of keys with values,
//! as the settings crate gives it, and every reading names keys by pattern. Only keys in force
//! count: a pattern that begins with `**` also matches what is commented out, which says nothing.

use refit_model::{FactValue, PathPurpose, Protocol};
use refit_settings::KeyPattern;
use serde::{Deserialize, Serialize};

use crate::Source;

/// The content of `facts.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactList {
    /// Every fact that a condition, a text or an evidence list of the pack may name.
    pub fact: Vec<DeclaredFact>,
    /// Facts that say whether files are there.
    #[serde(default)]
    pub present: Vec<Presence>,
    /// Facts that are read from keys of configuration files.
    #[serde(default)]
    pub extract: Vec<Extraction>,
    /// Addresses that the broker listens on.
    #[serde(default)]
    pub endpoint: Vec<EndpointReading>,
    /// What the schemes of endpoint URIs mean.
    #[serde(default)]
    pub scheme: Vec<Scheme>,
    /// Places that the broker writes to.
    #[serde(default)]
    pub written: Vec<WrittenReading>,
}

/// A fact that conditions may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredFact {
    /// Its name: words with dots between; a number's unit stands at its end.
    pub name: String,
    /// What its value is.
    pub kind: FactKind,
    /// Who supplies it.
    pub by: FactSupplier,
    /// What it means, in one sentence.
    pub meaning: String,
}

/// What the value of a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// A text that is a version.
    Version,
    /// Several texts.
    List,
}

/// Who supplies a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactSupplier {
    /// A `present` entry of the pack.
    Presence,
    /// An `extract` entry of the pack.
    Extraction,
    /// The facts of the series: `installed.*` and `target.*`.
    Series,
    /// The assessment's own code: stays the same while nobody changes the installation.
    Inventory,
    /// The assessment's own code, from the target version: there is none where there is no target.
    Target,
    /// The assessment's own code: changes by itself, so it is an observation and no part of the
    /// assessment's digest.
    Observation,
}

/// Which home a file is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The installation.
    Installed,
    /// The vendor's archive of the target version.
    Target,
}

/// A flag that says whether at least one of some files is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// The fact.
    pub fact: String,
    /// Where to look.
    pub side: Side,
    /// The files, relative to the home; `*` stands for any characters within a name.
    pub paths: Vec<String>,
    /// Where the meaning is known from.
    pub source: Source,
}

/// A fact that is read from the keys of a configuration file of the installation.
///
/// Several entries may set one fact. Of a list all results are joined, without doubles; of the
/// others the first entry that finds something counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extraction {
    /// The fact.
    pub fact: String,
    /// The file, relative to the home.
    pub file: String,
    /// The keys.
    pub key: KeyPattern,
    /// Only keys whose value is this count; `*` stands for any characters, case is ignored.
    #[serde(default)]
    pub where_value: Option<String>,
    /// How the fact comes from the keys that match.
    pub take: Take,
    /// The fact's value where the file was read and no entry for the fact found anything.
    #[serde(default)]
    pub absent: Option<FactValue>,
    /// Where the meaning is known from.
    pub source: Source,
}

/// How a fact comes from the keys that match a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Take {
    /// The value of the first key, as text; as a number for a number fact.
    Value,
    /// The values of all keys, for a list fact.
    Values,
    /// What the pattern's star of this number (from 1; `**` counts as one) stands for in each key,
    /// for a list fact.
    Star(u32),
    /// That a key is there: yes.
    Present,
    /// Whether the value of the first key is `true`, ignoring case.
    IsTrue,
    /// This value, where a key is there.
    Constant(FactValue),
    /// The value of this Java system property in the arguments that the value holds.
    JvmProperty(String),
}

/// How endpoints are read from a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointReading {
    /// The file, relative to the home.
    pub file: String,
    /// Where in it the address stands.
    pub at: EndpointAt,
    /// Where the meaning is known from.
    pub source: Source,
}

/// Where the address of an endpoint stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum EndpointAt {
    /// In URIs `scheme://host:port?...`; the scheme tells protocol and TLS.
    Uri {
        /// The keys; the first star stands for the endpoint's name.
        key: KeyPattern,
    },
    /// In two keys.
    HostAndPort {
        /// The endpoint's name.
        name: String,
        /// What is spoken.
        protocol: Protocol,
        /// Whether TLS is below it.
        tls: bool,
        /// The key of the host.
        host: KeyPattern,
        /// The key of the port.
        port: KeyPattern,
        /// The host where the key is not there.
        default_host: String,
        /// Keys that must be there for the endpoint to be open; none if empty.
        #[serde(default)]
        only_with: Vec<KeyPattern>,
        /// The port where the key is not there; no endpoint if there is none.
        #[serde(default)]
        default_port: Option<u16>,
    },
    /// In a Java system property inside arguments; it listens on all addresses.
    JvmProperty {
        /// The endpoint's name.
        name: String,
        /// What is spoken.
        protocol: Protocol,
        /// The keys whose values are arguments.
        key: KeyPattern,
        /// The property that holds the port.
        property: String,
    },
}

/// What the scheme of an endpoint's URI means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The scheme, for example `stomp+nio+ssl`.
    pub name: String,
    /// What is spoken.
    pub protocol: Protocol,
    /// Whether TLS is below it.
    pub tls: bool,
    /// Where this is known from.
    pub source: Source,
}

/// How a written place is read from a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenReading {
    /// What is written there.
    pub purpose: PathPurpose,
    /// The file, relative to the home.
    pub file: String,
    /// The keys whose values are paths.
    pub key: KeyPattern,
    /// The path where no key matches; may use `${data}`, `${home}` and text facts as
    /// `${fact:NAME}`.
    #[serde(default)]
    pub default: Option<String>,
    /// The default counts only where one of these keys is there; always if empty.
    #[serde(default)]
    pub default_with: Vec<KeyPattern>,
    /// The default does not count where one of these keys is there.
    #[serde(default)]
    pub default_without: Vec<KeyPattern>,
    /// Where the meaning is known from.
    pub source: Source,
}

impl FactList {
    /// The declaration of a fact.
    pub fn declared(&self, name: &str) -> Option<&DeclaredFact> {
        self.fact.iter().find(|fact| fact.name == name)
    }

    /// What the scheme of an endpoint's URI means.
    pub fn scheme(&self, name: &str) -> Option<&Scheme> {
        self.scheme.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name))
    }
}

impl FactKind {
    /// Whether `value` is of this kind.
    pub fn fits(self, value: &FactValue) -> bool {
        match (self, value) {
            (Self::Flag, FactValue::Flag(_))
            | (Self::Number, FactValue::Number(_))
            | (Self::Text, FactValue::Text(_))
            | (Self::List, FactValue::List(_)) => true,
            (Self::Version, FactValue::Text(text)) => text.parse::<refit_model::Version>().is_ok(),
            _ => false,
        }
    }

    /// The word for texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Number => "number",
            Self::Text => "text",
            Self::Version => "version",
            Self::List => "list",
        }
    }
}

impl FactSupplier {
    /// The word for texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Extraction => "extraction",
            Self::Series => "series",
            Self::Inventory => "inventory",
            Self::Target => "target",
            Self::Observation => "observation",
        }
    }
}
