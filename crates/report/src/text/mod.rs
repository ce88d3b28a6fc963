//! Text for the terminal: everything that is written passes through [`Page`], which makes it
//! inert and keeps it within the width.

mod page;
mod span;
mod table;
mod wrap;

pub(crate) use page::Page;
pub(crate) use span::{Span, Tone, bad, care, faint, good, plain, strong};
pub(crate) use table::Table;
