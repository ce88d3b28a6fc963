//! What became of the messages: two inventories against each other.

mod compare;
mod difference;
mod order;

pub use compare::{Comparison, compare};
pub use difference::{Difference, DifferenceKind};
