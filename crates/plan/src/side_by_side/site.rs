//! What the steps name: this site's values as parameters, and the checks made of them.

use std::collections::BTreeMap;

use refit_model::{
    Act, Assessment, BrokerCheck, Check, Command, Condition, Endpoint, EndpointCheck, HostPath,
    ParameterError, Parameters, ProcessFolder, ProcessMatch, Protocol, Step, StepId, Version,
    literal,
};
use refit_packs::Pack;

use crate::PlanError;
use crate::data_location::{DataLocation, stores};

/// How long after a broker should have settled it is asked again: it can stop itself when its
/// console cannot have its port (facts: console port taken).
const AFTER_SETTLED_MILLISECONDS: u64 = 1000;

/// The site's values, and how steps name them.
pub(crate) struct Site<'a> {
    pub(crate) assessment: &'a Assessment,
    pub(crate) pack: &'a Pack,
    pub(crate) parameters: Parameters,
    pub(crate) data: DataLocation,
}

/// Which of the two versions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Old,
    New,
}

impl<'a> Site<'a> {
    pub(crate) fn new(
        assessment: &'a Assessment,
        pack: &'a Pack,
        data: DataLocation,
        new_home: &HostPath,
        new_endpoints: &[Endpoint],
    ) -> Result<Self, PlanError> {
        let target = assessment.target.as_ref().ok_or(PlanError::NoTarget)?;
        let folders = &assessment.folders;
        let mut parameters = Parameters::new();
        let mut set = |name: &str, path: &HostPath| {
            let text = path.to_str().ok_or_else(|| PlanError::PathNotText(path.clone()))?;
            parameters.set(name, text);
            Ok::<_, PlanError>(())
        };
        set("old_home", &folders.home)?;
        set("new_home", new_home)?;
        set("data", &data.after(folders))?;
        set("old_data", &folders.data)?;
        set("java_home", &folders.java_home)?;
        set("new_java_home", &folders.new_java_home)?;
        set("install_into", &folders.install_into)?;
        set("control", &folders.control)?;
        set("restore_points", &folders.restore_points)?;
        if let Some(link) = &folders.link {
            set("home", &link.path)?;
            set("old_link_target", &link.target)?;
        }
        parameters.set("old_version", assessment.installed.to_string());
        parameters.set("new_version", target.version.to_string());
        parameters.set("archive", target.archive.file.clone());
        for (side, endpoints) in [("old", assessment.endpoints.as_slice()), ("new", new_endpoints)]
        {
            for (name, endpoint) in named(endpoints) {
                parameters.set(format!("{side}_port.{name}"), endpoint.port.to_string());
                parameters.set(format!("{side}_host.{name}"), reachable(&endpoint.host));
            }
        }
        Ok(Self { assessment, pack, parameters, data })
    }

    /// The broker's process of one side.
    pub(crate) fn process(&self, side: Side) -> ProcessMatch {
        let pattern = &self.pack.product.process;
        ProcessMatch {
            executable: literal(&pattern.executable),
            argument_prefix: literal(
                pattern.folder_arguments.get("home").map_or("", String::as_str),
            ),
            folder: home(side),
        }
    }

    /// The start command of one side.
    fn start_command(&self, side: Side) -> Result<Command, ParameterError> {
        let java = match side {
            Side::Old => "${java_home}",
            Side::New => "${new_java_home}",
        };
        let home = home(side).to_string();
        let words = [("home", home.as_str()), ("java_home", java)];
        words.into_iter().collect::<Parameters>().bind(&self.pack.product.start.command)
    }

    /// Starting the broker of one side.
    pub(crate) fn start(&self, side: Side) -> Result<Act, ParameterError> {
        Ok(Act::Start {
            command: self.start_command(side)?,
            process: self.process(side),
            pid_file: Some(self.pid_file(side)?),
        })
    }

    /// The file in which the start script keeps the number of the process: where the site says, or
    /// at the vendor's place, which does not follow the data.
    pub(crate) fn pid_file(&self, side: Side) -> Result<HostPath, ParameterError> {
        let set = self.assessment.facts.text("env.pid_file");
        if let Some(set) = set.filter(|path| path.starts_with('/') && !path.contains('$')) {
            return Ok(literal(set).into());
        }
        let home = home(side).to_string();
        let words: Parameters = [("base", home.as_str())].into_iter().collect();
        Ok(words.resolve(&self.pack.product.layout.pid_file.path)?.into())
    }

    /// Whether the broker of one side serves its clients; with `whole`, the console too, asked a
    /// second time after a while.
    pub(crate) fn serves(&self, side: Side, endpoints: &[Endpoint], whole: bool) -> BrokerCheck {
        let (prefix, data) = match side {
            Side::Old => ("old", "${old_data}"),
            Side::New => ("new", "${data}"),
        };
        let wanted = named(endpoints)
            .into_iter()
            .filter(|(_, endpoint)| whole || endpoint.protocol != Protocol::Http)
            .map(|(name, endpoint)| self.endpoint_check(&name, endpoint, prefix));
        let data_argument = self.pack.product.process.folder_arguments.get("data");
        let folder = |prefix: &String| ProcessFolder {
            argument_prefix: literal(prefix),
            folder: data.to_owned().into(),
        };
        BrokerCheck {
            process: self.process(side),
            version: self.version(side),
            endpoints: wanted.collect(),
            folders: data_argument.map(folder).into_iter().collect(),
            again_after_milliseconds: if whole { self.again_after() } else { 0 },
        }
    }

    /// How long after its first answer a broker is asked again.
    pub(crate) fn again_after(&self) -> u64 {
        self.pack.product.estimates.settle_milliseconds.value + AFTER_SETTLED_MILLISECONDS
    }

    fn endpoint_check(&self, name: &str, endpoint: &Endpoint, prefix: &str) -> EndpointCheck {
        let certificate = self.assessment.facts.text(&format!("certificate.{}", endpoint.name));
        EndpointCheck {
            name: literal(&endpoint.name),
            protocol: endpoint.protocol,
            tls: endpoint.tls,
            address: format!("${{{prefix}_host.{name}}}:${{{prefix}_port.{name}}}"),
            certificate: certificate.map(literal),
        }
    }

    fn version(&self, side: Side) -> Version {
        let target = self.assessment.target.as_ref().map(|target| &target.version);
        match side {
            Side::Old => self.assessment.installed.clone(),
            Side::New => target.unwrap_or(&self.assessment.installed).clone(),
        }
    }

    /// The lock that a running broker holds on its store, one for each store.
    pub(crate) fn store_locks(&self) -> Vec<HostPath> {
        let lock = &self.pack.product.layout.lock_file.path;
        stores(self.assessment).iter().map(|store| store.join(lock)).collect()
    }

    /// How long a broker may take to start.
    pub(crate) fn start_within(&self) -> u32 {
        self.assessment.entry.parameters.start_within_seconds
    }

    /// How long a broker may take to end.
    pub(crate) fn stop_within(&self) -> u32 {
        self.assessment.entry.parameters.stop_within_seconds
    }
}

/// The home of one side.
pub(crate) fn home(side: Side) -> HostPath {
    let text = match side {
        Side::Old => "${old_home}",
        Side::New => "${new_home}",
    };
    text.to_owned().into()
}

/// A condition on the broker of [`Site::serves`].
pub(crate) fn broker(check: BrokerCheck) -> Condition {
    Condition::Broker(Box::new(check))
}

/// Waits for a condition.
pub(crate) fn within(condition: Condition, seconds: u32) -> Check {
    Check { condition, within_seconds: seconds }
}

/// A step's id; the texts here are all valid.
pub(crate) fn id(text: &str) -> StepId {
    StepId::new(text).expect("ids of steps are written in this crate, or made of checked names")
}

/// Gives each step the ones before it as what it needs: they run in their order.
pub(crate) fn chained(mut steps: Vec<Step>) -> Vec<Step> {
    for index in 1..steps.len() {
        steps[index].needs = vec![steps[index - 1].id.clone()];
    }
    steps
}

/// Endpoints with names that parameters can have, each once.
pub(crate) fn named(endpoints: &[Endpoint]) -> BTreeMap<String, &Endpoint> {
    let mut named = BTreeMap::new();
    for endpoint in endpoints {
        let plain: String = endpoint
            .name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .collect();
        let mut name = plain.clone();
        let mut count = 1;
        while named.contains_key(&name) {
            count += 1;
            name = format!("{plain}_{count}");
        }
        named.insert(name, endpoint);
    }
    named
}

/// The address at which a bound address is reached from the same host.
fn reachable(host: &str) -> String {
    match host {
        "" | "0.0.0.0" | "*" => "127.0.0.1".to_owned(),
        "::" | "[::]" => "[::1]".to_owned(),
        other => other.to_owned(),
    }
}
