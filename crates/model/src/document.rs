//! Documents: plain data with a type, a schema version and a digest of their content.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::Digest;

/// Plain data that is named by its content.
///
/// The digest is SHA-256 over `refit/TYPE/SCHEMA`, a line feed, and the body as canonical JSON
/// (RFC 8785). A body has no floats, no creation time and no secrets; integers carry their unit in
/// the field's name.
pub trait Document: Serialize + DeserializeOwned {
    /// The type's name in the digest and in file names, for example `plan`.
    const TYPE: &'static str;
    /// The version of the body's schema; raised when the meaning of a field changes.
    const SCHEMA: u32;

    /// The bytes that the digest is of. Who keeps contents by their digests keeps a document as
    /// these, under its own digest.
    fn content(&self) -> Result<Vec<u8>, DocumentError> {
        let head = format!("refit/{}/{}\n", Self::TYPE, Self::SCHEMA);
        Ok([head.into_bytes(), canonical_json(self)?].concat())
    }

    /// The digest of this document.
    fn digest(&self) -> Result<Digest, DocumentError> {
        Ok(Digest::of(&self.content()?))
    }

    /// Reads what [`Document::content`] gave.
    fn of_content(content: &[u8]) -> Result<Self, DocumentError> {
        let end = content.iter().position(|byte| *byte == b'\n').unwrap_or(content.len());
        let (head, body) = content.split_at(end);
        let head = std::str::from_utf8(head).unwrap_or_default();
        let mut words = head.split('/').skip(1);
        let (found, schema) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        check_kind::<Self>(found, schema.parse().unwrap_or_default())?;
        Ok(serde_json::from_slice(body)?)
    }
}

/// Refuses a document of another type or schema.
fn check_kind<T: Document>(found: &str, schema: u32) -> Result<(), DocumentError> {
    if found != T::TYPE {
        return Err(DocumentError::WrongType { expected: T::TYPE, found: found.to_owned() });
    }
    if schema != T::SCHEMA {
        return Err(DocumentError::WrongSchema {
            document_type: T::TYPE,
            expected: T::SCHEMA,
            found: schema,
        });
    }
    Ok(())
}

/// What stands in a stored document's file around its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored<T> {
    /// The document's type, `Document::TYPE`.
    #[serde(rename = "type")]
    pub document_type: String,
    /// The schema version of the body.
    pub schema: u32,
    /// The digest that the body had when it was written.
    pub digest: Digest,
    /// Time of writing, RFC 3339, for people only.
    pub created: String,
    /// The body.
    pub body: T,
}

/// A document cannot be digested or read.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// A float would make digests depend on its spelling.
    #[error("the document holds the decimal number {0}; documents hold integers and strings only")]
    Float(String),
    /// The value is no JSON.
    #[error("this is not the JSON of a document")]
    Json(#[from] serde_json::Error),
    /// The file's type is another one.
    #[error("this is a document of the type `{found}`, expected `{expected}`")]
    WrongType {
        /// The type that was asked for.
        expected: &'static str,
        /// The type that the file names.
        found: String,
    },
    /// The file was written by another version of Refit.
    #[error("the {document_type} has schema {found}, this Refit reads schema {expected}")]
    WrongSchema {
        /// The type of the document.
        document_type: &'static str,
        /// The schema that this program knows.
        expected: u32,
        /// The schema of the file.
        found: u32,
    },
    /// The body is not the one that was digested.
    #[error(
        "the {document_type} was changed after it was made: its content has the digest {found}, its name says {expected}"
    )]
    Tampered {
        /// The type of the document.
        document_type: &'static str,
        /// The digest that the file claims.
        expected: Digest,
        /// The digest of its content.
        found: Digest,
    },
}

impl<T: Document> Stored<T> {
    /// Wraps `body` for storing; `created` is for people.
    pub fn new(body: T, created: String) -> Result<Self, DocumentError> {
        Ok(Self {
            document_type: T::TYPE.to_owned(),
            schema: T::SCHEMA,
            digest: body.digest()?,
            created,
            body,
        })
    }

    /// Reads a stored document, and refuses one of another type or schema, or with changed content.
    pub fn read(json: &[u8]) -> Result<Self, DocumentError> {
        let raw: Stored<Value> = serde_json::from_slice(json)?;
        check_kind::<T>(&raw.document_type, raw.schema)?;
        let body: T = serde_json::from_value(raw.body)?;
        let found = body.digest()?;
        if found != raw.digest {
            return Err(DocumentError::Tampered {
                document_type: T::TYPE,
                expected: raw.digest,
                found,
            });
        }
        Ok(Self {
            document_type: raw.document_type,
            schema: raw.schema,
            digest: raw.digest,
            created: raw.created,
            body,
        })
    }
}

/// Writes `value` as canonical JSON (RFC 8785). Floats are refused.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<Vec<u8>, DocumentError> {
    let tree = serde_json::to_value(value)?;
    refuse_floats(&tree)?;
    Ok(serde_json_canonicalizer::to_vec(&tree)?)
}

fn refuse_floats(value: &Value) -> Result<(), DocumentError> {
    match value {
        Value::Number(number) if number.is_f64() => Err(DocumentError::Float(number.to_string())),
        Value::Array(items) => items.iter().try_for_each(refuse_floats),
        Value::Object(fields) => fields.values().try_for_each(refuse_floats),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        text: String,
        seconds: u64,
    }

    impl Document for Note {
        const TYPE: &'static str = "note";
        const SCHEMA: u32 = 1;
    }

    fn note() -> Note {
        Note { text: "cold".into(), seconds: 3 }
    }

    #[test]
    fn digest_covers_type_schema_and_canonical_body() {
        let expected = Digest::of(b"refit/note/1\n{\"seconds\":3,\"text\":\"cold\"}");
        assert_eq!(note().digest().unwrap(), expected);
    }

    #[test]
    fn what_the_digest_is_of_is_read_again() {
        let content = note().content().unwrap();
        assert_eq!(Note::of_content(&content).unwrap(), note());
        let other = [b"refit/plan/1", &content[12..]].concat();
        assert!(matches!(Note::of_content(&other), Err(DocumentError::WrongType { .. })));
        let later = [b"refit/note/2", &content[12..]].concat();
        assert!(matches!(Note::of_content(&later), Err(DocumentError::WrongSchema { .. })));
        assert!(Note::of_content(b"").is_err());
    }

    #[test]
    fn key_order_does_not_matter() {
        let a = canonical_json(&json!({"b": 1, "a": [true, null]})).unwrap();
        assert_eq!(a, br#"{"a":[true,null],"b":1}"#);
    }

    #[test]
    fn floats_are_refused_at_any_depth() {
        let error = canonical_json(&json!({"a": [{"b": 1.5}]})).unwrap_err();
        assert!(matches!(error, DocumentError::Float(_)));
    }

    #[test]
    fn a_changed_body_is_named_as_tampered() {
        let stored = Stored::new(note(), "2026-01-01T00:00:00Z".into()).unwrap();
        let json = serde_json::to_string(&stored).unwrap();
        assert_eq!(Stored::<Note>::read(json.as_bytes()).unwrap(), stored);
        let changed = json.replace("cold", "warm");
        assert!(matches!(
            Stored::<Note>::read(changed.as_bytes()),
            Err(DocumentError::Tampered { .. })
        ));
    }
}
