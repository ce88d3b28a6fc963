//! `refit playbook`: compiled from a run, and used in the next environment.

mod build;
mod bundle;
mod find;
mod folder;
mod follow;
mod pages;
mod render;
mod verify;

pub use bundle::{PlaybookBundle, bundle_name, playbook_bundle};
pub use folder::PlaybookFolder;
pub use follow::Applied;
pub use pages::{PlaybookPages, playbook_pages};
pub use render::Rendered;
pub use verify::{CheckResult, Checked, VerifyReport};
