//! Java properties: keys and values with separators, escapes, continuation lines and comments.

mod escape;
mod parse;

pub(crate) use escape::{escape_key, escape_value, separator};
pub(crate) use parse::{bare, parse};
