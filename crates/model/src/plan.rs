//! Plans: immutable lists of steps that leave no choice to execution.

use serde::{Deserialize, Serialize};

use crate::{
    BrokerCheck, Condition, Decision, Digest, Document, EnvironmentName, FilePair, Hop, HostPath,
    InstallationName, PackRef, ParameterError, Parameters, Question, Settlement, Step, StepId,
    Version,
};

/// A plan for one installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation within it.
    pub installation: InstallationName,
    /// The assessment that it was made from.
    pub assessment: Digest,
    /// The playbook that it follows, if it follows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playbook: Option<Digest>,
    /// The knowledge that was used.
    pub pack: PackRef,
    /// The version that runs before.
    pub from: Version,
    /// The version that is to run.
    pub to: Version,
    /// Why that one.
    pub why_this_version: String,
    /// The hops.
    pub way: Vec<Hop>,
    /// How it is done.
    pub strategy: Strategy,
    /// This site's values, which the steps name.
    pub parameters: Parameters,
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// What becomes of every setting.
    pub settlements: Vec<Settlement>,
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// What must still be decided; a plan with one cannot be approved.
    pub questions: Vec<Question>,
    /// What to look at when something went wrong, to say what is true.
    pub landmarks: Vec<Landmark>,
    /// The broker's logs, whose ends are shown when something went wrong.
    pub logs: Vec<HostPath>,
    /// From where on going back costs something.
    pub point_of_no_return: PointOfNoReturn,
    /// How it is rehearsed.
    pub rehearsal: Option<RehearsalSpec>,
}

impl Document for Plan {
    const TYPE: &'static str = "plan";
    const SCHEMA: u32 = 1;
}

/// A statement about the installation that is true or not at any moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// The statement, for example `the old version runs`.
    pub text: String,
    /// When it is true.
    pub condition: Condition,
}

/// How an upgrade is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// The new version is unpacked beside the old one; then stop, switch, start.
    SideBySide,
}

/// The first step after which going back means restoring, or losing what came since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PointOfNoReturn {
    /// There is none, for this reason.
    None(String),
    /// This step, and what going back costs after it.
    At {
        /// The step.
        step: StepId,
        /// What is lost.
        cost: String,
    },
}

/// What a rehearsal does with the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RehearsalSpec {
    /// The steps that are done in the scratch folder, with other parameters.
    pub steps: Vec<StepId>,
    /// What is copied into the scratch folder from the running installation: its stores. Steps
    /// name the scratch folder as `${scratch}`.
    pub copies: Vec<FilePair>,
    /// Keys in the scratch copy that get another value, so that it stays apart from the site.
    pub overrides: Vec<Override>,
    /// The running broker, with its console, to compare what the copies hold.
    pub running: BrokerCheck,
    /// The rehearsed broker, with its console.
    pub rehearsed: BrokerCheck,
}

/// One key that a rehearsal changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The file, relative to the new home.
    pub file: String,
    /// The key path.
    pub key: String,
    /// What it becomes.
    pub to: OverrideTo,
}

/// What a rehearsal puts in place of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum OverrideTo {
    /// The endpoint listens on a free port of the loopback address; the parameters
    /// `new_port.NAME` and `new_host.NAME` say which. `at` is what of it the key holds.
    Endpoint {
        /// The name that parameters have.
        name: String,
        /// What the key holds.
        at: EndpointPart,
    },
    /// The path is replaced by this one below the scratch folder.
    ScratchPath(String),
}

/// What of an endpoint's address a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointPart {
    /// A URI with host and port.
    Uri,
    /// The host.
    Host,
    /// The port.
    Port,
    /// Java arguments, of which this system property is the port.
    JvmProperty,
}

impl Plan {
    /// The parameters of one run of this plan: this site's values, and `run`.
    pub fn run_parameters(&self, run: &str) -> Parameters {
        self.parameters.overlaid(&[("run", run)].into_iter().collect())
    }

    /// The steps of one run with this site's values put in: what is shown and what is run.
    pub fn bound_steps(&self, run: &str) -> Result<Vec<Step>, ParameterError> {
        self.run_parameters(run).bind(&self.steps)
    }

    /// The step that is the point of no return, if there is one.
    pub fn point_of_no_return_id(&self) -> Option<&StepId> {
        match &self.point_of_no_return {
            PointOfNoReturn::None(_) => None,
            PointOfNoReturn::At { step, .. } => Some(step),
        }
    }

    /// The step with this id.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == *id)
    }

    /// The whole time that the steps are thought to take, in milliseconds.
    pub fn estimate_milliseconds(&self) -> u64 {
        self.steps.iter().map(|step| step.estimate_milliseconds).sum()
    }

    /// The time in which clients cannot reach the broker, as estimated, in milliseconds.
    pub fn downtime_milliseconds(&self) -> u64 {
        let down = self.steps.iter().filter(|step| step.downtime);
        down.map(|step| step.estimate_milliseconds).sum()
    }
}
