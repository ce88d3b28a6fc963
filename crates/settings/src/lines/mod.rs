//! Plain lists: an entry a line, `#` before a comment. Users with the hashes of their passwords
//! (`user:hash`), permissions of users (`user NAME`, and the lines that belong to it), hosts.

mod parse;
mod syntax;

pub(crate) use syntax::Lines;
