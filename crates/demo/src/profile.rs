//! How the environments differ, apart from ports and passwords.

use crate::Variant;

/// The settings of one variant.
pub struct Profile {
    /// Where the software is, below the environment's folder.
    pub software: &'static str,
    /// The link through which the software is operated, below that.
    pub link: &'static str,
    /// The word for the environment in the site's own names.
    pub site: &'static str,
    /// The heap, as options of Java.
    pub heap: &'static str,
    /// Seconds that the vendor's stop waits before it kills.
    pub kill_after_seconds: u32,
    /// The most connections of each connector.
    pub connections: u32,
    /// The broker's limits: memory, store, temporary store.
    pub limits: [&'static str; 3],
    /// The limit of one queue's memory.
    pub queue_memory: &'static str,
    /// The size of a journal file.
    pub journal_file: &'static str,
    /// The size of the log file, and how many old ones are kept.
    pub log: (&'static str, u32),
    /// A plugin of the vendor that only some variants use, as XML.
    pub extra_plugin: &'static str,
}

impl Profile {
    /// The settings of a variant.
    pub fn of(variant: Variant) -> Self {
        match variant {
            Variant::Staging => Self::staging(),
            Variant::Production => Self {
                software: "srv/messaging",
                link: "current",
                site: "production",
                heap: "-Xms128M -Xmx768M",
                kill_after_seconds: 90,
                connections: 2_000,
                limits: ["256 mb", "8 gb", "2 gb"],
                queue_memory: "64mb",
                journal_file: "32mb",
                log: ("20MB", 20),
                extra_plugin: "            <statisticsBrokerPlugin/>\n",
            },
            Variant::Third => Self {
                site: "third",
                heap: "-Xms64M -Xmx384M",
                limits: ["48 mb", "1 gb", "256 mb"],
                ..Self::staging()
            },
        }
    }

    fn staging() -> Self {
        Self {
            software: "opt",
            link: "activemq",
            site: "staging",
            heap: "-Xms64M -Xmx512M",
            kill_after_seconds: 45,
            connections: 500,
            limits: ["64 mb", "2 gb", "512 mb"],
            queue_memory: "16mb",
            journal_file: "16mb",
            log: ("5MB", 10),
            extra_plugin: "",
        }
    }
}
