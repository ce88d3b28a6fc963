//! The portal's pages as functions from values to HTML, and the forms behind them.
//!
//! A page is made of a [`Shell`] (who looks, and what stands around) and a view of its own. There
//! is no I/O and no clock here: the same values give the same bytes. Pages work without JavaScript;
//! the little there is makes them livelier. They hold no rules: what a person may do to a case is
//! asked of the desk each time, which also decides again when the form comes in.
//!
//! Pages need [`CONTENT_SECURITY_POLICY`] and the [`assets`], and nothing from elsewhere.
//! Everything that people typed is hostile: it is escaped, characters that would act or not be seen
//! are shown as what they are, and its direction of writing concerns nothing around it.
//!
//! `docs/decisions/0018-pages-ask-the-desk.md` says why.

mod account;
mod action;
mod administration;
mod asset;
mod error;
pub mod forms;
mod html;
mod letter;
mod list;
mod offers;
pub mod paths;
mod project;
mod questionnaire;
mod second_factor;
mod service;
mod session;
mod shell;
mod show;

pub use account::{AccountView, NewToken, SessionRow, TokenRow, TokenScope, account};
pub use action::{ActionView, CheckedRequest, NewRequestView, action, new_request};
pub use administration::{
    AuditFilter, AuditRow, AuditView, CheckedChain, DeliveryRow, OrganisationRow, OrganisationView,
    OrganisationsView, RulesView, UserRow, UsersView, WebhookRow, WebhooksView, audit,
    organisation, organisations, rules, users, webhooks,
};
pub use asset::{Asset, CONTENT_SECURITY_POLICY, assets};
pub use error::{ErrorView, error};
pub use html::Html;
pub use letter::{LetterView, LetterWords, letter, moment_of};
pub use list::{
    Order, QueueView, RecommendationsView, RequestFilter, RequestRow, RequestsView, queue,
    recommendations, requests, requests_csv,
};
pub use project::{
    AssessmentDetail, CaseView, ComparedLine, Comparison, DecisionsView, Download, DownloadsView,
    HistoryView, KnownDocument, LatencyPlot, LearnedStep, LineChange, LiveRun, LiveStep, LogLine,
    PlanDetail, Planning, PlaybookDetail, PlaybookView, RunCommand, RunExit, RunLink, RunWait,
    SettlementView, StepTone, TrialDetail, TrialTest, UpgradeView, activities, documents,
    downloads, extension, history, overview, playbook, run, run_region, upgrade,
};
pub use questionnaire::{QuestionnaireView, questionnaire};
pub use second_factor::{CodeView, FactorState, SecondFactorView, code, second_factor};
pub use service::service;
pub use session::{
    Elsewhere, LoginView, PasswordPurpose, ReauthenticationView, SetPasswordView, login,
    reauthenticate, set_password,
};
pub use shell::{Notice, Shell, Viewer};
pub use show::{People, Person};
