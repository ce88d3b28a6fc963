//! Statistics without I/O: paired log ratios, their intervals, and the verdicts that follow.
//!
//! The unit of evidence is a pair of runs, one of each side, never a message: messages of one run
//! depend on each other. A ratio is *after* by *before*, turned so that more than 1 is worse.
//! Computing is done with floats; what comes out are integers, bounds rounded away from a pass.

mod family;
mod interval;
mod judgement;
mod looks;
mod pairs;
mod rounding;
mod sign_flip;
mod zero_events;

pub use family::{judge_family, judge_pairs};
pub use judgement::{CrossCheck, RatioInterval, RatioJudgement};
pub use looks::{DEFAULT_LOOKS, RatioRule, RuleError};
pub use pairs::{Better, PairedValue, Side, alternation};
pub use zero_events::zero_event_bound;
