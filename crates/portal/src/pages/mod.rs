//! What the pages' routes do: they ask the desk and the records, and show what comes of it.

pub(crate) mod account;
pub(crate) mod actions;
pub(crate) mod administration;
mod confirmed;
pub(crate) mod contents;
pub(crate) mod decisions;
pub(crate) mod documents;
pub(crate) mod entrance;
pub(crate) mod lists;
pub(crate) mod live;
pub(crate) mod project;
pub(crate) mod provider;
pub(crate) mod questionnaire;
pub(crate) mod request;
pub(crate) mod run_exits;
pub(crate) mod second_factor;
pub(crate) mod service;
