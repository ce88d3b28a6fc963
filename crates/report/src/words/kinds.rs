//! Kinds in words.

use refit_model::{
    DigestTrust, FileOrigin, FileRole, PathPurpose, Protocol, Remedy, StoreReading, Strategy,
};

/// Where an archive's digest is known from.
pub(crate) fn archive_trust(trust: DigestTrust) -> String {
    let is_known = trust != DigestTrust::Unconfirmed;
    let why = if is_known { "" } else { ": the pack does not know this archive" };
    format!("digest {}{why}", trust.words())
}

/// How a file stands to the vendor's.
pub(crate) fn file_origin(origin: &FileOrigin) -> String {
    match origin {
        FileOrigin::Shipped => "as shipped".to_owned(),
        FileOrigin::ShippedWith(version) => format!("as shipped with {version}"),
        FileOrigin::Changed => "changed".to_owned(),
        FileOrigin::Added => "added by the site".to_owned(),
        FileOrigin::Removed => "removed".to_owned(),
    }
}

/// What a file is.
pub(crate) fn file_role(role: FileRole) -> &'static str {
    match role {
        FileRole::Configuration => "configuration",
        FileRole::Library => "library",
        FileRole::Program => "program",
        FileRole::Console => "console",
        FileRole::Other => "other",
    }
}

/// A protocol's name.
pub(crate) fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Openwire => "OpenWire",
        Protocol::Stomp => "STOMP",
        Protocol::Amqp => "AMQP",
        Protocol::Mqtt => "MQTT",
        Protocol::Websocket => "WebSocket",
        Protocol::Http => "HTTP",
        Protocol::Jmx => "JMX",
        Protocol::Other => "other",
    }
}

/// What is written to a place.
pub(crate) fn purpose(purpose: PathPurpose) -> &'static str {
    match purpose {
        PathPurpose::Data => "data",
        PathPurpose::Store => "message store",
        PathPurpose::Log => "log",
        PathPurpose::Temporary => "temporary files",
    }
}

/// Who does what about a finding: the label, and what is done.
pub(crate) fn remedy(remedy: &Remedy) -> (&'static str, &str) {
    match remedy {
        Remedy::Nothing => ("Action", "none is needed"),
        Remedy::Planned(text) => ("Refit does", text),
        Remedy::Decide(text) => ("You decide", text),
        Remedy::ByHand(text) => ("You do", text),
    }
}

/// Who does what about a finding, in one line.
pub fn remedy_words(of: &Remedy) -> String {
    let (label, text) = remedy(of);
    format!("{label}: {text}")
}

/// Whether the old version reads the new one's store.
pub(crate) fn store_reading(reading: StoreReading) -> &'static str {
    match reading {
        StoreReading::Yes => "yes",
        StoreReading::No => "no",
        StoreReading::Unknown => "unknown, treated as no",
    }
}

/// How an upgrade is done.
pub fn strategy_words(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::SideBySide => "side by side: the new version is made ready beside the old one",
    }
}
