//! One-time links with which people set a password.

use jiff::SignedDuration;
use refit_desk::UserId;
use refit_pages::paths;
use refit_store::{JsonText, NewLink};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::failure::Failure;
use crate::login::later;
use crate::portal::Portal;
use crate::record::Origin;
use crate::token::Token;

/// What the links are for.
pub(crate) const PURPOSE: &str = "set-password";
/// How long a link works.
const LIFE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invited {
    pub(crate) user: UserId,
    pub(crate) why: Why,
}

/// What somebody gets a link for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Why {
    FirstAdministrator,
    Invitation,
    Reset,
}

/// Makes a link; its address is given this once.
pub(crate) async fn make(
    portal: &Portal,
    invited: &Invited,
    by: Option<&str>,
    origin: &Origin,
) -> Result<String, Failure> {
    let token = Token::random();
    let link = NewLink {
        hash: token.hash(),
        purpose: PURPOSE.to_owned(),
        body: JsonText::of(invited)?,
        at: origin.at,
        ends: later(origin.at, LIFE),
    };
    let details = json!({ "user": invited.user, "why": invited.why });
    let record = origin.record("link-made", by, None, details)?;
    portal.store.make_link(&link, &record).await?;
    Ok(format!("{}{}", portal.url, paths::set_password(token.expose())))
}
