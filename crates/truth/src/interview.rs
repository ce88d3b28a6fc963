//! Asks one process everything that it tells of itself.

use std::fmt;
use std::time::Instant;

use refit_hosts::{Listener, Process, Reader, Result};
use refit_model::{EndpointCheck, Protocol, Version};
use refit_wire::jolokia::{Broker, Jolokia};
use refit_wire::tls::{Trust, handshake};
use refit_wire::{Connect, Credentials, VersionQuestion, WireError, ask_version, open};

/// Logins, read and at hand.
#[derive(Clone, Debug, Default)]
pub struct KnownLogins {
    /// A broker user.
    pub broker: Option<Credentials>,
    /// A user of the management interface.
    pub console: Option<Credentials>,
}

/// What a process told.
#[derive(Clone, Debug)]
pub struct Interview {
    /// The process.
    pub process: Process,
    /// What each endpoint answered, in the order that they were asked.
    pub endpoints: Vec<EndpointAnswer>,
    /// What the management interface told, where it was asked.
    pub management: Option<ManagementAnswer>,
}

/// What an endpoint answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointAnswer {
    /// The endpoint.
    pub endpoint: EndpointCheck,
    /// Whether the process itself listens there.
    pub is_own: bool,
    /// The version that it told, if it was asked and told one.
    pub version: Option<Version>,
    /// The SHA-256 of the certificate that it showed, where TLS is spoken.
    pub certificate: Option<String>,
    /// Why there is no version or no certificate.
    pub silence: Option<Silence>,
}

/// Why an endpoint told nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The process does not listen there.
    NotListening,
    /// It was not asked, since no login is given for it; the word is the key of the login.
    NoLogin(&'static str),
    /// Its protocol tells no version.
    NoVersionInProtocol,
    /// It did not answer as it should.
    Failed(String),
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotListening => f.write_str("the process does not listen there"),
            Self::NoLogin(key) => write!(f, "no login is given for it (`logins.{key}`)"),
            Self::NoVersionInProtocol => f.write_str("this protocol tells no version"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

/// What the management interface told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagementAnswer {
    /// The broker.
    pub broker: Broker,
    /// Its own judgement of its health.
    pub health: String,
    /// The process id that it tells.
    pub pid: Option<u32>,
}

/// Asks `process` at each endpoint. Whatever does not answer is a silence with its reason.
pub fn interview(
    reader: Reader<'_>,
    connect: &dyn Connect,
    logins: &KnownLogins,
    process: &Process,
    endpoints: &[EndpointCheck],
    deadline: Instant,
) -> Result<Interview> {
    let own = reader.listeners_of(process.id)?;
    let mut answers = Vec::new();
    let mut management = None;
    for endpoint in endpoints {
        let is_own = is_own(&own, endpoint);
        let mut answer = EndpointAnswer {
            endpoint: endpoint.clone(),
            is_own,
            version: None,
            certificate: None,
            silence: None,
        };
        if is_own {
            ask(connect, logins, &mut answer, &mut management, deadline);
        } else {
            answer.silence = Some(Silence::NotListening);
        }
        answers.push(answer);
    }
    Ok(Interview { process: process.clone(), endpoints: answers, management })
}

/// Whether one of a process's own sockets listens on the endpoint's port.
pub(crate) fn is_own(own: &[Listener], endpoint: &EndpointCheck) -> bool {
    let port = port_of(&endpoint.address);
    own.iter().any(|listener| Some(listener.port) == port)
}

/// The port of an address.
pub(crate) fn port_of(address: &str) -> Option<u16> {
    address.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
}

/// Asks an endpoint that is tied to the process.
fn ask(
    connect: &dyn Connect,
    logins: &KnownLogins,
    answer: &mut EndpointAnswer,
    management: &mut Option<ManagementAnswer>,
    deadline: Instant,
) {
    let endpoint = answer.endpoint.clone();
    if endpoint.tls {
        match certificate(connect, &endpoint.address, deadline) {
            Ok(shown) => answer.certificate = Some(shown),
            Err(error) => answer.silence = Some(Silence::Failed(error.to_string())),
        }
        return;
    }
    if endpoint.protocol == Protocol::Http {
        match manage(connect, logins, &endpoint.address, deadline) {
            Ok(told) => {
                answer.version = told.broker.version.parse().ok();
                *management = Some(told);
            }
            Err(silence) => answer.silence = Some(silence),
        }
        return;
    }
    let credentials = logins.broker.as_ref();
    if endpoint.protocol != Protocol::Openwire && credentials.is_none() {
        answer.silence = Some(Silence::NoLogin("broker"));
        return;
    }
    let question = VersionQuestion {
        connect,
        protocol: endpoint.protocol,
        address: &endpoint.address,
        credentials,
    };
    match ask_version(&question, deadline) {
        Ok(told) => answer.version = Some(told.version),
        Err(WireError::NoVersion { .. }) => {
            answer.silence = Some(Silence::NoVersionInProtocol);
        }
        Err(error) => answer.silence = Some(Silence::Failed(error.to_string())),
    }
}

/// The SHA-256 of the certificate that is shown. Nothing else is sent over this connection.
fn certificate(
    connect: &dyn Connect,
    address: &str,
    deadline: Instant,
) -> std::result::Result<String, WireError> {
    let stream = open(connect, address, deadline)?;
    let trust = Trust::any_certificate_unverified()
        .map_err(|error| WireError::Tls { at: address.to_owned(), why: error.to_string() })?;
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let server = host.trim_start_matches('[').trim_end_matches(']');
    Ok(handshake(stream, server, &trust, deadline)?.facts().leaf_sha256)
}

fn manage(
    connect: &dyn Connect,
    logins: &KnownLogins,
    address: &str,
    deadline: Instant,
) -> std::result::Result<ManagementAnswer, Silence> {
    let credentials = logins.console.clone().ok_or(Silence::NoLogin("console"))?;
    let jolokia = Jolokia::new(connect, address, Some(credentials));
    let text = |error: WireError| Silence::Failed(error.to_string());
    Ok(ManagementAnswer {
        broker: jolokia.broker(deadline).map_err(text)?,
        health: jolokia.health(deadline).map_err(text)?,
        pid: jolokia.process_id(deadline).map_err(text)?,
    })
}
