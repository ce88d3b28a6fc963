//! Environments for demonstrations and tests: real brokers on this machine, made from a vendor's
//! archive.
//!
//! [`DemoSite`] is an ActiveMQ with everything that real sites change in it; [`PlainBroker`] is
//! one with as little changed as possible, for tests of protocols. Both own everything beneath one
//! folder and touch nothing outside it; their brokers listen on free ports of 127.0.0.1 only.
//!
//! A broker is started by the vendor's script with a clean environment, and counts as started when
//! it says so itself. It is stopped by a signal to the process whose command line names a home
//! within the folder, never by the vendor's script, which can stop another broker.

mod archive;
mod artifacts;
mod broker_xml;
mod configure;
mod credentials;
mod describe;
mod edit;
mod environment_file;
mod error;
mod held;
mod java;
mod launch;
mod load;
mod messages;
mod plain;
mod plugin;
mod ports;
mod process;
mod profile;
mod site;
mod spec;
mod tool;

pub use artifacts::{
    ARTIFACTS_VARIABLE, PUBLISHED_JARS, artifact_for_test, artifacts_for_tests, tell_skipped,
};
pub use credentials::SiteUser;
pub use error::DemoError;
pub use held::Held;
pub use java::JavaHome;
pub use launch::Started;
pub use messages::{Expected, ExpectedMessage, ExpectedSubscription};
pub use plain::{PlainBroker, PlainPorts};
pub use process::{BrokerProcess, StopOnDrop, brokers_within};
pub use site::DemoSite;
pub use spec::{SitePorts, SiteSpec, Sizes, Variant};
