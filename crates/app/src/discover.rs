//! `refit discover`: brokers on this machine, as an environment file.

use std::collections::BTreeMap;

use refit_assess::{Discovered, DiscoveredBroker, discover};
use refit_hosts::{LocalHost, Reader};
use refit_model::{
    ENVIRONMENT_SCHEMA, Environment, EnvironmentName, HostEntry, HostName, Installation,
    InstallationName, Logins, PlatformName, Service, SiteParameters, Transport,
};

use crate::{App, AppError, Result};

/// How long one question to the machine may take.
const QUESTION_SECONDS: u32 = 60;

/// What was found, and the environment file for it.
#[derive(Clone, Debug)]
pub struct DiscoveredEnvironment {
    /// The environment.
    pub environment: Environment,
    /// The file's text, with what was seen as comments.
    pub text: String,
    /// Processes that may be brokers and cannot be looked into.
    pub unseen: Vec<String>,
}

impl App<'_> {
    /// Looks for running brokers of every pack on this machine.
    pub fn discover(&self, name: &EnvironmentName) -> Result<DiscoveredEnvironment> {
        let local = HostName::new("local").map_err(|error| AppError::Usage(error.to_string()))?;
        let host = LocalHost::new(local.clone());
        let reader = Reader::new(&host, &self.cancel, QUESTION_SECONDS);
        let mut installations = BTreeMap::new();
        let (mut comments, mut unseen) = (Vec::new(), Vec::new());
        for entry in self.packs.list()? {
            let pack = self.packs.get(&entry.name)?;
            let platform = &pack.reference.platform;
            let found: Discovered = discover(reader, &pack)?;
            unseen.extend(found.unseen);
            for (index, broker) in found.brokers.iter().enumerate() {
                let name = installation_name(platform, index)?;
                comments.push(seen(&name, broker));
                installations.insert(name, installation(&local, platform, broker));
            }
        }
        let environment = Environment {
            schema: ENVIRONMENT_SCHEMA,
            name: name.clone(),
            hosts: [(local, HostEntry { transport: Transport::Local })].into(),
            installations,
        };
        let text = text(&environment, &comments)?;
        Ok(DiscoveredEnvironment { environment, text, unseen })
    }
}

/// `activemq`, `activemq-2`: the platform's first word, numbered where there are several.
fn installation_name(platform: &PlatformName, index: usize) -> Result<InstallationName> {
    let word = platform.as_str().split('-').next().unwrap_or("broker");
    let name = if index == 0 { word.to_owned() } else { format!("{word}-{}", index + 1) };
    InstallationName::new(name).map_err(|error| AppError::Usage(error.to_string()))
}

fn installation(
    host: &HostName,
    platform: &PlatformName,
    broker: &DiscoveredBroker,
) -> Installation {
    let unit = broker.unit.clone().filter(|_| broker.started_by == "systemd");
    Installation {
        host: host.clone(),
        platform: platform.clone(),
        home: broker.link.clone().unwrap_or_else(|| broker.home.clone()),
        base: None,
        data: None,
        java_home: broker.java_home.clone(),
        new_java_home: None,
        user: Some(broker.user.clone()),
        service: unit.map_or(Service::Command, Service::Systemd),
        ports: BTreeMap::new(),
        install_into: None,
        restore_points: None,
        control: None,
        parameters: SiteParameters::default(),
        logins: Logins::default(),
    }
}

fn seen(name: &InstallationName, broker: &DiscoveredBroker) -> String {
    format!(
        "# {name}: process {} of user {}, home {}, started by: {}\n",
        broker.pid, broker.user, broker.home, broker.started_by
    )
}

fn text(environment: &Environment, comments: &[String]) -> Result<String> {
    let wrong = |error: toml::ser::Error| AppError::Usage(error.to_string());
    let body = toml::to_string_pretty(environment).map_err(wrong)?;
    Ok(format!(
        "# Found by `refit discover`; save it as environments/{}.toml and look it over.\n{}\
         # Logins are optional; without them less can be proved. A password is a file with mode \
         0600:\n\
         #   [installations.{}.logins.broker]\n\
         #   user = \"NAME\"\n\
         #   password = {{ file = \"/path/of/the/file\" }}\n\n{body}",
        environment.name,
        comments.concat(),
        environment.installations.keys().next().map_or("NAME", |name| name.as_str()),
    ))
}
