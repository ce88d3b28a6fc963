//! What several documents show, made ready once for all formats.

mod finding;
mod lines;
mod question;
mod settlement;
mod step;

pub(crate) use finding::{sorted, totals};
pub use lines::{Hunk, Line, LineChange, hunks};
pub use question::{OptionView, QuestionView};
pub(crate) use settlement::{Cell, FileView, KeyView};
pub use step::{PhaseView, StepView};
