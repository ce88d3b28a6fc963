//! The two environments: made, started and loaded.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use refit_demo::{DemoError, DemoSite, JavaHome, SiteSpec, Sizes, StopOnDrop, Variant};
use refit_model::{EnvironmentName, ExitCode, with_causes};

use super::teller::Teller;
use crate::failure::Failure;

/// The name of the installation in each environment.
pub const INSTALLATION: &str = "activemq";
/// The version that the environments have at first.
const OLD: &str = "apache-activemq-5.16.7-bin.tar.gz";
/// How long a broker may take to start or to stop, and to take the messages.
const WITHIN: Duration = Duration::from_mins(2);

/// The two environments.
pub struct Sites {
    folder: PathBuf,
    staging: DemoSite,
    production: DemoSite,
    /// Ends the brokers, whatever happens.
    guards: Vec<StopOnDrop>,
}

impl Sites {
    /// Makes, starts and loads both.
    pub fn make(folder: &Path, artifacts: &Path, teller: &Teller<'_>) -> Result<Self, Failure> {
        let java = JavaHome::of_this_machine().map_err(|error| failure(&error))?;
        let archive = archive(artifacts)?;
        if folder.exists() {
            return Err(Failure::usage(format!(
                "{} exists already; name another folder with --folder, or remove it once its \
                 brokers are stopped",
                folder.display()
            )));
        }
        let folder = make_folder(folder)?;
        let make = |name, variant, sizes| {
            let name = EnvironmentName::new(name);
            let name = name.map_err(|error| Failure::failed(error.to_string()))?;
            let (archive, java) = (archive.clone(), java.clone());
            prepare(&folder, SiteSpec { name, variant, archive, java, sizes }, teller)
        };
        let larger = Sizes { queue_messages: 500, durable_messages: 250, body_bytes: 4_000 };
        let (staging, first) = make("staging", Variant::Staging, Sizes::default())?;
        let (production, second) = make("production", Variant::Production, larger)?;
        Ok(Self { folder, staging, production, guards: vec![first, second] })
    }

    /// The folder that everything is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Both, staging first.
    pub fn both(&self) -> [&DemoSite; 2] {
        [&self.staging, &self.production]
    }

    /// The smaller one, which is upgraded first.
    pub fn staging(&self) -> &DemoSite {
        &self.staging
    }

    /// The larger one.
    pub fn production(&self) -> &DemoSite {
        &self.production
    }

    /// Leaves the brokers running.
    pub fn keep_running(self) {
        self.guards.into_iter().for_each(StopOnDrop::keep);
    }

    /// What to type to look around.
    pub fn how_to_go_on(&self, artifacts: &Path) -> String {
        let folder = self.folder.display();
        let artifacts = artifacts.canonicalize().unwrap_or_else(|_| artifacts.to_owned());
        format!(
            "Two brokers run in {folder}. Try them with\n\n  cd {folder}\n  refit assess staging \
             --artifacts {}\n",
            artifacts.display()
        )
    }
}

fn make_folder(folder: &Path) -> Result<PathBuf, Failure> {
    let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
    made.map_err(|error| Failure::failed(format!("{} cannot be made: {error}", folder.display())))
}

fn archive(artifacts: &Path) -> Result<PathBuf, Failure> {
    let archive = artifacts.join(OLD);
    if archive.is_file() {
        return Ok(archive);
    }
    Err(Failure {
        text: format!(
            "{} is not there: fetch org.apache.activemq:apache-activemq:5.16.7:tar.gz:bin into that \
             folder (`cargo xtask demo` does it), and name it with --artifacts",
            archive.display()
        ),
        code: ExitCode::Usage,
    })
}

fn prepare(
    folder: &Path,
    spec: SiteSpec,
    teller: &Teller<'_>,
) -> Result<(DemoSite, StopOnDrop), Failure> {
    teller.now(&format!("making {}", spec.name));
    let site =
        DemoSite::make(&folder.join(spec.name.as_str()), spec).map_err(|error| failure(&error))?;
    let guard = site.stop_on_drop();
    let started = site.start(WITHIN).map_err(|error| failure(&error))?;
    site.load_messages(Instant::now() + WITHIN).map_err(|error| failure(&error))?;
    teller.made(&site, &started)?;
    Ok((site, guard))
}

/// A failure of the preparations.
pub fn failure(error: &DemoError) -> Failure {
    Failure::failed(with_causes(error))
}
