//! The pages of a case: one head, and a page for each part of it.

mod activities;
mod case_view;
mod choices;
mod documents;
mod history;
mod latency;
mod live;
mod overview;
mod playbook;
mod timeline;
mod upgrade;
mod waits;

pub use activities::activities;
pub use case_view::CaseView;
pub(crate) use case_view::{Part, Subject};
pub(crate) use choices::with_choices;
pub use documents::{DocumentsView, Download, documents};
pub use history::{HistoryView, history};
pub use latency::LatencyPlot;
pub use live::{LiveRun, LiveStep, RunCommand, RunExit, RunWait, StepTone, run, run_region};
pub use overview::overview;
pub use playbook::{ComparedLine, Comparison, LineChange, PlaybookView, playbook};
pub use upgrade::{RunLink, SettlementView, TrialDetail, TrialTest, UpgradeView, upgrade};
