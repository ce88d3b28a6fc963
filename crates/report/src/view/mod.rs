//! What several documents show, made ready once for all formats.

mod finding;
mod question;
mod settlement;
mod step;

pub(crate) use finding::{sorted, totals};
pub(crate) use question::QuestionView;
pub(crate) use settlement::{Cell, FileView, KeyView};
pub(crate) use step::{PhaseView, StepView};
