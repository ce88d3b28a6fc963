//! Which parts of a file are secrets: found by names, by the spec's patterns, by their form.
//!
//! What is found too much is harmless (it is put back unseen); what is found too little would be
//! stored and shown. So doubtful cases are secrets.

mod find;
mod form;
mod name;
mod text;

pub(crate) use find::{Found, PASSWORD_FORMS, find};
pub(crate) use form::shown_identity;
pub use text::{SecretLine, secret_lines};
