//! The settlement: the vendor's new default, with what the site had changed replayed on it.
//!
//! First each key is judged by its three sides (the old default, the site's file, the new default),
//! the pack's rules and guards, and the decisions that people made. Then the new text is written
//! by changing the vendor's at exactly the places that need it. At last the text is read again: if
//! it does not say what was judged, the file stays open.

mod adopt;
mod align;
mod away;
mod base;
mod bring;
mod comments;
mod finish;
mod gone;
mod input;
mod join;
mod judge;
mod known;
mod merge;
mod new_only;
mod notes;
mod opaque;
mod order;
mod outcomes;
mod pair;
mod question;
mod records;
mod relocate;
mod rename;
mod rules;
mod sections;
mod shown;
mod side;
mod site_only;
mod switch;
mod twins;
mod values;
mod whole;

pub use bring::settle_brought;
pub use input::{Base, Bringing, Brought, SettleInput, Settled};
pub use question::{is_refused, question};

pub(crate) use base::{BaseView, comparable};
pub(crate) use bring::filled_from_vendor;
pub(crate) use judge::{Answer, Judge};
pub(crate) use whole::{NEW_SLOT, open};

/// Settles one file.
///
/// Never fails: what cannot be settled is an outcome that needs a decision.
pub fn settle(input: &SettleInput) -> Settled {
    whole::settle(input)
}
