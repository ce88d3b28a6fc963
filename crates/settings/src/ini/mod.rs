//! INI files, and the units and drop-ins of systemd: sections with keys, which may come several
//! times and then all count.

mod parse;
mod syntax;

pub(crate) use syntax::Ini;
