//! What a pack says about a configuration file: its format, and how its keys are to be read.

use serde::{Deserialize, Serialize};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// XML with namespaces, comments and processing instructions; no document type declarations.
    Xml,
    /// Java properties.
    Properties,
    /// A shell file that sets variables.
    ShellEnvironment,
    /// A list of Erlang terms, ended by a dot.
    Erlang,
    /// Entries with login modules and their options, as Java's authentication reads them.
    Jaas,
    /// Dotted keys, `=` and values, a line each, as `rabbitmq.conf`.
    KeyValue,
    /// The options of Mosquitto, whose listeners and bridges open sections.
    Mosquitto,
    /// The blocks, arrays and variables of NATS.
    Nats,
    /// A list with an entry a line, of which some may open sections.
    Lines,
    /// `[Section]` and `key=value`, with continued lines and repeated keys, as systemd reads them.
    Ini,
    /// TOML.
    Toml,
    /// JSON, with comments where the file has some.
    Json,
    /// YAML, one document; aliases are never expanded.
    Yaml,
    /// A text whose inside Refit does not read: it is settled as a whole.
    Opaque,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 14] = [
        Self::Xml,
        Self::Properties,
        Self::ShellEnvironment,
        Self::Erlang,
        Self::Jaas,
        Self::KeyValue,
        Self::Mosquitto,
        Self::Nats,
        Self::Lines,
        Self::Ini,
        Self::Toml,
        Self::Json,
        Self::Yaml,
        Self::Opaque,
    ];

    /// The word for it, as packs and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Properties => "properties",
            Self::ShellEnvironment => "shell-environment",
            Self::Erlang => "erlang",
            Self::Jaas => "jaas",
            Self::KeyValue => "key-value",
            Self::Mosquitto => "mosquitto",
            Self::Nats => "nats",
            Self::Lines => "lines",
            Self::Ini => "ini",
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Opaque => "opaque",
        }
    }
}

/// Everything that is needed to read one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSpec {
    /// The file, relative to the home, for example `conf/activemq.xml`.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// Which attributes tell elements of one name apart. Where none is declared: `id`, `name`.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// Keys whose values are secrets, beside those that are recognised by their names.
    #[serde(default)]
    pub secrets: Vec<KeyPattern>,
    /// Keys whose values have a structure.
    #[serde(default)]
    pub values: Vec<ValueRule>,
    /// Keys that must not go away or be switched off without a person's decision.
    #[serde(default)]
    pub guards: Vec<Guard>,
    /// Keys that say where the version itself lies: the new default's value holds, whatever the
    /// site's file says of the old version.
    #[serde(default)]
    pub of_version: Vec<KeyPattern>,
    /// All keys that any version of the product knows, where that is known: others are reported.
    #[serde(default)]
    pub known: Vec<KeyPattern>,
    /// Keys of one holder that say the same thing in different ways: the new default's is not
    /// taken beside another one that the site has chosen.
    #[serde(default)]
    pub alternatives: Vec<Vec<KeyPattern>>,
    /// Every key is a user, and its value a password and the user's roles behind commas, as
    /// Jetty's realm files have it: only the password is a secret.
    #[serde(default)]
    pub accounts: bool,
}

impl FileSpec {
    /// A file of which nothing but its format is known.
    pub fn plain(path: &str, format: Format) -> Self {
        Self {
            path: path.to_owned(),
            format,
            identities: Vec::new(),
            secrets: Vec::new(),
            values: Vec::new(),
            guards: Vec::new(),
            of_version: Vec::new(),
            known: Vec::new(),
            alternatives: Vec::new(),
            accounts: false,
        }
    }
}

/// Which attributes tell elements of one name apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The element's local name.
    pub element: String,
    /// The attributes, the first present one counts.
    pub attributes: Vec<String>,
}

/// The structure of a key's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRule {
    /// The keys.
    pub key: KeyPattern,
    /// The structure.
    pub kind: ValueKind,
}

/// The structures that values can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// A URI whose parameters are settled one by one.
    Uri,
    /// Arguments of a Java virtual machine.
    JvmArguments,
    /// A list with commas, whose order does not matter.
    CommaList,
    /// A list of users or groups with commas, whose order does not matter; a wildcard is settled
    /// only as a whole.
    PermissionList,
    /// A list with semicolons.
    SemicolonList,
    /// A list with blanks.
    SpaceList,
    /// A number of bytes or of a unit, whose units are powers of 1024. A ratio is only itself.
    Size,
    /// A number with a unit of time, or a duration of ISO 8601. A number without a unit is only
    /// itself.
    Duration,
}

/// A key that must not go away silently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// The keys.
    pub key: KeyPattern,
    /// What is guarded, for the question that is asked: `endpoint`, `user`, `permission`, ...
    pub what: String,
}

/// A pattern of key paths: `*` stands for any characters within one part, `**` for any parts.
///
/// Parts are separated by `/`; a `/` inside the brackets of an identity does not separate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyPattern(pub String);
