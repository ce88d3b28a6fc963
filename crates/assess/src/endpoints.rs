//! The broker's addresses: who listens there, and what answers.

use refit_hosts::{Process, Reader};
use refit_model::{Endpoint, EndpointCheck, Installation, Protocol};
use refit_packs::{Endpoints, Pack};
use refit_truth::Interview;

use crate::Result;
use crate::gathered::Gathered;
use crate::request::Request;

/// How long the broker may take to answer all questions.
const ANSWER_SECONDS: u64 = 20;

/// Compares what is configured with who listens, and asks the broker.
pub(crate) fn look(
    gathered: &mut Gathered,
    request: &Request<'_>,
    configured: &Endpoints,
    process: Option<&Process>,
) -> Result<Option<Interview>> {
    let endpoints: Vec<_> = configured.endpoints.iter().map(|one| &one.endpoint).collect();
    listeners(gathered, request.reader, &endpoints, process)?;
    gathered.list("endpoint.port_differs", differing_ports(request.entry, &endpoints));
    gathered.list("endpoint.unknown_scheme", configured.unknown_schemes.clone());
    gathered.list("endpoint.tell_version", telling_version(request.pack, &endpoints));
    let Some(process) = process else {
        gathered.fact("broker.answers", false);
        return Ok(None);
    };
    let questions: Vec<_> = endpoints.iter().map(|endpoint| question(endpoint)).collect();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(ANSWER_SECONDS);
    let told = refit_truth::interview(
        request.reader,
        request.connect,
        request.logins,
        process,
        &questions,
        deadline,
    )?;
    note(gathered, &told);
    Ok(Some(told))
}

fn listeners(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    endpoints: &[&Endpoint],
    process: Option<&Process>,
) -> Result<()> {
    let listeners = reader.listeners()?;
    let own = process.map(|process| process.id.pid);
    let (mut taken, mut silent) = (Vec::new(), Vec::new());
    for endpoint in endpoints {
        let found: Vec<_> =
            listeners.iter().filter(|listener| listener.port == endpoint.port).collect();
        let address = format!("{} {}:{}", endpoint.name, endpoint.host, endpoint.port);
        let is_own = found.iter().any(|listener| own.is_some() && listener.pid == own);
        match found.first() {
            _ if is_own => {}
            Some(other) => {
                let who = other.pid.map_or_else(|| "unknown".into(), |pid| pid.to_string());
                taken.push(format!("{address} (process {who})"));
            }
            None if process.is_some() => silent.push(address),
            None => {}
        }
    }
    gathered.list("endpoint.taken", taken);
    gathered.list("endpoint.not_listening", silent);
    let ports: Vec<_> = endpoints
        .iter()
        .filter(|endpoint| endpoint.protocol != Protocol::Http)
        .map(|endpoint| endpoint.port)
        .collect();
    let connections = reader.connections()?;
    let clients: u32 =
        connections.iter().filter(|(port, _)| ports.contains(port)).map(|(_, count)| count).sum();
    gathered.observe("clients.connected", i64::from(clients));
    Ok(())
}

fn differing_ports(entry: &Installation, endpoints: &[&Endpoint]) -> Vec<String> {
    let differs = entry.ports.iter().filter_map(|(name, port)| {
        let found = endpoints.iter().find(|endpoint| endpoint.name == *name);
        match found {
            Some(endpoint) if endpoint.port == *port => None,
            Some(endpoint) => {
                Some(format!("{name}: entry {port}, {} {}", endpoint.file, endpoint.port))
            }
            None => Some(format!("{name}: entry {port}, not configured")),
        }
    });
    differs.collect()
}

fn telling_version(pack: &Pack, endpoints: &[&Endpoint]) -> Vec<String> {
    let tells = endpoints.iter().filter(|endpoint| {
        let health = &pack.product.health.protocols;
        let known = health.iter().find(|known| known.protocol == endpoint.protocol);
        !endpoint.tls && known.is_some_and(|known| known.tells_version)
    });
    tells.map(|endpoint| endpoint.name.clone()).collect()
}

/// The question to an endpoint, at an address that can be reached from the same host.
pub(crate) fn question(endpoint: &Endpoint) -> EndpointCheck {
    let host = match endpoint.host.as_str() {
        "" | "0.0.0.0" | "*" => "127.0.0.1",
        "::" | "[::]" => "[::1]",
        other => other,
    };
    EndpointCheck {
        name: endpoint.name.clone(),
        protocol: endpoint.protocol,
        tls: endpoint.tls,
        address: format!("{host}:{}", endpoint.port),
        certificate: None,
    }
}

/// What the broker told.
fn note(gathered: &mut Gathered, told: &Interview) {
    let versions: Vec<_> =
        told.endpoints.iter().filter_map(|answer| answer.version.clone()).collect();
    gathered.fact("broker.answers", !versions.is_empty());
    if let Some(version) = versions.first() {
        gathered.fact("broker.version_told", version.to_string());
    }
    for answer in &told.endpoints {
        if let Some(certificate) = &answer.certificate {
            gathered.fact(&format!("certificate.{}", answer.endpoint.name), certificate.clone());
        }
    }
    if let Some(management) = &told.management {
        gathered.observe("health.status", management.health.clone());
        let uptime = i64::try_from(management.broker.uptime.as_secs()).unwrap_or(i64::MAX);
        gathered.observe("broker.uptime_seconds", uptime);
    }
}
