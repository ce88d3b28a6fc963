//! Documents as text for the terminal, Markdown and HTML.
//!
//! Pure functions: documents go in, text comes out; no I/O, no clock, no look at the environment.
//! The same inputs give the same bytes. Documents hold redacted values only (secrets are slots), so
//! there is nothing here that could show one. Whatever a document holds comes out inert: control
//! characters, markup and invisible characters are shown as what they are.

mod access;
mod approval;
mod assessment;
mod drift;
mod html;
mod inert;
mod markdown;
mod plan;
mod playbook;
mod prose;
mod rehearsal;
mod run;
mod settlement;
mod style;
mod summary;
mod text;
mod trial;
mod view;
mod words;

pub use access::access_html;
pub use approval::approval_text;
pub use assessment::AssessmentReport;
pub use drift::{drift_html, drift_text};
pub use html::{Html, breakable};
pub use inert::line as inert;
pub use plan::{Changed, PlanDiff, PlanReport, plan_command};
pub use playbook::{PlaybookHere, PlaybookReport, SecretFile, Session, ShellWord, StepCommands};
pub use rehearsal::rehearsal_text;
pub use run::{Exit, RunReport, event_line, exits, journal_text, seen_line};
pub use settlement::SettlementReport;
pub use style::Style;
pub use summary::{Summary, SummaryEntry};
pub use trial::{TestView, trial_facts, trial_html, trial_tests, trial_text};
pub use view::{Hunk, Line, LineChange, OptionView, PhaseView, QuestionView, StepView, hunks};
pub use words::{measured, remedy_words, size_words, strategy_words};
