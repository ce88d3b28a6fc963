//! TOML: tables, lists of tables, dotted keys, values in brackets.

mod parse;
mod scalar;
mod syntax;
mod value;

pub(crate) use syntax::Toml;
