//! Shell files that set variables: assignments, also inside `if`, commented-out ones, commands.

mod command;
mod lexer;
mod parse;
mod quote;

pub(crate) use parse::{COMMAND, bare, parse};
pub(crate) use quote::quoted;
