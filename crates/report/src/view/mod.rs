//! What several documents show, made ready once for all formats.

mod finding;
mod lines;
mod question;
mod settlement;
mod step;

pub(crate) use finding::{sorted, totals};
pub(crate) use lines::{Hunk, LineChange, hunks};
pub(crate) use question::QuestionView;
pub(crate) use settlement::{Cell, FileView, KeyView};
pub(crate) use step::{PhaseView, StepView};
