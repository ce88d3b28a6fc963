//! What administrators look after: organisations, users, rules, webhooks, the audit log.

mod audit;
mod organisations;
mod rules;
mod users;
mod webhooks;

pub use audit::{AuditFilter, AuditRow, AuditView, CheckedChain, audit};
pub use organisations::{
    OrganisationRow, OrganisationView, OrganisationsView, organisation, organisations,
};
pub use rules::{RulesView, rules};
pub use users::{UserRow, UsersView, users};
pub use webhooks::{DeliveryRow, WebhookRow, WebhooksView, webhooks};
