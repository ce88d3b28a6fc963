//! `key = value`, a line each: `rabbitmq.conf` and its like. Keys are dotted names, a comment runs
//! from `#` to the end of its line, a value may stand in single quotes.

mod parse;
mod syntax;

pub(crate) use syntax::KeyValue;
