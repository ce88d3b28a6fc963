//! The real server on a free port, with a client that does what a browser does.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod api;
mod browser;
mod chromium;
#[path = "../../../store/tests/all/cluster.rs"]
mod cluster;
mod demo;
mod documents;
mod https;
mod kept;
mod letters;
mod locks;
mod machine;
mod matrix;
mod papers;
mod pictures;
mod walk;
mod webdriver;
mod world;
