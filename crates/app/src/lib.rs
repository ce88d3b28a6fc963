//! Use cases: what the command line and the portal call. Composes the stages, owns the state
//! directory, reads environments and secrets.

mod access;
mod app;
mod approve;
mod assess;
mod backup;
mod cleanup;
mod discover;
mod environment_file;
mod error;
mod follow;
mod fresh;
mod plan;
mod playbook;
mod reach;
mod rehearse;
mod run;
mod secrets;
mod session;
mod settle;
mod show;
mod state;
mod trial;
mod worker;
mod world;

pub use app::{App, Person, Target};
pub use approve::ApprovalRequest;
pub use assess::AssessmentPair;
pub use backup::{
    Fetched, ForgetReport, KeptPoint, NewKey, PointEntry, PointState, RepositoryMade,
    RepositoryPlace, WhichPoint, make_key_file,
};
pub use cleanup::{CleanupItem, CleanupReport};
pub use discover::DiscoveredEnvironment;
pub use environment_file::{
    EnvironmentError, EnvironmentFile, Place, environment_schema, read_environment,
};
pub use error::{AppError, Result};
pub use plan::PlanRequest;
pub use playbook::{
    Applied, CheckResult, Checked, PlaybookBundle, PlaybookFolder, PlaybookPages, Rendered,
    VerifyReport, bundle_name, playbook_bundle, playbook_pages,
};
pub use refit_playbook::shell::word as shell_word;
pub use refit_repository::{Judged, Kept, Key, Pruned, RepositoryCheck, Retention};
pub use run::{ByHand, RunOptions, RunView};
pub use secrets::{AskSecret, SecretError, read_login, read_logins, read_secret};
pub use session::session_user;
pub use settle::{KnownOfFile, NamedContent, SettleRequest, SettledAlone, settle_alone};
pub use show::{AnyDocument, step_commands};
pub use state::{Fingerprinter, Newest, RunEntry, RunLock, StateDir, StateError};
pub use trial::TrialRequest;
pub use worker::{IN_BACKGROUND, Worker};
