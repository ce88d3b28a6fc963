//! Java properties: keys and values with separators, escapes, continuation lines and comments.

mod escape;
mod parse;
mod syntax;

pub(crate) use escape::{escape_key, escape_value};
pub(crate) use syntax::Properties;
