//! Environments: what an operator writes down about hosts and installations.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    EnvironmentName, HostName, HostPath, InstallationName, Login, PlatformName, SshAddress,
};

/// The schema version of environment files that this Refit reads.
pub const ENVIRONMENT_SCHEMA: u32 = 1;

/// One environment: development, staging, production. Read from a TOML file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// The version of this file's schema; 1.
    pub schema: u32,
    /// The environment's name, as used on the command line.
    pub name: EnvironmentName,
    /// The hosts, by name.
    pub hosts: BTreeMap<HostName, HostEntry>,
    /// The installations, by name.
    pub installations: BTreeMap<InstallationName, Installation>,
}

/// One host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostEntry {
    /// How the host is reached.
    pub transport: Transport,
}

/// How a host is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// The machine that Refit itself runs on.
    Local,
    /// Another machine, by the OpenSSH client of the user who runs Refit.
    Ssh(SshAddress),
}

/// One broker's software, configuration, data and plugins on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Installation {
    /// The host that it is on.
    pub host: HostName,
    /// The platform, which is the name of its pack.
    pub platform: PlatformName,
    /// The software's folder, or a symbolic link to it.
    pub home: HostPath,
    /// The instance's folder, where it is not `home`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<HostPath>,
    /// The data folder, where it is not where the platform puts it by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<HostPath>,
    /// The Java that the broker runs on; found in the running process where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub java_home: Option<HostPath>,
    /// The Java for the new version, where it is to be another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_java_home: Option<HostPath>,
    /// The system user that the broker runs as; the one who runs Refit where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What starts and stops the broker.
    #[serde(default)]
    pub service: Service,
    /// Ports that must be listening, by the connector's name. Found in the configuration where
    /// they are not given; where they are given and differ, that is a finding.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ports: BTreeMap<String, u16>,
    /// Where the new version's folder is made; beside the old one where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_into: Option<HostPath>,
    /// Where restore points are kept on the host; beside the home where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore_points: Option<HostPath>,
    /// The folder on the host where Refit keeps lock, epoch and outcomes of operations; beside the
    /// home where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<HostPath>,
    /// Limits and waiting times.
    #[serde(default)]
    pub parameters: SiteParameters,
    /// Logins that probes and trials use, by reference.
    #[serde(default)]
    pub logins: Logins,
}

/// What starts and stops a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// The platform's own start command, run as the broker's user; stopped by a signal.
    #[default]
    Command,
    /// A systemd unit, by name.
    Systemd(String),
}

/// Limits and waiting times of an installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SiteParameters {
    /// Longest time that the broker may take to end after the signal, in seconds.
    #[schemars(range(min = 1, max = 86400))]
    pub stop_within_seconds: u32,
    /// Longest time that the broker may take to answer after its start, in seconds.
    #[schemars(range(min = 1, max = 86400))]
    pub start_within_seconds: u32,
}

impl Default for SiteParameters {
    fn default() -> Self {
        Self { stop_within_seconds: 60, start_within_seconds: 120 }
    }
}

/// Logins by use. All optional; what cannot be asked without one is *unconfirmed*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Logins {
    /// A broker user who may connect, for the question which version runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broker: Option<Login>,
    /// A user of the management interface (console, Jolokia), read-only if possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub console: Option<Login>,
    /// A broker user who may read and write everything, for trials. Used on copies only. Where none
    /// is given and the broker's users stand in its own properties files, one is added to the
    /// copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<Login>,
}
