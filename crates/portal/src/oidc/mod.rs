//! Logging in with an OpenID provider: authorization code with PKCE.
//!
//! Nothing is kept between going there and coming back: the state, signed with what only this
//! browser has, holds what is needed, and counts once ([`Ticket`]). The provider is asked for its
//! description each time that it has to be believed, so that its keys may change.

mod provider;
mod settings;
mod ticket;

pub(crate) use provider::{Identity, Provider, ProviderError};
pub use settings::OidcSettings;
pub(crate) use ticket::{LIFE, Ticket, Why};
