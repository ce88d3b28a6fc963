//! The world around a run: hosts, templates with their secrets, questions to brokers.

use std::collections::BTreeMap;
use std::sync::Mutex;

use refit_execute::{Finding, KeyChange, World, WorldError};
use refit_hosts::{Cancel, Deadline, Host, Reader};
use refit_model::{
    Assessment, BrokerCheck, Digest, Fingerprint, HostName, HostPath, Protocol, Secret, Template,
};
use refit_packs::{Documents, Pack};
use refit_settings::{ConnectorUri, Document};
use refit_truth::{KnownLogins, Verdict, check};
use refit_wire::Connect;
use refit_wire::jolokia::Jolokia;

use crate::{App, Fingerprinter, Result, StateDir, Target, reach, read_logins};

/// Configuration files are small.
const FILE_LIMIT: u64 = 64 << 20;
/// Shorter values are too common to be taken out of texts.
const SHORTEST_REDACTED: usize = 4;

/// What a run needs, for one installation.
pub(crate) struct AppWorld {
    host: Box<dyn Host>,
    connect: Box<dyn Connect>,
    artifacts: HostPath,
    state: StateDir,
    pack: Pack,
    fingerprinter: Fingerprinter,
    logins: KnownLogins,
    /// Every secret that was read, to keep it out of texts.
    secrets: Mutex<Vec<Secret>>,
}

impl AppWorld {
    /// The world of an installation; reads the logins, and learns the secrets of the live
    /// configuration so that they can be kept out of texts.
    pub(crate) fn new(
        app: &App<'_>,
        target: &Target,
        assessment: &Assessment,
        artifacts: HostPath,
    ) -> Result<Self> {
        let entry = target.entry();
        let logins = read_logins(&entry.logins, app)?;
        let known = [&logins.broker, &logins.console];
        let secrets = known.into_iter().flatten().map(|login| login.password.clone()).collect();
        let world = Self {
            host: reach::host(target)?,
            connect: reach::connect(target)?,
            artifacts,
            state: app.state.clone(),
            pack: app.packs.get(entry.platform.as_str())?,
            fingerprinter: app.state.fingerprinter()?,
            logins,
            secrets: Mutex::new(secrets),
        };
        let reader = Reader::new(&*world.host, &app.cancel, 60);
        for file in assessment.files.iter().filter(|file| file.template.is_some()) {
            let path = assessment.folders.home.join(file.path.as_path());
            // What was changed or moved since is no reason to stop here: the run's own checks
            // look at it.
            if let (Some(name), Ok(bytes)) = (file.path.to_str(), reader.read(&path, FILE_LIMIT)) {
                world.learn(name, &bytes);
            }
        }
        Ok(world)
    }

    /// Remembers the secrets of a file.
    fn learn(&self, file: &str, bytes: &[u8]) {
        let Some(document) = self.parse(file, bytes) else { return };
        let slots = document.template().slots;
        let public = self.pack.product.not_secret.as_ref();
        let public = public.map_or(&[][..], |known| known.values.as_slice());
        let is_public = |secret: &Secret| {
            secret.expose_text().is_some_and(|text| public.iter().any(|value| value == text))
        };
        let found = slots.iter().filter_map(|slot| document.secret(&slot.key));
        let found: Vec<_> = found.filter(|secret| !is_public(secret)).collect();
        if let Ok(mut secrets) = self.secrets.lock() {
            secrets.extend(found);
        }
    }

    /// A configuration file, by its path within the home; none if Refit cannot read it.
    pub(crate) fn parse(&self, file: &str, bytes: &[u8]) -> Option<Document> {
        Document::parse(bytes, self.pack.settings.file(file)?).ok()
    }

    /// Every configuration file of a home that Refit reads.
    pub(crate) fn documents(&self, home: &HostPath) -> Documents {
        let cancel = Cancel::new();
        let reader = Reader::new(&*self.host, &cancel, 60);
        let files = self.pack.settings.file.iter();
        let read = |file: &str| {
            // A home need not have every file that the pack knows.
            let bytes = reader.read(&home.join(file), FILE_LIMIT).ok()?;
            Some((file.to_owned(), self.parse(file, &bytes)?))
        };
        files.filter_map(|spec| read(&spec.path)).collect()
    }

    /// The logins that questions use.
    pub(crate) fn logins(&self) -> &KnownLogins {
        &self.logins
    }

    /// The pack.
    pub(crate) fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The installation's host.
    pub(crate) fn managed(&self) -> &dyn Host {
        &*self.host
    }
}

impl World for AppWorld {
    fn host(&self, name: &HostName) -> std::result::Result<&dyn Host, WorldError> {
        if *self.host.name() == *name {
            Ok(&*self.host)
        } else {
            Err(WorldError::new(format!("the environment has no host `{name}`")))
        }
    }

    fn artifact(&self, file: &str) -> HostPath {
        self.artifacts.join(file)
    }

    fn content(
        &self,
        reader: Reader<'_>,
        template: Digest,
        secrets_from: &HostPath,
    ) -> std::result::Result<Secret, WorldError> {
        let stored = self.state.load::<Template>(template);
        let template = stored.map_err(|error| WorldError::new(error.to_string()))?.body;
        let mut live: BTreeMap<String, Document> = BTreeMap::new();
        for slot in &template.slots {
            if live.contains_key(&slot.file) {
                continue;
            }
            let path = secrets_from.join(&slot.file);
            let bytes = reader.read(&path, FILE_LIMIT)?;
            let document = self.parse(&slot.file, &bytes);
            let document = document
                .ok_or_else(|| WorldError::new(format!("{path} cannot be read any more")))?;
            live.insert(slot.file.clone(), document);
        }
        template.fill(|slot| live.get(&slot.file)?.secret(&slot.key)).map_err(|error| {
            WorldError::new(format!("{error}, which the plan takes from the old file"))
        })
    }

    fn fingerprint(&self, content: &[u8]) -> Fingerprint {
        self.fingerprinter.of(content)
    }

    fn broker(
        &self,
        reader: Reader<'_>,
        wanted: &BrokerCheck,
        deadline: Deadline,
    ) -> std::result::Result<Finding, WorldError> {
        let verdict = check(reader, &*self.connect, &self.logins, wanted, deadline.instant());
        match verdict? {
            Verdict::IsNot(reason) => Ok(Finding::Not(reason)),
            Verdict::Is(told) => {
                let asked = told.endpoints.iter().filter(|answer| answer.version.is_some());
                let names: Vec<_> = asked.map(|answer| answer.endpoint.name.clone()).collect();
                Ok(Finding::Holds(format!(
                    "process {} tells {} at {}",
                    told.process.id.pid,
                    wanted.version,
                    names.join(", ")
                )))
            }
        }
    }

    fn with_values(
        &self,
        file: &str,
        content: &[u8],
        changes: &[KeyChange],
    ) -> std::result::Result<Secret, WorldError> {
        let wrong = |why: String| WorldError::new(format!("{file}: {why}"));
        let document = self.parse(file, content);
        let document = document.ok_or_else(|| wrong("it cannot be read".into()))?;
        let mut values = Vec::new();
        for change in changes {
            values.push(match change {
                KeyChange::Value { key, to } => (key.clone(), to.clone()),
                KeyChange::UriAddress { key, host, port } => {
                    let keys = document.keys();
                    let found = keys.iter().find(|found| found.live && found.path == *key);
                    let uri = found.and_then(|found| ConnectorUri::parse(found.value.as_deref()?));
                    let uri = uri.ok_or_else(|| wrong(format!("`{key}` holds no plain URI")))?;
                    (key.clone(), uri.with_host(host).with_port(*port).to_string())
                }
            });
        }
        let values: Vec<_> =
            values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let result = document.with_values(&values).map_err(|error| wrong(error.to_string()))?;
        result.print().map_err(|error| wrong(error.to_string()))
    }

    fn holdings(
        &self,
        reader: Reader<'_>,
        wanted: &BrokerCheck,
        deadline: Deadline,
    ) -> std::result::Result<Option<BTreeMap<String, u64>>, WorldError> {
        let console = wanted
            .endpoints
            .iter()
            .find(|endpoint| endpoint.protocol == Protocol::Http && !endpoint.tls);
        let (Some(console), Some(login)) = (console, &self.logins.console) else {
            return Ok(None);
        };
        // The password goes to nobody but the broker that is meant.
        let foreign = refit_truth::foreign(reader, wanted);
        if let Some(reason) = foreign? {
            return Err(WorldError::new(reason));
        }
        let jolokia = Jolokia::new(&*self.connect, &console.address, Some(login.clone()));
        let failed = |error: refit_wire::WireError| WorldError::new(error.to_string());
        let queues = jolokia.queues(deadline.instant()).map_err(failed)?;
        let durable = jolokia.durable_subscribers(deadline.instant()).map_err(failed)?;
        let queues = queues.into_iter().map(|queue| (format!("queue {}", queue.name), queue.size));
        let durable = durable.into_iter().map(|one| {
            (format!("{} of {} on {}", one.subscription, one.client_id, one.topic), one.pending)
        });
        Ok(Some(queues.chain(durable).collect()))
    }

    fn redact(&self, text: &str) -> String {
        let Ok(secrets) = self.secrets.lock() else { return "(not shown)".into() };
        let mut shown = text.to_owned();
        for secret in secrets.iter().filter_map(Secret::expose_text) {
            if secret.len() >= SHORTEST_REDACTED {
                shown = shown.replace(secret, "(secret)");
            }
        }
        shown
    }
}
