//! XML: elements and attributes as keys, with spans into the source.

mod comment;
mod escape;
pub(crate) mod limits;
mod namespaces;
mod parse;
mod syntax;
mod tag;

pub(crate) use escape::escape_attribute;
pub(crate) use namespaces::{Namespaces, namespaces_inside};
pub(crate) use syntax::Xml;
pub(crate) use tag::{attributes_end, declares_namespace, qualified_name};
