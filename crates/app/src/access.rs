//! `refit access check`: what may be read and written is proved, path by path.

use std::time::{Duration, Instant};

use refit_hosts::{HostError, Process, Reader};
use refit_model::{
    AccessNeed, AccessProof, AccessReport, Assessment, Endpoint, EndpointCheck, FileRole, Folders,
    HostPath, Login, ProcessMatch, Protocol, Stored,
};
use refit_packs::Pack;
use refit_truth::{EndpointAnswer, KnownLogins, interview};
use refit_wire::Connect;

use crate::{App, Result, Target, reach, read_logins};

/// How long one question to a host may take.
const QUESTION_SECONDS: u32 = 120;
/// Files of an installation that are read to prove that they can be.
const FILE_LIMIT: u64 = 64 << 20;
/// How long one login may take.
const LOGIN_SECONDS: u64 = 15;

impl App<'_> {
    /// Proves what may be read and written for an upgrade of this installation, and keeps the
    /// report. Every file that is made for it is removed again.
    pub fn access_check(&self, target: &Target) -> Result<Stored<AccessReport>> {
        let host = reach::host(target)?;
        let connect = reach::connect(target)?;
        let reader = Reader::new(&*host, &self.cancel, QUESTION_SECONDS);
        let user = reader.identity()?.uid;
        let mut proofs = Vec::new();
        match self.look(target, None) {
            Err(error) => proofs.push(AccessProof {
                what: "look at the installation".into(),
                at: target.entry().home.to_string(),
                needs: AccessNeed::Read,
                proved: false,
                answer: error.chain(),
            }),
            Ok(assessed) => {
                proofs.extend(reading(reader, &assessed.assessment));
                proofs.push(process(&assessed.assessment));
                proofs.extend(writing(reader, &assessed.assessment.folders));
                let known = read_logins(&target.entry().logins, self)?;
                let pack = self.packs.get(target.entry().platform.as_str())?;
                let running = running(reader, &pack, &assessed.assessment.folders.home)?;
                proofs.extend(logins(target, &assessed.assessment, |endpoint| {
                    ask(reader, &*connect, running.as_ref(), &known, endpoint)
                }));
            }
        }
        Ok(self.state.save(AccessReport {
            environment: target.environment_name().clone(),
            installation: target.installation.clone(),
            platform: target.entry().platform.clone(),
            host: target.entry().host.to_string(),
            user,
            proofs,
        })?)
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
            needs: AccessNeed::Read,
            proved: unreadable.is_none(),
            answer: unreadable.unwrap_or_else(|| match files.len() {
                1 => "1 file was read".to_owned(),
                count => format!("{count} files were read"),
            }),
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
        needs: AccessNeed::Read,
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
    let (what, at) = (what.to_owned(), path.to_string());
    AccessProof { what, at, needs: AccessNeed::Write, proved, answer }
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

/// The logins of the environment file are tried at the running broker, and nowhere else: a password
/// is sent only to a socket that belongs to its process.
fn logins(
    target: &Target,
    assessment: &Assessment,
    told: impl Fn(&Endpoint) -> Told,
) -> Vec<AccessProof> {
    let of = |protocol: Protocol| {
        let plain = |one: &&Endpoint| one.protocol == protocol && !one.tls;
        assessment.endpoints.iter().find(plain)
    };
    let given = &target.entry().logins;
    vec![
        login("broker", given.broker.as_ref(), of(Protocol::Stomp), &told),
        login("console", given.console.as_ref(), of(Protocol::Http), &told),
    ]
}

fn login(
    name: &str,
    given: Option<&Login>,
    endpoint: Option<&Endpoint>,
    told: &impl Fn(&Endpoint) -> Told,
) -> AccessProof {
    let what = format!("log in to the {name}");
    let needs = AccessNeed::Read;
    let untried = |answer: String| AccessProof {
        what: what.clone(),
        at: "-".into(),
        needs,
        proved: true,
        answer,
    };
    let Some(login) = given else {
        return untried(format!("no login is given (`logins.{name}`): less can be proved later"));
    };
    let Some(endpoint) = endpoint else {
        return untried("not tried: no connector without TLS that Refit can log in to".into());
    };
    let (proved, answer) = match told(endpoint) {
        Ok(told) => (true, format!("as {}; it says: {told}", login.user)),
        Err(why) => (false, format!("as {}: {why}", login.user)),
    };
    AccessProof { what, at: address(endpoint), needs, proved, answer }
}

/// The version that was told, or why none was.
type Told = std::result::Result<String, String>;

/// What an endpoint tells to a login, if it belongs to the process.
fn ask(
    reader: Reader<'_>,
    connect: &dyn Connect,
    process: Option<&Process>,
    known: &KnownLogins,
    endpoint: &Endpoint,
) -> Told {
    let process = process.ok_or("not tried: no broker runs from this home")?;
    let question = EndpointCheck {
        name: endpoint.name.clone(),
        protocol: endpoint.protocol,
        tls: endpoint.tls,
        address: address(endpoint),
        certificate: None,
    };
    let deadline = Instant::now() + Duration::from_secs(LOGIN_SECONDS);
    let told = interview(reader, connect, known, process, &[question], deadline)
        .map_err(|error| error.chain())?;
    match told.endpoints.into_iter().next() {
        Some(EndpointAnswer { version: Some(version), .. }) => Ok(version.to_string()),
        Some(EndpointAnswer { silence: Some(why), .. }) => Err(why.to_string()),
        _ => Err("no answer".to_owned()),
    }
}

/// The one process that runs from the home.
fn running(reader: Reader<'_>, pack: &Pack, home: &HostPath) -> Result<Option<Process>> {
    let pattern = &pack.product.process;
    let mut found = reader.matching(&ProcessMatch {
        executable: pattern.executable.clone(),
        argument_prefix: pattern.folder_arguments.get("home").cloned().unwrap_or_default(),
        folder: home.clone(),
    })?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Where a client on the same machine reaches an endpoint.
fn address(endpoint: &Endpoint) -> String {
    let host = match endpoint.host.as_str() {
        "0.0.0.0" | "::" | "" => "127.0.0.1",
        host => host,
    };
    format!("{host}:{}", endpoint.port)
}
