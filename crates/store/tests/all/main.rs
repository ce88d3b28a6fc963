//! The store on both of its databases: the same tests on a new SQLite file and on a database of a
//! PostgreSQL server that they start.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod blobs;
mod chains;
mod cluster;
mod commits;
mod crash;
mod golden;
mod lists;
mod migrations;
mod outbox;
mod people;
mod rules;
mod runs;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3")]
mod s3_server;
mod samples;
mod secrets;
mod site;
mod webhooks;
