//! Whole commands: the built binary as a process, on real brokers.
//!
//! Needs the archives of ActiveMQ 5.16.7 and 5.18.3 and the published jars of 6.3.1, in the folder
//! that `REFIT_TEST_ARTIFACTS` names, and a Java development kit; without them each test says
//! loudly that it skips. What needs no broker runs everywhere.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod assessed;
mod backup;
#[path = "../../../portal/tests/all/browser.rs"]
#[expect(dead_code, reason = "the portal's own tests use more of it")]
mod browser;
#[path = "../../../store/tests/all/cluster.rs"]
mod cluster;
mod expect;
mod halted;
mod help;
mod imitation;
mod input;
mod interrupted;
mod killed;
#[path = "../../../portal/tests/all/mail_server.rs"]
#[expect(dead_code, reason = "the portal's own tests use more of it")]
mod mail_server;
#[path = "../../../portal/tests/all/people.rs"]
mod people;
mod portal;
mod refit;
mod refused;
mod room;
#[cfg(feature = "s3")]
#[path = "../../../store/tests/all/s3_server.rs"]
#[expect(dead_code, reason = "the store's own tests use more of it")]
mod s3_server;
mod serve;
mod served;
mod settle;
mod site;
mod six;
mod ssh;
mod stubbed;
mod terminal;
mod tree;
#[expect(dead_code, reason = "the portal's own tests use all of it")]
#[path = "../../../portal/tests/all/webdriver.rs"]
mod webdriver;
