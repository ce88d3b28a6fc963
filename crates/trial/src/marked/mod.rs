//! Messages that a trial sends itself, recognised by what is in their bodies, and the account of
//! what became of them.

mod accounting;
mod arrivals;
mod mark;

pub use accounting::{Accounting, SendFate};
pub use arrivals::{Arrival, Arrivals, collect_arrivals};
pub(crate) use mark::Mark;
pub use mark::{LEAST_BODY_BYTES, RunLabel};
