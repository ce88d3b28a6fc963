//! `refit serve --demo`: an empty store is filled with organisations, people of every role, and
//! requests at every stage of the process, all of them decided by the desk.

mod people;
mod real;
mod requests;

use refit_desk::Actor;
use refit_model::Secret;
use thiserror::Error;

use crate::failure::Failure;
use crate::portal::Portal;
use crate::record::Origin;

/// What a demonstration is made of.
#[derive(Debug)]
pub struct Demo {
    /// The password of everybody in it. It is told this once.
    pub password: Secret,
    /// The people, those of the team first.
    pub people: Vec<DemoPerson>,
    /// How many requests there are.
    pub requests: usize,
    /// What the request with the documents of a real upgrade is called, if there is one.
    pub real: Option<String>,
}

/// Somebody in a demonstration.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// The name to log in with.
    pub user: String,
    /// The person's name.
    pub name: String,
    /// The role, in words.
    pub role: &'static str,
    /// The organisation.
    pub organisation: String,
}

/// A demonstration cannot be made.
#[derive(Debug, Error)]
pub(crate) enum DemoError {
    /// There are people in the store.
    #[error(
        "there are people in these records already, and a demonstration never mixes with them: \
         serve them without --demo, or name another --state"
    )]
    NotEmpty,
    /// The desk refused something: a defect of the walk.
    #[error("the walk of {case} is refused: {why}")]
    Refused {
        /// The case.
        case: String,
        /// Why.
        why: String,
    },
    /// The records cannot be written.
    #[error("{0}")]
    Failed(Failure),
}

/// Fills an empty store.
pub(crate) async fn fill(portal: &Portal) -> Result<Demo, DemoError> {
    if !crate::people::users(&portal.store, None).await?.is_empty() {
        return Err(DemoError::NotEmpty);
    }
    let origin = Origin::of_server(portal.now());
    let (password, people) = people::make(portal, &origin).await?;
    let (requests, real) = requests::make(portal, &origin).await?;
    Ok(Demo { password, people, requests, real })
}

impl DemoError {
    /// What is behind it, for whoever started the server.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::Failed(failure) => failure.causes(),
            _ => None,
        }
    }
}

impl From<Failure> for DemoError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Somebody as the desk sees it.
fn actor(user: &str, role: refit_desk::Role, organisation: &str) -> Result<Actor, Failure> {
    Ok(Actor {
        user: user.parse().map_err(Failure::internal)?,
        role,
        organisation: organisation.parse().map_err(Failure::internal)?,
    })
}
