//! `pack.toml`: what the product is, how it is laid out on disk, started, ended and asked.

use std::collections::BTreeMap;

use refit_model::{Command, Digest, DigestTrust, PlatformName, Protocol, Version};
use serde::{Deserialize, Serialize};

use crate::Source;

/// The format of packs that this Refit reads.
pub const PACK_FORMAT: u32 = 1;

/// What stands for the version in the patterns of a pack.
pub const VERSION_MARK: &str = "{version}";

/// The content of `pack.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// [`PACK_FORMAT`].
    pub format: u32,
    /// The pack's name, which is the name of its folder.
    pub platform: PlatformName,
    /// The product's name for people.
    pub title: String,
    /// The day that the knowledge is of, `YYYY-MM-DD`.
    pub knowledge: String,
    /// The archives that the product is installed from.
    pub archive: ArchivePattern,
    /// Passwords that everybody knows, where there are some.
    #[serde(default)]
    pub not_secret: Option<NotSecret>,
    /// How the product is laid out on disk.
    pub layout: Layout,
    /// How its process is told from others.
    pub process: ProcessPattern,
    /// How it is started.
    pub start: StartCommand,
    /// How it is ended.
    pub stop: StopSignal,
    /// How it is asked what it is and what it holds.
    pub health: Health,
    /// How long things take.
    pub estimates: Estimates,
}

/// The archives of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchivePattern {
    /// Where they can be had: coordinates with [`VERSION_MARK`].
    pub coordinates: String,
    /// Their file names, with [`VERSION_MARK`].
    pub file: String,
    /// The one folder that everything in them is in, with [`VERSION_MARK`].
    pub top: String,
    /// Where this is known from.
    pub source: Source,
    /// Archives whose content is known.
    #[serde(default)]
    pub known: Vec<KnownArchive>,
}

/// An archive whose content is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownArchive {
    /// The version that is in it.
    pub version: Version,
    /// Its content.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// How the digest is known to be right.
    pub trust: DigestTrust,
    /// Where it is known from.
    pub source: Source,
}

/// Passwords that everybody knows, since the vendor ships them: they need not be kept out of texts
/// for people. In documents they are slots like any other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotSecret {
    /// The passwords.
    pub values: Vec<String>,
    /// Where they are from.
    pub source: Source,
}

/// How a product is laid out on disk. Paths are relative to the home unless they begin with `/` or
/// `${...}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The product's folders by their use: `conf`, `data`, `lib` ...
    pub folders: BTreeMap<String, String>,
    /// What relative paths in the configuration are relative to.
    pub relative_to: RelativeTo,
    /// Where the version can be read from disk.
    pub markers: Vec<VersionMarker>,
    /// What is on the class path, in its order.
    pub class_path: Vec<ClassPathEntry>,
    /// Files that set the environment of the start script. The first that is there is read, the
    /// others are not.
    pub environment_files: Vec<EnvironmentFile>,
    /// Words that configuration files write for folders.
    pub placeholders: Vec<Placeholder>,
    /// The file that the start script writes the process id to.
    pub pid_file: SourcedPath,
    /// The file that a running broker keeps locked, within the folder of its store.
    pub lock_file: SourcedPath,
    /// Parts of the archive that are no part of an installation's state.
    pub left_out: LeftOut,
    /// Where this is known from.
    pub source: Source,
}

/// What relative paths are relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelativeTo {
    /// The installation's home.
    Home,
    /// The working directory of the process.
    WorkingDirectory,
}

/// A place on disk that tells the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum VersionMarker {
    /// A file's name.
    FileName {
        /// The path, with [`VERSION_MARK`].
        path: String,
        /// Where this is known from.
        source: Source,
    },
    /// An entry of a jar's manifest.
    JarManifest {
        /// The jar; [`VERSION_MARK`] stands for any version.
        path: String,
        /// The manifest's attribute.
        attribute: String,
        /// Where this is known from.
        source: Source,
    },
}

/// An entry of the class path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassPathEntry {
    /// The folder.
    pub folder: String,
    /// What in it counts.
    pub holds: ClassPathHolds,
    /// Where this is known from.
    pub source: Source,
}

/// What in a folder is on the class path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassPathHolds {
    /// The jars in the folder, not in its sub-folders, in the order of their names.
    Jars,
    /// The folder itself, with classes and resources.
    Classes,
}

/// A file that sets the environment of the start script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentFile {
    /// The path; may use `${user_home}`.
    pub path: String,
    /// The first version that reads it.
    #[serde(default)]
    pub since: Option<Version>,
    /// The first version that reads it no longer.
    #[serde(default)]
    pub until: Option<Version>,
    /// Where this is known from.
    pub source: Source,
}

/// A word that configuration files write for a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placeholder {
    /// How it is written, for example `${activemq.data}`.
    pub written: String,
    /// What it stands for: a parameter, for example `${data}`.
    pub means: String,
}

/// A path and where it is known from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcedPath {
    /// The path.
    pub path: String,
    /// What to know about it.
    pub note: String,
    /// Where this is known from.
    pub source: Source,
}

/// Parts of the archive that are no part of an installation's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The folders.
    pub folders: Vec<String>,
    /// Why.
    pub why: String,
}

/// How the product's process is told from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessPattern {
    /// The file name of the executable.
    pub executable: String,
    /// The beginnings of arguments that name folders, by the folder's use: `home`, `base`, ...
    pub folder_arguments: BTreeMap<String, String>,
    /// Where this is known from.
    pub source: Source,
}

/// How the product is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartCommand {
    /// The command; uses `${home}`, `${java_home}` and the like.
    pub command: Command,
    /// What its exit code says, for the reader of the plan.
    pub exit_code_says: String,
    /// Where this is known from.
    pub source: Source,
}

/// How the product is ended: by a signal to the verified process, never by a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopSignal {
    /// The signal's name without `SIG`, for example `TERM`.
    pub signal: String,
    /// Why no command of the vendor's is used.
    pub why_no_command: String,
    /// Commands of the vendor's that must not be run, relative to the home.
    pub forbidden_commands: Vec<Vec<String>>,
    /// Where this is known from.
    pub source: Source,
}

/// How the product is asked what it is and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// What each protocol tells.
    pub protocols: Vec<ProtocolHealth>,
    /// Questions to the management interface.
    #[serde(default)]
    pub management: Option<Management>,
    /// Signals that are not to be believed, each with the reason.
    #[serde(default)]
    pub not_believed: Vec<NotBelieved>,
}

/// What one protocol tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolHealth {
    /// The protocol.
    pub protocol: Protocol,
    /// Whether the broker tells its version.
    pub tells_version: bool,
    /// Whether it does so only after a login.
    pub needs_login: bool,
    /// Where in the answer the version stands; empty where it is not told.
    #[serde(default)]
    pub version_is_in: String,
    /// What stands before the version there.
    #[serde(default)]
    pub version_prefix: String,
    /// Where this is known from.
    pub source: Source,
}

/// A management interface that is asked over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Management {
    /// The path of its URL.
    pub path: String,
    /// The HTTP method that all versions accept.
    pub method: String,
    /// Headers that every request needs.
    pub headers: BTreeMap<String, String>,
    /// The questions.
    pub questions: Vec<ManagementQuestion>,
    /// Where this is known from.
    pub source: Source,
}

/// One attribute of the management interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagementQuestion {
    /// What is asked, as a short word: `version`, `data-directory`, ...
    pub what: String,
    /// The object; may use `${broker_name}`.
    pub object: String,
    /// The attribute.
    pub attribute: String,
    /// The right answer, where there is one right answer.
    #[serde(default)]
    pub expected: Option<String>,
    /// Where this is known from.
    pub source: Source,
}

/// A signal that is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotBelieved {
    /// The signal.
    pub signal: String,
    /// Why not.
    pub why: String,
    /// Where this is known from.
    pub source: Source,
}

/// How long things take, where nothing was measured on the host itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimates {
    /// Unpacking the archive, in milliseconds.
    pub unpack_milliseconds: Estimate,
    /// From the start command to the first answer, in milliseconds.
    pub start_milliseconds: Estimate,
    /// From the first answer until everything is up, in milliseconds: ask again after that.
    pub settle_milliseconds: Estimate,
    /// From the signal until the process is gone, in milliseconds.
    pub stop_milliseconds: Estimate,
    /// Operations per second when an index is built again from the journal.
    pub index_operations_per_second: Estimate,
    /// Bytes per second when a store is copied and made durable.
    pub copy_bytes_per_second: Estimate,
}

/// A number with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The number; its unit stands in the name of the estimate.
    pub value: u64,
    /// Where it is known from.
    pub source: Source,
}

impl ArchivePattern {
    /// The file name of the archive of `version`.
    pub fn file_of(&self, version: &Version) -> String {
        self.file.replace(VERSION_MARK, &version.to_string())
    }

    /// The coordinates of the archive of `version`.
    pub fn coordinates_of(&self, version: &Version) -> String {
        self.coordinates.replace(VERSION_MARK, &version.to_string())
    }

    /// The folder that everything in the archive of `version` is in.
    pub fn top_of(&self, version: &Version) -> String {
        self.top.replace(VERSION_MARK, &version.to_string())
    }

    /// The version that an archive of this file name holds, if the name is of this product.
    pub fn version_of(&self, file_name: &str) -> Option<Version> {
        between(&self.file, file_name)
    }

    /// What is known of the archive of `version`.
    pub fn known(&self, version: &Version) -> Option<&KnownArchive> {
        self.known.iter().find(|archive| archive.version == *version)
    }
}

impl EnvironmentFile {
    /// Whether `version` reads this file.
    pub fn is_read_by(&self, version: &Version) -> bool {
        self.since.as_ref().is_none_or(|since| version >= since)
            && self.until.as_ref().is_none_or(|until| version < until)
    }
}

/// The version that stands in `text` where `pattern` has its [`VERSION_MARK`].
pub fn between(pattern: &str, text: &str) -> Option<Version> {
    let (before, after) = pattern.split_once(VERSION_MARK)?;
    text.strip_prefix(before)?.strip_suffix(after)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_out_of_names() {
        let pattern = "apache-activemq-{version}-bin.tar.gz";
        let version = |text: &str| between(pattern, text).map(|v| v.to_string());
        assert_eq!(version("apache-activemq-5.18.3-bin.tar.gz"), Some("5.18.3".to_owned()));
        assert_eq!(version("apache-activemq-6.0.0-rc1-bin.tar.gz"), Some("6.0.0-rc1".to_owned()));
        assert_eq!(version("apache-activemq-5.18.3-bin.zip"), None);
        assert_eq!(version("apache-activemq--bin.tar.gz"), None);
        assert_eq!(version("apache-artemis-2.40.0-bin.tar.gz"), None);
    }

    #[test]
    fn environment_files_by_version() {
        let file = EnvironmentFile {
            path: "bin/env".to_owned(),
            since: None,
            until: Some("6.0.0".parse().unwrap()),
            source: Source::try_from("x".to_owned()).unwrap(),
        };
        assert!(file.is_read_by(&"5.18.3".parse().unwrap()));
        assert!(!file.is_read_by(&"6.0.0".parse().unwrap()));
    }
}
