//! What the desk leaves to the server: whether the people that an action names are there, and what
//! they are.

use refit_desk::{Action, Case, UserId};
use refit_pages::forms::FormErrors;
use refit_store::User;

use crate::failure::Failure;
use crate::person::role_word;
use crate::portal::Portal;

/// Whether the people that an action names may have what it gives them; what is wrong, otherwise.
pub(crate) async fn people(
    portal: &Portal,
    case: &Case,
    action: &Action,
) -> Result<Result<(), FormErrors>, Failure> {
    let customer = case.request.as_ref().map(|one| one.customer.organisation.as_str());
    match action {
        Action::Assign { post, to, .. } => {
            let role = role_word(post.role());
            let is_right = |user: &User| user.role == role;
            named(portal, [to], is_right, &format!("is no {}", post.role())).await
        }
        Action::NameContact(contact) => {
            let is_right = |user: &User| Some(user.organisation.as_str()) == customer;
            named(portal, [&contact.user], is_right, "is none of the customer's people").await
        }
        Action::SetGroup(group) => {
            let is_right = |user: &User| {
                user.role != "customer" || Some(user.organisation.as_str()) == customer
            };
            let why = "belongs neither to the team nor to the customer";
            named(portal, &group.members, is_right, why).await
        }
        _ => Ok(Ok(())),
    }
}

async fn named<'a>(
    portal: &Portal,
    users: impl IntoIterator<Item = &'a UserId>,
    is_right: impl Fn(&User) -> bool,
    why: &str,
) -> Result<Result<(), FormErrors>, Failure> {
    for id in users {
        let user = portal.store.user(id.as_str()).await?;
        if !user.is_some_and(|user| user.disabled.is_none() && is_right(&user)) {
            return Ok(Err(FormErrors::of_whole(format!("`{id}` {why}, or cannot log in."))));
        }
    }
    Ok(Ok(()))
}
