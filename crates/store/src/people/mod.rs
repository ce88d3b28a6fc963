//! People: who they are, and how they come in.

mod links;
mod logins;
mod second_factors;
mod sessions;
mod token_hash;
mod tokens;
mod users;

pub use links::{Link, LinkUse, NewLink};
pub use logins::{LoginAttempt, LoginGate, LoginLimits};
pub(crate) use second_factors::second_factor_place;
pub use second_factors::{NewSecondFactor, SecondFactor};
pub use sessions::{NewSession, Session};
pub use token_hash::TokenHash;
pub use tokens::{ApiToken, NewApiToken};
pub use users::User;
