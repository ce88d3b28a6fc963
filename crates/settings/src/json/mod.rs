//! JSON, with comments where a file has some.

mod parse;
mod scalar;
mod syntax;

pub(crate) use syntax::Json;
