//! The world around a simulated run.

use std::collections::BTreeMap;
use std::sync::Arc;

use refit_execute::{Clock, Finding, KeyChange, World, WorldError};
use refit_hosts::{Deadline, Host, Reader};
use refit_model::{BrokerCheck, Digest, Fingerprint, HostName, HostPath, Secret};

use crate::clock::SimClock;
use crate::host::{SimHost, artifact, version};
use crate::simulation::Simulation;
use crate::site;

/// The world as one process of Refit's sees it.
pub(crate) struct SimWorld {
    host: SimHost,
    clock: SimClock,
}

impl SimWorld {
    pub(crate) fn new(host: SimHost) -> Self {
        let clock = SimClock(Arc::clone(&host.sim));
        Self { host, clock }
    }

    fn sim(&self) -> &Simulation {
        &self.host.sim
    }
}

impl World for SimWorld {
    fn host(&self, _name: &HostName) -> Result<&dyn Host, WorldError> {
        Ok(&self.host)
    }

    fn artifact(&self, file: &str) -> HostPath {
        artifact(file)
    }

    fn content(
        &self,
        reader: Reader<'_>,
        _template: Digest,
        secrets_from: &HostPath,
    ) -> Result<Secret, WorldError> {
        let users = reader.read(&secrets_from.join("users"), 100)?;
        Ok(Secret::new([b"settled ".to_vec(), users].concat()))
    }

    fn fingerprint(&self, content: &[u8]) -> Fingerprint {
        let mut mac = [0; 32];
        let length = content.len().min(mac.len());
        mac[..length].copy_from_slice(&content[..length]);
        Fingerprint::from_mac(&mac)
    }

    fn broker(
        &self,
        reader: Reader<'_>,
        check: &BrokerCheck,
        _deadline: Deadline,
    ) -> Result<Finding, WorldError> {
        let found = reader.matching(&check.process)?;
        let [one] = found.as_slice() else {
            return Ok(Finding::Not(format!("{} brokers run there", found.len())));
        };
        let listens = reader.listening_ports()?.contains(&site::PORT);
        let told = version(&self.sim().state(), one.id.pid).filter(|_| listens);
        Ok(match told {
            Some(version) if version == check.version.to_string() => {
                Finding::Holds(format!("it tells {version}"))
            }
            Some(version) => Finding::Not(format!("it tells {version}")),
            None => Finding::Not("it does not answer".into()),
        })
    }

    fn with_values(
        &self,
        _file: &str,
        _content: &[u8],
        _changes: &[KeyChange],
    ) -> Result<Secret, WorldError> {
        Err(WorldError::new("this site is not rehearsed"))
    }

    fn holdings(
        &self,
        _reader: Reader<'_>,
        _check: &BrokerCheck,
        _deadline: Deadline,
    ) -> Result<Option<BTreeMap<String, u64>>, WorldError> {
        Ok(None)
    }

    fn redact(&self, text: &str) -> String {
        text.replace("secret", "(secret)")
    }

    fn clock(&self) -> &dyn Clock {
        &self.clock
    }
}
