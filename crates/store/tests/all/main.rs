//! The store on both of its databases: the same tests on a new SQLite file and on a database of a
//! PostgreSQL server that they start.

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
mod samples;
mod site;
