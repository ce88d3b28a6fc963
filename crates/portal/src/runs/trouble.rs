//! Why a run is not followed.

use refit_app::StateError;
use refit_execute::{JournalError, StatusError};
use refit_model::{RunId, with_causes};
use refit_store::MirrorError;

use super::end;
use crate::failure::Failure;

/// Why a run is not as it should be.
pub(super) enum Trouble {
    /// It stays so until a person does something: told on its page.
    Finding(String),
    /// It may be over the next time.
    Failed(Failure),
}

/// What a journal is told that is not the one that was seen.
pub(super) fn differs(run: &RunId, sequence: u64) -> Trouble {
    Trouble::Finding(format!(
        "The journal of the run {run} on this machine is another one than was seen before (event \
         {sequence} or one before it differs). What was seen stays as it is. Bring the state \
         directory back that the run was made with."
    ))
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<refit_store::StoreError> for Trouble {
    fn from(error: refit_store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<StateError> for Trouble {
    fn from(error: StateError) -> Self {
        Self::Failed(Failure::internal(error))
    }
}

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Damaged { .. } | JournalError::Torn { .. } => Self::Finding(format!(
                "{}. Nothing of it is taken over. Bring the state directory back that the run was \
                 made with.",
                with_causes(&error)
            )),
            _ => Self::Failed(Failure::internal(error)),
        }
    }
}

impl From<StatusError> for Trouble {
    fn from(error: StatusError) -> Self {
        Self::Finding(format!("The journal holds what cannot be: {error}."))
    }
}

impl From<MirrorError> for Trouble {
    fn from(error: MirrorError) -> Self {
        match error {
            MirrorError::Differs { run, sequence } => differs(&run, sequence),
            MirrorError::OtherCase { .. } => Self::Finding(format!("{error}.")),
            MirrorError::Gap { .. } => Self::Failed(Failure::internal(error)),
            MirrorError::Store(error) => error.into(),
        }
    }
}

impl From<end::NotRecorded> for Trouble {
    fn from(not: end::NotRecorded) -> Self {
        match not {
            end::NotRecorded::Refused(why) => Self::Finding(why),
            end::NotRecorded::Failed(failure) => Self::Failed(failure),
        }
    }
}
