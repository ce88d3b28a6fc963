//! Assessing an installation: inventory and findings. Read-only: a [`refit_hosts::Reader`] is all
//! it gets, which cannot change anything.
//!
//! [`assess`] looks in a fixed order and gathers facts by name; the pack's checks judge them. What
//! cannot be seen stays unknown, and an unknown fact blocks where the check that needs it does.

mod access;
mod assess;
mod boot;
mod configuration;
mod discover;
mod endpoints;
mod environment_script;
mod error;
mod files;
mod folders;
mod gathered;
mod holdings;
mod jars;
mod java_version;
mod names;
mod process;
mod references;
mod release;
mod request;
mod scope;
mod store;
mod version;

pub use assess::{Assessed, assess};
pub use discover::{Discovered, DiscoveredBroker, discover};
pub use error::{AssessError, Result};
pub use request::{Cache, NoCache, Request};
