//! Who may read and write everything on a copy.

use std::collections::BTreeSet;

use refit_execute::Scratch;
use refit_hosts::{Change, HostError};
use refit_model::{HostPath, Secret};
use refit_settings::Document;
use refit_wire::Credentials;

use super::random_word;
use crate::world::AppWorld;
use crate::{AppError, Result};

/// The users of JAAS by properties, and their groups, as the vendor's `login.config` names them.
const USERS: &str = "conf/users.properties";
const GROUPS: &str = "conf/groups.properties";
const BROKER: &str = "conf/activemq.xml";
/// The user that is added to copies.
const NAME: &str = "refit-trial";
/// Attributes of permissions that name groups.
const PERMISSIONS: [&str; 3] = ["/@read", "/@write", "/@admin"];
const FILE_LIMIT: u64 = 64 << 20;

/// Who may read and write everything on a copy.
#[derive(Clone, Debug)]
pub(super) enum TrialUser {
    /// The broker asks nobody for a name.
    Anybody,
    /// This user.
    Known(Credentials),
    /// Nobody that is known, for this reason.
    Nobody(String),
}

impl TrialUser {
    /// The name and password to log in with.
    pub(super) fn credentials(&self) -> Result<Option<&Credentials>> {
        match self {
            Self::Anybody => Ok(None),
            Self::Known(credentials) => Ok(Some(credentials)),
            Self::Nobody(why) => Err(AppError::First {
                what: format!("no user is known who may read every message of a copy: {why}"),
                how: "name one in the environment file as `logins.trial`".into(),
            }),
        }
    }
}

/// The user that the operator named; else one that is added to the copy as a member of every group
/// that its permissions name.
pub(super) fn add_user(
    world: &AppWorld,
    scratch: &Scratch<'_>,
    home: &HostPath,
    given: Option<&Credentials>,
) -> Result<TrialUser> {
    if let Some(given) = given {
        return Ok(TrialUser::Known(given.clone()));
    }
    let Some(broker) = document(world, scratch, home, BROKER)? else {
        return Ok(TrialUser::Nobody(format!("{BROKER} cannot be read")));
    };
    let keys = broker.keys();
    let mut live = keys.iter().filter(|key| key.live);
    if !live.any(|key| key.path.contains("AuthenticationPlugin")) {
        return Ok(TrialUser::Anybody);
    }
    let users = document(world, scratch, home, USERS)?;
    let groups = document(world, scratch, home, GROUPS)?;
    let (Some(_), Some(groups)) = (users, groups) else {
        return Ok(TrialUser::Nobody(format!("its users are not in {USERS}")));
    };
    let password = random_word()?;
    append(scratch, home, USERS, &format!("{NAME}={password}\n"))?;
    join_groups(scratch, home, &groups, &named_groups(&broker))?;
    Ok(TrialUser::Known(Credentials::new(NAME, Secret::new(password))))
}

/// The groups that permissions name.
fn named_groups(broker: &Document) -> BTreeSet<String> {
    let keys = broker.keys().into_iter().filter(|key| key.live);
    let named = keys.filter(|key| PERMISSIONS.iter().any(|end| key.path.ends_with(end)));
    let lists: Vec<_> = named.filter_map(|key| key.value).collect();
    lists.iter().flat_map(|list| list.split(',')).map(|name| name.trim().to_owned()).collect()
}

/// Adds the user to every group. A later entry of a properties file is the one that counts.
fn join_groups(
    scratch: &Scratch<'_>,
    home: &HostPath,
    groups: &Document,
    named: &BTreeSet<String>,
) -> Result<()> {
    let known: Vec<_> = groups.keys().into_iter().filter(|key| key.live).collect();
    let names: BTreeSet<_> =
        known.iter().map(|key| &key.path).chain(named).filter(|name| !name.is_empty()).collect();
    let lines: Vec<_> = names
        .into_iter()
        .map(|name| {
            let members = known.iter().find(|key| key.path == *name);
            let members = members.and_then(|key| key.value.as_deref()).unwrap_or_default();
            let comma = if members.is_empty() { "" } else { "," };
            format!("{name}={members}{comma}{NAME}\n")
        })
        .collect();
    append(scratch, home, GROUPS, &lines.concat())
}

fn append(scratch: &Scratch<'_>, home: &HostPath, file: &str, lines: &str) -> Result<()> {
    let path = home.join(file);
    let mut content = scratch.reader().read(&path, FILE_LIMIT)?;
    content.extend_from_slice(format!("\n{lines}").as_bytes());
    let content = Secret::new(content);
    scratch.writer().make(&[Change::Write { path, content, mode: 0o600 }])?;
    Ok(())
}

/// A configuration file of the copy; none if it is not there or cannot be read.
fn document(
    world: &AppWorld,
    scratch: &Scratch<'_>,
    home: &HostPath,
    file: &str,
) -> Result<Option<Document>> {
    match scratch.reader().read(&home.join(file), FILE_LIMIT) {
        Ok(bytes) => Ok(world.parse(file, &bytes)),
        Err(HostError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
