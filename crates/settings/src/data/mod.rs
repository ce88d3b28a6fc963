//! What data formats have in common: values that hold values, and how their keys are named.

mod identity;
mod name;
mod node;
mod quote;
mod sections;

pub(crate) use name::{ENTRY, segment};
pub(crate) use node::{Block, Child, Content, Entry, Node, Note, Off, add_block};
pub(crate) use quote::quoted;
pub(crate) use sections::{Header, Line, add_lines};
