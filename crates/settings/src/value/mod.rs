//! Values with structure: they are settled part by part.

pub(crate) mod jvm;
mod merge;
mod uri;

pub(crate) use merge::{merge, same_value};
pub use uri::ConnectorUri;
