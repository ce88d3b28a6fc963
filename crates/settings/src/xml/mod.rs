//! XML: elements and attributes as keys, with spans into the source.

mod comment;
mod escape;
mod limits;
mod namespaces;
mod parse;
mod tag;

pub(crate) use comment::uncommented;
pub(crate) use escape::{escape_attribute, escape_text};
pub(crate) use namespaces::{Namespaces, namespaces_inside};
pub(crate) use parse::parse;
pub(crate) use tag::{attributes_end, declares_namespace, qualified_name};
