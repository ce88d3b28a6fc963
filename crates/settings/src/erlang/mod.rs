//! Erlang terms: `rabbitmq.config`, `advanced.config`, `enabled_plugins`.
//!
//! A file is one list. Pairs with a name are keys, lists of such pairs are blocks of keys, and
//! every other term is a value as a whole.

mod comment;
mod normal;
mod parse;
mod syntax;
mod term;

pub(crate) use normal::has_bare_binary;
pub(crate) use syntax::Erlang;
