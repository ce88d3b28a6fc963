//! The server around upgrades: pages for people, an API for programs, letters.
//!
//! Handlers hold no rules. What a person may do to a case is decided by the desk, what is kept is
//! one transaction of the records, how it looks is the pages' matter. What holds for all requests
//! (who is it, may it, does it see the case, does the form belong to the session) stands in one
//! place, and every answer has a row in one table.
//!
//! `docs/decisions/0019-one-table-of-routes.md` says why.

mod api;
mod authorities;
mod blocking;
mod body;
mod cases;
mod checks;
mod complete;
mod connections;
mod cookie;
mod demo;
mod document_form;
mod documents;
mod downloads;
mod enter;
mod failure;
mod first;
mod headers;
mod installations;
mod kind;
mod letters;
mod link;
mod log;
mod login;
mod mail;
mod matrix;
mod metrics;
mod oidc;
mod pace;
mod pages;
mod password;
mod patience;
mod people;
mod person;
mod planning;
mod portal;
mod problem;
mod questions;
mod record;
mod rounds;
mod route;
mod router;
mod runs;
mod sending;
mod server;
mod settings;
mod software;
mod table;
mod token;
mod totp;
mod uploads;
mod visit;
mod web;
mod webhooks;

pub use authorities::{Authorities, AuthoritiesError};
pub use demo::{Demo, DemoPerson};
pub use log::{LogForm, log};
pub use mail::{MailSettings, MailTls};
pub use matrix::{Caller, MatrixRow, matrix};
pub use oidc::OidcSettings;
pub use pace::ConnectionLimits;
pub use runs::Upgrades;
pub use server::{ServeError, Server, run};
pub use settings::{Clock, Contents, Settings};
