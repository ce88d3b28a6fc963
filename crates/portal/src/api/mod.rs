//! The API for programs: JSON under `/api/v1`, with tokens.

mod once;
pub(crate) mod openapi;
pub(crate) mod requests;
pub(crate) mod types;

pub(crate) use once::EachNameOnce;
