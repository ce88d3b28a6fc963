//! `refit access check`: what may be read and written is proved, path by path.

use std::time::{Duration, Instant};

use refit_hosts::{HostError, Reader};
use refit_model::{Assessment, Endpoint, FileRole, Folders, HostPath, Login, Protocol};
use refit_truth::KnownLogins;
use refit_wire::jolokia::Jolokia;
use refit_wire::stomp::{StompClient, StompLogin};
use refit_wire::{TcpConnect, WireError};
use serde::Serialize;

use crate::{App, Result, Target, read_logins};

/// How long one question to a host may take.
const QUESTION_SECONDS: u32 = 120;
/// Files of an installation that are read to prove that they can be.
const FILE_LIMIT: u64 = 64 << 20;
/// How long one login may take.
const LOGIN_SECONDS: u64 = 15;

/// What was proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessReport {
    /// The host.
    pub host: String,
    /// The user that Refit runs as there.
    pub user: u32,
    /// Each thing that was tried.
    pub proofs: Vec<AccessProof>,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessProof {
    /// What it is for.
    pub what: String,
    /// The path, or the address.
    pub at: String,
    /// Whether it worked.
    pub proved: bool,
    /// What was done, or what failed.
    pub answer: String,
}

impl AccessReport {
    /// Whether everything that an upgrade needs was proved.
    pub fn is_enough(&self) -> bool {
        self.proofs.iter().all(|proof| proof.proved)
    }
}

impl App<'_> {
    /// Proves what may be read and written for an upgrade of this installation. Every file that is
    /// made for it is removed again.
    pub fn access_check(&self, target: &Target) -> Result<AccessReport> {
        let host = self.host(target.environment(), &target.entry().host);
        let reader = Reader::new(&host, &self.cancel, QUESTION_SECONDS);
        let user = reader.identity()?.uid;
        let mut proofs = Vec::new();
        match self.look(target, None) {
            Err(error) => proofs.push(AccessProof {
                what: "look at the installation".into(),
                at: target.entry().home.to_string(),
                proved: false,
                answer: error.chain(),
            }),
            Ok(assessed) => {
                proofs.extend(reading(reader, &assessed.assessment));
                proofs.push(process(&assessed.assessment));
                proofs.extend(writing(reader, &assessed.assessment.folders));
                let known = read_logins(&target.entry().logins, self)?;
                proofs.extend(logins(target, &assessed.assessment, &known));
            }
        }
        Ok(AccessReport { host: target.entry().host.to_string(), user, proofs })
    }
}

/// Configuration and jars are read.
fn reading(reader: Reader<'_>, assessment: &Assessment) -> Vec<AccessProof> {
    let home = &assessment.folders.home;
    let roles = [("configuration", FileRole::Configuration), ("libraries", FileRole::Library)];
    let proof = |(name, role): (&str, FileRole)| {
        let files: Vec<_> = assessment.files.iter().filter(|file| file.role == role).collect();
        let unreadable = files.iter().find_map(|file| {
            let path = home.join(file.path.as_path());
            reader.read(&path, FILE_LIMIT).err().map(|error| error.chain())
        });
        AccessProof {
            what: format!("read the {name}"),
            at: home.to_string(),
            proved: unreadable.is_none(),
            answer: unreadable.unwrap_or_else(|| format!("{} files were read", files.len())),
        }
    };
    roles.into_iter().map(proof).collect()
}

/// The broker's process can be looked into.
fn process(assessment: &Assessment) -> AccessProof {
    let flag = |name: &str| assessment.facts.get(name).map(ToString::to_string);
    let unseen = flag("process.unseen").unwrap_or_default();
    let user = flag("process.user");
    let answer = match (&user, unseen.is_empty()) {
        (Some(user), true) => format!("it runs as {user}, and its sockets and folders can be seen"),
        (None, true) => "none runs from this home".to_owned(),
        (_, false) => unseen.clone(),
    };
    AccessProof {
        what: "look into the broker's process".into(),
        at: assessment.folders.home.to_string(),
        proved: user.is_some() && unseen.is_empty(),
        answer,
    }
}

/// A file is made, read back and deleted wherever steps write.
fn writing(reader: Reader<'_>, folders: &Folders) -> Vec<AccessProof> {
    let beside_home = folders.home.parent().unwrap_or_else(|| folders.home.clone());
    let mut places = vec![
        ("make the new version's folder", folders.install_into.clone()),
        ("keep restore points", folders.restore_points.clone()),
        ("keep lock and outcomes of operations", folders.control.clone()),
        ("rename the data", folders.data.clone()),
        ("set the old version aside", beside_home),
    ];
    if let Some(link) = folders.link.as_ref().and_then(|link| link.path.parent()) {
        places.push(("turn the link", link));
    }
    places.into_iter().map(|(what, path)| written(reader, what, &path)).collect()
}

fn written(reader: Reader<'_>, what: &str, path: &HostPath) -> AccessProof {
    let proof = nearest(reader, path).and_then(|folder| {
        reader.prove_writable(&folder)?;
        Ok(folder)
    });
    let (proved, answer) = match proof {
        Ok(folder) if folder == *path => (true, "a file was made, read and deleted".to_owned()),
        Ok(folder) => {
            (true, format!("will be made; a file was made, read and deleted in {folder}"))
        }
        Err(error) => (false, error.chain()),
    };
    AccessProof { what: what.to_owned(), at: path.to_string(), proved, answer }
}

/// The path, or the folder above it that is there.
fn nearest(reader: Reader<'_>, path: &HostPath) -> std::result::Result<HostPath, HostError> {
    let mut folder = path.clone();
    while !reader.exists(&folder)? {
        match folder.parent() {
            Some(above) => folder = above,
            None => break,
        }
    }
    Ok(folder)
}

/// The logins of the environment file are tried at the running broker.
fn logins(target: &Target, assessment: &Assessment, known: &KnownLogins) -> Vec<AccessProof> {
    let of = |protocol: Protocol| {
        let plain = |one: &&Endpoint| one.protocol == protocol && !one.tls;
        assessment.endpoints.iter().find(plain).map(address)
    };
    let given = &target.entry().logins;
    vec![
        login("broker", given.broker.as_ref(), of(Protocol::Stomp), &|at| {
            let login = StompLogin::new(known.broker.clone());
            let client = StompClient::log_in(&TcpConnect, at, &login, deadline())?;
            let server = client.server().unwrap_or("a server without a name").to_owned();
            client.disconnect(deadline())?;
            Ok(server)
        }),
        login("console", given.console.as_ref(), of(Protocol::Http), &|at| {
            let jolokia = Jolokia::new(&TcpConnect, at, known.console.clone());
            Ok(jolokia.broker(deadline())?.version.clone())
        }),
    ]
}

fn login(
    name: &str,
    given: Option<&Login>,
    at: Option<String>,
    try_it: &dyn Fn(&str) -> std::result::Result<String, WireError>,
) -> AccessProof {
    let what = format!("log in to the {name}");
    let Some(login) = given else {
        let answer = format!("no login is given (`logins.{name}`): less can be proved later");
        return AccessProof { what, at: "-".into(), proved: true, answer };
    };
    let Some(at) = at else {
        let answer = "not tried: no connector without TLS that Refit can log in to".into();
        return AccessProof { what, at: "-".into(), proved: true, answer };
    };
    match try_it(&at) {
        Ok(told) => {
            let answer = format!("as {}; it says: {told}", login.user);
            AccessProof { what, at, proved: true, answer }
        }
        Err(error) => {
            let answer = format!("as {}: {error}", login.user);
            AccessProof { what, at, proved: false, answer }
        }
    }
}

/// Where a client on the same machine reaches an endpoint.
fn address(endpoint: &Endpoint) -> String {
    let host = match endpoint.host.as_str() {
        "0.0.0.0" | "::" | "" => "127.0.0.1",
        host => host,
    };
    format!("{host}:{}", endpoint.port)
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(LOGIN_SECONDS)
}
