//! The configuration of NATS: blocks, arrays, values with or without quotes, variables, includes.
//! A new line, `,` or `;` ends an entry. Names are the same in small and capital letters.

mod parse;
mod scan;
mod syntax;

pub(crate) use syntax::Nats;
