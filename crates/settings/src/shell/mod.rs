//! Shell files that set variables: assignments, also inside `if`, commented-out ones, commands.

mod command;
mod lexer;
mod parse;
mod quote;
mod syntax;

pub(crate) use parse::COMMAND;
pub(crate) use syntax::ShellEnvironment;
