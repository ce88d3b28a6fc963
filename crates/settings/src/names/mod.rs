//! The names that a version knows: elements and attributes of an XML file against a schema of that
//! version.
//!
//! This is no validation: numbers, orders and types of values are not looked at, and what a schema
//! leaves open is taken for known. What is named here stops a broker at its start, or is a setting
//! without effect.

mod check;
mod nearest;
mod read;
mod schema;
mod unknown;

pub use read::{SchemaError, SchemaText};
pub use schema::Schema;
pub use unknown::{NameKind, UnknownName};
