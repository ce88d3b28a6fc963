//! Records of the audit trail.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use refit_model::{Digest, Document, DocumentError};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::JsonText;
use crate::engine::Row;
use crate::error::{Result, StoreError};
use crate::moment::micros;

/// The columns of a record.
pub(crate) const COLUMNS: &str = "sequence, at_us, kind, by_user, organisation, address, body, \
                                  case_id, case_sequence, case_previous, previous, digest";

/// Something that happened, before it has its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// When; kept to the microsecond.
    pub at: Timestamp,
    /// What kind of thing, for example `login-refused`.
    pub kind: String,
    /// Who caused it; nobody, where the person is unknown or the service did it by itself.
    pub by: Option<String>,
    /// The organisation that it is about.
    pub organisation: Option<String>,
    /// The network address that the request came from.
    pub address: Option<String>,
    /// What happened in detail. No secrets.
    pub body: JsonText,
}

/// A record of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 1, without gaps.
    pub sequence: u64,
    /// What happened.
    pub content: NewRecord,
    /// Where it stands among a case's events, if it is one.
    pub case: Option<CasePlace>,
    /// The digest of the record before; of nothing, for the first.
    pub previous: Digest,
    /// The digest of all of this.
    pub digest: Digest,
}

/// An event's place among those of its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePlace {
    /// The case.
    pub case: String,
    /// The event's number within it, from 1, without gaps.
    pub sequence: u64,
    /// The digest of the case's event before; of nothing, for the first.
    pub previous: Digest,
}

/// The end of the chain. Kept elsewhere, it shows later that nothing was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// The last record's number; 0 before the first.
    pub sequence: u64,
    /// Its digest; of nothing, before the first.
    pub digest: Digest,
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sequence, self.digest)
    }
}

/// A text that is no head of an audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it is not a number and a digest, as `120 sha256:...`")]
pub struct InvalidHead;

impl FromStr for AuditHead {
    type Err = InvalidHead;

    fn from_str(text: &str) -> std::result::Result<Self, InvalidHead> {
        let (sequence, digest) = text.trim().split_once(' ').ok_or(InvalidHead)?;
        let sequence = sequence.parse().map_err(|_| InvalidHead)?;
        let digest = digest.trim().parse().map_err(|_| InvalidHead)?;
        Ok(Self { sequence, digest })
    }
}

impl Record {
    /// The digest that its content has.
    pub fn computed_digest(&self) -> Result<Digest> {
        let content = &self.content;
        let digested = Digested {
            sequence: self.sequence,
            at_us: micros(content.at),
            kind: content.kind.clone(),
            by: content.by.clone(),
            organisation: content.organisation.clone(),
            address: content.address.clone(),
            body: content.body.as_str().to_owned(),
            case: self.case.as_ref().map(|place| DigestedPlace {
                id: place.case.clone(),
                sequence: place.sequence,
                previous: place.previous,
            }),
            previous: self.previous,
        };
        digested.digest().map_err(|error: DocumentError| StoreError::Invalid(error.to_string()))
    }
}

/// What is digested of a record.
#[derive(Serialize, Deserialize)]
struct Digested {
    sequence: u64,
    at_us: i64,
    kind: String,
    by: Option<String>,
    organisation: Option<String>,
    address: Option<String>,
    body: String,
    case: Option<DigestedPlace>,
    previous: Digest,
}

#[derive(Serialize, Deserialize)]
struct DigestedPlace {
    id: String,
    sequence: u64,
    previous: Digest,
}

impl Document for Digested {
    const TYPE: &'static str = "audit-record";
    const SCHEMA: u32 = 1;
}

/// Reads a record out of its columns.
pub(crate) fn read(row: &Row) -> Result<Record> {
    let case = match row.maybe_text("case_id")? {
        None => None,
        Some(case) => Some(CasePlace {
            case,
            sequence: row.number("case_sequence")?,
            previous: row.digest("case_previous")?,
        }),
    };
    Ok(Record {
        sequence: row.number("sequence")?,
        content: NewRecord {
            at: row.time("at_us")?,
            kind: row.text("kind")?,
            by: row.maybe_text("by_user")?,
            organisation: row.maybe_text("organisation")?,
            address: row.maybe_text("address")?,
            body: row.json("body")?,
        },
        case,
        previous: row.digest("previous")?,
        digest: row.digest("digest")?,
    })
}
