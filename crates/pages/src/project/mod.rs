//! The pages of a case: one head, and a page for each part of it.

mod activities;
mod assessment;
mod attached;
mod case_view;
mod choices;
mod decisions;
mod documents;
mod downloads;
mod history;
mod latency;
mod live;
mod overview;
mod plan;
mod playbook;
mod playbook_detail;
mod timeline;
mod trial;
mod upgrade;
mod waits;

pub use activities::activities;
pub use assessment::AssessmentDetail;
pub use case_view::{CaseView, KnownDocument};
pub(crate) use case_view::{Part, Subject};
pub use choices::extension;
pub(crate) use choices::with_choices;
pub use decisions::{DecisionsView, Planning};
pub use documents::documents;
pub use downloads::{Download, DownloadsView, downloads};
pub use history::{HistoryView, history};
pub use latency::LatencyPlot;
pub use live::{
    LiveRun, LiveStep, LogLine, RunCommand, RunExit, RunWait, StepTone, run, run_region,
};
pub use overview::overview;
pub use plan::PlanDetail;
pub use playbook::{ComparedLine, Comparison, LineChange, PlaybookView, playbook};
pub use playbook_detail::{LearnedStep, PlaybookDetail};
pub use trial::{TrialDetail, TrialTest};
pub use upgrade::{RunLink, SettlementView, UpgradeView, upgrade};
