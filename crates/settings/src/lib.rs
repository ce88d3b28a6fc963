//! Configuration files as lossless trees, and their three-way merge.

mod rule;
mod spec;

pub use rule::{Migration, Rule, RuleAction, Translator};
pub use spec::{FileSpec, Format, Guard, Identity, KeyPattern, ValueKind, ValueRule};
