//! From an assessment to a plan. Pure: the same inputs give the same bytes.
//!
//! The configuration is settled file by file; the strategy lays the steps out; the linter looks
//! whether the plan holds together. Nothing is left to be chosen while it runs.

mod data_location;
mod error;
mod inputs;
mod lint;
mod new_home;
mod old_home;
mod plan;
mod scratch_places;
mod settled;
mod side_by_side;

pub use error::PlanError;
pub use inputs::Inputs;
pub use lint::lint;
pub use plan::{Planned, plan};
pub use scratch_places::ScratchPlaces;

/// A path within the home as steps may name it, whatever its characters.
fn literal_path(path: &refit_model::HostPath) -> refit_model::HostPath {
    match path.to_str() {
        Some(text) => refit_model::literal(text).into(),
        None => path.clone(),
    }
}
