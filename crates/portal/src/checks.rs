//! What the desk leaves to the server: whether the people that an action names are there, and what
//! they are.

use refit_desk::{Action, Case, UserId};
use refit_model::{Digest, Plan};
use refit_pages::forms::FormErrors;
use refit_store::User;

use crate::documents;
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

/// Whether the contents that an action names are kept with the case; which is not, otherwise. So
/// no way to one leads nowhere. A journal that the server follows counts, too.
pub(crate) async fn contents(
    portal: &Portal,
    case: &Case,
    action: &Action,
) -> Result<Result<(), FormErrors>, Failure> {
    let named = action.contents();
    if named.is_empty() {
        return Ok(Ok(()));
    }
    let contents = portal.contents_of(&case.id).await?;
    for digest in named {
        if contents.open(digest).await?.is_some() || is_followed(portal, action, digest).await? {
            continue;
        }
        let what = format!("No content with the digest {digest} is kept here: send the file.");
        return Ok(Err(FormErrors::of_whole(what)));
    }
    Ok(Ok(()))
}

/// Whether the server follows a journal that ends so.
async fn is_followed(portal: &Portal, action: &Action, digest: Digest) -> Result<bool, Failure> {
    let Action::RecordRun(run) = action else { return Ok(false) };
    let mirrored = portal.store.mirrored_run(&run.run).await?;
    Ok(mirrored.is_some_and(|mirrored| mirrored.last == digest))
}

/// Whether what is said about a plan fits its document, as far as that is at hand: decisions answer
/// what it leaves open, and what leaves something open is not accepted. What is wrong, otherwise.
pub(crate) async fn plan(
    portal: &Portal,
    case: &Case,
    action: &Action,
) -> Result<Result<(), FormErrors>, Failure> {
    let (Action::TakeDecisions { plan, .. } | Action::AcceptPlan { plan, .. }) = action else {
        return Ok(Ok(()));
    };
    let is_posted = case.plans.iter().any(|posted| posted.digest == *plan);
    // One that was never posted is refused by the desk, whatever it is.
    let document =
        if is_posted { documents::kept::<Plan>(portal, case, *plan).await? } else { None };
    Ok(match (action, document) {
        (Action::TakeDecisions { choices, .. }, Some(plan)) => case
            .check_choices(&plan.body, choices)
            .map_err(|refusal| FormErrors::of_refusal(&refusal)),
        (Action::TakeDecisions { .. }, None) if is_posted => Err(FormErrors::of_whole(
            "The plan itself is not kept here, and what it leaves open is not known: attach it.",
        )),
        (Action::AcceptPlan { .. }, Some(plan)) if !plan.body.questions.is_empty() => {
            Err(FormErrors::of_whole(
                "The plan leaves something open: decide it first, and accept the plan that is made \
                 with it.",
            ))
        }
        _ => Ok(()),
    })
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
