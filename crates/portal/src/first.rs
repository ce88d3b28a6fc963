//! The first administrator: a server without one prints a one-time link.

use refit_desk::{BusinessCalendar, Role, Rules, UserId};
use refit_store::{JsonText, Organisation, User};
use serde_json::json;

use crate::failure::Failure;
use crate::link::{self, Invited, Why};
use crate::people;
use crate::person::{OrganisationSettings, role_word};
use crate::portal::Portal;
use crate::record::Origin;

/// The team's own organisation.
pub(crate) const TEAM: &str = "team";
/// The first administrator.
const ADMINISTRATOR: &str = "administrator";

/// Makes the first administrator, if there is none who can log in; gives the one-time link.
pub(crate) async fn administrator(
    portal: &Portal,
    origin: &Origin,
) -> Result<Option<String>, Failure> {
    let users = people::users(&portal.store, None).await?;
    let can_log_in = |user: &User| {
        let has_way = user.password_hash.is_some() || user.identity.is_some();
        user.role == role_word(Role::Administrator) && user.disabled.is_none() && has_way
    };
    if users.iter().any(can_log_in) {
        return Ok(None);
    }
    make_team(portal, origin).await?;
    if !users.iter().any(|user| user.id == ADMINISTRATOR) {
        let user = User {
            id: ADMINISTRATOR.to_owned(),
            organisation: TEAM.to_owned(),
            role: role_word(Role::Administrator).to_owned(),
            groups: Vec::new(),
            name: "Administrator".to_owned(),
            email: portal.settings.administrator.clone(),
            identity: None,
            password_hash: None,
            disabled: None,
            version: 0,
        };
        let details = json!({ "user": user.id, "role": user.role });
        let record = origin.record("user-made", None, Some(TEAM), details)?;
        portal.store.save_user(&user, &record).await?;
    }
    let user = UserId::new(ADMINISTRATOR).map_err(Failure::internal)?;
    let invited = Invited { user, why: Why::FirstAdministrator };
    link::make(portal, &invited, None, origin).await.map(Some)
}

/// Makes the team's own organisation, if it is not there.
pub(crate) async fn make_team(portal: &Portal, origin: &Origin) -> Result<(), Failure> {
    if portal.store.organisation(TEAM).await?.is_some() {
        return Ok(());
    }
    let calendar: BusinessCalendar = Rules::default().team_calendar;
    let settings = OrganisationSettings { support_plan: None, calendar };
    let team = Organisation {
        id: TEAM.to_owned(),
        name: "The team".to_owned(),
        settings: JsonText::of(&settings)?,
        disabled: None,
        version: 0,
    };
    let record =
        origin.record("organisation-made", None, Some(TEAM), json!({ "organisation": TEAM }))?;
    portal.store.save_organisation(&team, &record).await?;
    Ok(())
}
