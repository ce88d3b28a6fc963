//! What a demonstration environment is to be.

use std::path::PathBuf;

use refit_model::EnvironmentName;
use serde::{Deserialize, Serialize};

use crate::JavaHome;

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteSpec {
    /// The environment's name.
    pub name: EnvironmentName,
    /// Which of the environments it is.
    pub variant: Variant,
    /// The vendor's archive, `apache-activemq-VERSION-bin.tar.gz`; 5.16.
    pub archive: PathBuf,
    /// The Java to make and to run it with.
    pub java: JavaHome,
    /// How much data it has.
    pub sizes: Sizes,
}

/// The environments, which differ in ports, paths, passwords, sizes and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The smaller one, which is upgraded first.
    Staging,
    /// The larger one, in other folders, with a setting that staging does not have.
    Production,
    /// Another one like staging, of other sizes.
    Third,
}

/// How much data an environment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// Messages in each queue.
    pub queue_messages: u32,
    /// Messages that wait for the durable subscription.
    pub durable_messages: u32,
    /// About how long a message is, in bytes.
    pub body_bytes: u32,
}

impl Default for Sizes {
    /// Enough to notice loss and disorder, little enough to be loaded in seconds.
    fn default() -> Self {
        Self { queue_messages: 200, durable_messages: 100, body_bytes: 1_000 }
    }
}

/// The ports of an environment, all of 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePorts {
    /// The connector `openwire`.
    pub openwire: u16,
    /// The connector `stomp`.
    pub stomp: u16,
    /// The connector `stomp-tls`.
    pub stomp_tls: u16,
    /// The console.
    pub console: u16,
}
