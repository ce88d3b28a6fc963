//! YAML: one document of maps and lists, by indentation or in brackets.

mod events;
mod indent;
mod notes;
mod parse;
mod scalar;
mod syntax;

pub(crate) use syntax::Yaml;
