//! JAAS login configurations: entries with login modules, and their options.

mod parse;
mod syntax;
mod token;

pub(crate) use syntax::Jaas;
