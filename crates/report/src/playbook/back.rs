//! The way back as a whole.

use refit_model::{StoreReading, Undo};

use super::PlaybookReport;
use super::view::BoundStep;
use crate::plan::point_of_no_return;
use crate::words;

/// The way back, to be followed from top to bottom.
pub(super) struct BackView {
    /// Until where going back costs nothing, and what it costs then.
    pub(super) cost: String,
    /// What becomes of messages.
    pub(super) messages: &'static str,
    /// The steps to take back, the last one first.
    pub(super) steps: Vec<BackStep>,
}

/// One step to take back.
pub(super) struct BackStep {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) words: Vec<String>,
    pub(super) commands: Vec<String>,
}

pub(super) fn way_back(report: &PlaybookReport<'_>, steps: &[BoundStep<'_>]) -> BackView {
    let keeps = report.way().iter().all(|hop| hop.old_reads_new_store == StoreReading::Yes);
    let messages = if keeps {
        "The old version reads the store that the new one wrote: every message is kept, those of \
         the meantime too."
    } else {
        "The old version may not read the store that the new one wrote: the store is restored as it \
         was before the new version's start, and messages since then are lost. Have that approved \
         before you begin."
    };
    let taken_back = steps.iter().enumerate().rev().filter(|(_, bound)| has_undo(bound));
    BackView {
        cost: point_of_no_return(report.point_of_no_return()),
        messages,
        steps: taken_back
            .map(|(index, bound)| BackStep {
                number: index + 1,
                id: bound.step.id.to_string(),
                title: bound.step.title.clone(),
                words: words::undo(&bound.step.undo),
                commands: bound.commands.undo.clone(),
            })
            .collect(),
    }
}

/// Whether there is something to take back, or something to know about why it cannot be.
fn has_undo(bound: &BoundStep<'_>) -> bool {
    !matches!(bound.step.undo, Undo::Nothing(_)) || !bound.commands.undo.is_empty()
}
