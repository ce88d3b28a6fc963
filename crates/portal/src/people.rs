//! The names of people, as pages and letters show them.

use refit_desk::{Actor, Case, Post, Recipient, Role, UserId};
use refit_pages::{People, Person};
use refit_store::{Store, User};

use crate::failure::Failure;
use crate::person::{role_of, role_word};

/// How many users are read at once.
const AT_ONCE: u32 = 500;

/// All users, of one organisation or of all.
pub(crate) async fn users(store: &Store, organisation: Option<&str>) -> Result<Vec<User>, Failure> {
    let mut users: Vec<User> = Vec::new();
    loop {
        let after = users.last().map_or("", |user| &user.id).to_owned();
        let more = store.users(organisation, &after, AT_ONCE).await?;
        let is_all = more.len() < AT_ONCE as usize;
        users.extend(more);
        if is_all {
            return Ok(users);
        }
    }
}

/// The names of all people.
pub(crate) async fn everybody(store: &Store) -> Result<People, Failure> {
    names(&users(store, None).await?)
}

/// The names of the people that a case concerns: the team's, and its customer's.
pub(crate) async fn of_case(store: &Store, case: &Case) -> Result<People, Failure> {
    let customer = case.request.as_ref().map(|one| one.customer.organisation.as_str());
    let mut concerned = users(store, None).await?;
    concerned
        .retain(|user| user.role != "customer" || Some(user.organisation.as_str()) == customer);
    names(&concerned)
}

/// The names of these users.
pub(crate) fn names(users: &[User]) -> Result<People, Failure> {
    let name = |user: &User| {
        let id = UserId::new(&user.id).map_err(Failure::internal)?;
        Ok((id, Person { name: user.name.clone(), role: role_of(&user.role)? }))
    };
    Ok(People(users.iter().map(name).collect::<Result<_, Failure>>()?))
}

/// The case's consultant, in whose name the server records what it has done for a request; why
/// there is none, in words.
pub(crate) async fn consultant(
    store: &Store,
    case: &Case,
) -> Result<Result<Actor, String>, Failure> {
    let Some(user) = case.holder(Post::Consultant).cloned() else {
        return Ok(Err("The request has no consultant.".to_owned()));
    };
    let Some(known) = store.user(user.as_str()).await? else {
        return Ok(Err(format!("There is no user {user} any more.")));
    };
    let organisation = known.organisation.parse().map_err(Failure::internal)?;
    Ok(Ok(Actor { user, role: Role::Consultant, organisation }))
}

/// The users whom recipients stand for: those who can log in.
pub(crate) fn of_recipients<'a>(users: &'a [User], to: &[Recipient]) -> Vec<&'a User> {
    let is_meant = |user: &User| {
        to.iter().any(|one| match one {
            Recipient::User(id) => id.as_str() == user.id,
            Recipient::Team => user.role != "customer",
            Recipient::Role(role) => user.role == role_word(*role),
        })
    };
    users.iter().filter(|user| user.disabled.is_none() && is_meant(user)).collect()
}
