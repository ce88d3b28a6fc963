//! From measurements to verdicts, and the document of a whole trial.

mod assemble;
mod judge;
mod rules;
mod test_result;
mod trial_report;

pub use assemble::ReportError;
pub use judge::{judge_access, judge_accounting, judge_gaps, judge_messages, judge_ratio};
pub use rules::{Rule, TrialRules};
pub use test_result::{PairedResult, TestResult};
pub use trial_report::{Design, Installed, TrialReport, TrialSubject};
