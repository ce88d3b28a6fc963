//! Values, conditions and acts in words.

mod act;
mod condition;
mod kinds;
mod value;

pub(crate) use act::{act, sentence, undo};
pub(crate) use condition::{check, condition};
pub(crate) use kinds::{
    archive_trust, file_origin, file_role, protocol, purpose, remedy, store_reading,
};
pub use kinds::{remedy_words, strategy_words};
pub use value::{measured, size_words};

pub(crate) use value::{
    clock, count, duration, estimate, fact, measure, microseconds, millionths, moment, shell_word,
    size,
};
