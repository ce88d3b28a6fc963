//! Records of the audit trail.

use jiff::Timestamp;
use refit_store::{JsonText, NewRecord};
use serde::Serialize;

use crate::failure::Failure;

/// Where a request comes from: what all records about it have in common.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) at: Timestamp,
    pub(crate) address: Option<String>,
    /// The request's id, by which the log knows it.
    pub(crate) request: String,
}

/// What a record says in detail.
#[derive(Serialize)]
struct Body<'a, T> {
    request: &'a str,
    #[serde(flatten)]
    details: T,
}

impl Origin {
    /// Something that the server does by itself.
    pub(crate) fn of_server(at: Timestamp) -> Self {
        Self { at, address: None, request: "server".to_owned() }
    }

    /// A record; `details` is a map without secrets.
    pub(crate) fn record(
        &self,
        kind: &str,
        by: Option<&str>,
        organisation: Option<&str>,
        details: impl Serialize,
    ) -> Result<NewRecord, Failure> {
        Ok(NewRecord {
            at: self.at,
            kind: kind.to_owned(),
            by: by.map(str::to_owned),
            organisation: organisation.map(str::to_owned),
            address: self.address.clone(),
            body: JsonText::of(&Body { request: &self.request, details })?,
        })
    }
}
