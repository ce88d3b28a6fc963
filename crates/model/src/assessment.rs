//! Assessments: inventory, findings, the way to the target version, and scope.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Digest, Document, EnvironmentName, Facts, Finding, Fingerprint, HostPath, Installation,
    InstallationName, PlatformName, Remark, Version,
};

/// What was found in one installation, as far as it stays the same while nobody changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation within it.
    pub installation: InstallationName,
    /// The operator's entry for it, as the plan needs it.
    pub entry: Installation,
    /// The pack that was used.
    pub pack: PackRef,
    /// The version that runs.
    pub installed: Version,
    /// Where to go, and why there.
    pub target: Option<Target>,
    /// The hops from the installed to the target version.
    pub way: Vec<Hop>,
    /// Where the installation's parts are.
    pub folders: Folders,
    /// Facts by name: see the pack's list.
    pub facts: Facts,
    /// The addresses that the broker listens on.
    pub endpoints: Vec<Endpoint>,
    /// Places outside the software that the configuration writes to.
    pub written_paths: Vec<WrittenPath>,
    /// The files of the installation that are not as the vendor shipped them, and all
    /// configuration files.
    pub files: Vec<FileRecord>,
    /// The vendor's new configuration files, by path within the home: their texts.
    pub target_files: BTreeMap<String, Digest>,
    /// Names in the site's configuration that the new version's own schemas do not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_names: Vec<UnknownName>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What is upgraded and what is not.
    pub scope: Vec<ScopeLine>,
}

impl Document for Assessment {
    const TYPE: &'static str = "assessment";
    const SCHEMA: u32 = 1;
}

/// A name in a configuration file that the new version does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnknownName {
    /// The file, relative to the home.
    pub file: String,
    /// The key, and what is not known about it.
    pub remark: Remark,
}

/// What was seen at one moment and changes by itself: counts, pids, free space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observations {
    /// The assessment that they belong to.
    pub assessment: Digest,
    /// What was seen.
    pub facts: Facts,
    /// Findings that rest on it.
    pub findings: Vec<Finding>,
}

impl Document for Observations {
    const TYPE: &'static str = "observations";
    const SCHEMA: u32 = 1;
}

/// Where an installation's parts are, with links resolved where it says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folders {
    /// The software, with links resolved.
    pub home: HostPath,
    /// The symbolic link through which it is operated, and its target as written.
    pub link: Option<HomeLink>,
    /// The data, with links resolved.
    pub data: HostPath,
    /// The data as the default puts them: `data` in the home. `None` where the site configured
    /// another place.
    pub default_data: Option<HostPath>,
    /// The Java that the broker runs on.
    pub java_home: HostPath,
    /// The Java for the new version.
    pub new_java_home: HostPath,
    /// Where the new version's folder is made.
    pub install_into: HostPath,
    /// Where restore points are kept.
    pub restore_points: HostPath,
    /// Where Refit keeps what the host must remember.
    pub control: HostPath,
}

/// A symbolic link to an installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeLink {
    /// The link.
    pub path: HostPath,
    /// Its target, as it is written.
    pub target: HostPath,
}

/// Which knowledge was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRef {
    /// The pack's name.
    pub platform: PlatformName,
    /// The day that the pack's knowledge is of, `YYYY-MM-DD`.
    pub knowledge: String,
    /// The digest of the pack's content.
    pub digest: Digest,
}

/// The version to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The version.
    pub version: Version,
    /// Why this one.
    pub why: String,
    /// The archive that it is installed from.
    pub archive: Archive,
}

impl Target {
    /// Why it is a version that somebody has asked for.
    pub const ASKED_FOR: &'static str = "asked for";
}

/// An archive in the artifacts folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The file's name.
    pub file: String,
    /// Its content.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// How the digest is known to be right.
    pub trust: DigestTrust,
}

/// Where an archive's digest is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestTrust {
    /// The vendor publishes it.
    VendorPublished,
    /// Those who made the pack saw it on an archive that they fetched.
    Observed,
    /// Nobody vouches for it: the pack does not know this archive.
    Unconfirmed,
}

impl DigestTrust {
    /// What the digest is, in words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::VendorPublished => "published by the vendor",
            Self::Observed => "observed by those who made the pack",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// One supported version change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// From this version.
    pub from: Version,
    /// To this version.
    pub to: Version,
    /// Whether the old version reads a store that the new one has written.
    pub old_reads_new_store: StoreReading,
    /// Where that is known from.
    pub source: String,
}

/// Whether one version reads another's store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreReading {
    /// Known to.
    Yes,
    /// Known not to.
    No,
    /// Not known; treated as `No`.
    Unknown,
}

/// An address that a broker listens on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The connector's name, for example `stomp`, or `console`.
    pub name: String,
    /// What is spoken.
    pub protocol: Protocol,
    /// Whether TLS is spoken below it.
    pub tls: bool,
    /// The address it binds, for example `0.0.0.0`.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The file that says so, relative to the home.
    pub file: String,
    /// The key in it.
    pub key: String,
}

/// The protocols that a broker can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// ActiveMQ's own protocol.
    Openwire,
    /// STOMP.
    Stomp,
    /// AMQP.
    Amqp,
    /// MQTT.
    Mqtt,
    /// STOMP or MQTT over WebSocket.
    Websocket,
    /// The management interface.
    Http,
    /// JMX over RMI.
    Jmx,
    /// Another one, which Refit only checks for listening.
    Other,
}

/// A place that the broker writes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenPath {
    /// What is written.
    pub purpose: PathPurpose,
    /// The file that says so, relative to the home; empty for a default.
    pub file: String,
    /// The key in it; empty for a default.
    pub key: String,
    /// The path with all placeholders filled in.
    pub path: HostPath,
}

/// What is written to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathPurpose {
    /// The data folder as a whole.
    Data,
    /// The message store.
    Store,
    /// A log.
    Log,
    /// Temporary files.
    Temporary,
}

/// A file of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// The path relative to the home.
    pub path: HostPath,
    /// What it is.
    pub role: FileRole,
    /// How it stands to the vendor's file.
    pub origin: FileOrigin,
    /// Its content, keyed; `None` if it is not there.
    pub fingerprint: Option<Fingerprint>,
    /// Permission bits.
    pub mode: u32,
    /// Its content as a template, where Refit reads its format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Digest>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileRole {
    /// Configuration, by the pack's list or its folder.
    Configuration,
    /// A library.
    Library,
    /// A program or script.
    Program,
    /// A file of the management console.
    Console,
    /// Anything else.
    Other,
}

/// How a file stands to the vendor's one of the same path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileOrigin {
    /// As the vendor shipped it with the installed version.
    Shipped,
    /// As the vendor shipped it with this other version.
    ShippedWith(Version),
    /// The vendor ships a file of this path, and it was changed.
    Changed,
    /// The vendor ships no file of this path.
    Added,
    /// The vendor ships a file of this path, and it is gone.
    Removed,
}

/// One line about what is upgraded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeLine {
    /// What it is about.
    pub what: String,
    /// Whether Refit takes care of it.
    pub included: bool,
    /// Why, or how.
    pub why: String,
}

impl Assessment {
    /// Findings that forbid a run.
    pub fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.blocks)
    }

    /// The record of the file at `path`, relative to the home.
    pub fn file(&self, path: &str) -> Option<&FileRecord> {
        self.files.iter().find(|file| file.path.to_str() == Some(path))
    }

    /// Whether the whole way back needs no restored store.
    pub fn old_reads_new_store(&self) -> bool {
        self.way.iter().all(|hop| hop.old_reads_new_store == StoreReading::Yes)
    }
}
