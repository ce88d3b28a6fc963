//! The real server on a free port, with a client that does what a browser does.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod api;
mod browser;
mod checkers;
mod chromium;
#[path = "../../../store/tests/all/cluster.rs"]
mod cluster;
mod demo;
mod documents;
mod hostile;
mod https;
mod kept;
mod letters;
mod locks;
mod machine;
mod mail_server;
mod matrix;
mod oidc;
mod oidc_real;
mod papers;
mod people;
mod pictures;
mod recommendations;
mod second_factor;
mod slow;
mod tls;
mod walk;
mod webdriver;
mod webhooks;
mod whole_way;
mod world;
