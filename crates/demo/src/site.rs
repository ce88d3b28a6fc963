//! A demonstration environment: made once, opened again, started and stopped.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use refit_model::Version;
use refit_wire::Credentials;
use serde::{Deserialize, Serialize};

use crate::archive::{create_folder, unpack, version_of};
use crate::configure::Configuration;
use crate::credentials::Passwords;
use crate::launch::Launch;
use crate::ports::free_ports;
use crate::process::brokers_within;
use crate::profile::Profile;
use crate::{
    BrokerProcess, DemoError, Expected, SitePorts, SiteSpec, SiteUser, Started, StopOnDrop, plugin,
};

/// The file that remembers what was made.
const RECORD: &str = "site.json";

/// An environment on this machine with one broker, in one folder.
#[derive(Clone, Debug)]
pub struct DemoSite {
    folder: PathBuf,
    record: Record,
}

/// What was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    spec: SiteSpec,
    ports: SitePorts,
}

impl DemoSite {
    /// Makes the environment in a folder that does not exist yet, and its environment file in the
    /// folder `environments` beside it. The broker does not run afterwards, and has no messages.
    pub fn make(folder: &Path, spec: SiteSpec) -> Result<Self, DemoError> {
        if folder.exists() {
            return Err(DemoError::NotEmpty(folder.to_owned()));
        }
        create_folder(folder)?;
        // The configuration holds passwords.
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder, private).map_err(DemoError::file("protect", folder))?;
        let folder = folder.canonicalize().map_err(DemoError::file("resolve", folder))?;
        let [openwire, stomp, stomp_tls, console] =
            free_ports().map_err(DemoError::file("find free ports for", &folder))?;
        let ports = SitePorts { openwire, stomp, stomp_tls, console };
        let record = Record { spec, ports };
        let site = Self { folder, record };
        site.install()?;
        site.write_environment_file()?;
        // Last, so that what is opened again is complete.
        site.write_record()?;
        Ok(site)
    }

    /// Opens an environment that was made before.
    pub fn open(folder: &Path) -> Result<Self, DemoError> {
        let folder = folder.canonicalize().map_err(DemoError::file("resolve", folder))?;
        let path = folder.join(RECORD);
        let bytes = fs::read(&path).map_err(DemoError::file("read", &path))?;
        let record = serde_json::from_slice(&bytes)
            .map_err(|error| DemoError::Document { path, why: error.to_string() })?;
        Ok(Self { folder, record })
    }

    /// Starts the broker, whatever version the link leads to, and waits until it is ready.
    pub fn start(&self, within: Duration) -> Result<Started, DemoError> {
        let launch = Launch {
            folder: &self.folder,
            home: self.link(),
            user_home: self.folder.join("home"),
            java: &self.record.spec.java,
            stomp: self.record.ports.stomp,
            console: self.record.ports.console,
            broker_login: self.credentials(SiteUser::Probe)?,
            console_login: self.credentials(SiteUser::ConsoleMonitor)?,
        };
        launch.start(within)
    }

    /// Stops every broker of the folder by the signal to terminate.
    pub fn stop(&self, within: Duration) -> Result<(), DemoError> {
        let running = self.running()?;
        running.iter().try_for_each(|broker| broker.terminate(within))
    }

    /// The brokers that run from a home within the folder; more than one only while something is
    /// rehearsed there.
    pub fn running(&self) -> Result<Vec<BrokerProcess>, DemoError> {
        brokers_within(&self.folder)
    }

    /// Ends the brokers of the folder when the guard is dropped.
    pub fn stop_on_drop(&self) -> StopOnDrop {
        StopOnDrop::new(&self.folder)
    }

    /// All messages that it holds once they are loaded.
    pub fn expected(&self) -> Expected {
        let spec = &self.record.spec;
        let stamp = (plugin::PROPERTY, self.profile().site);
        Expected::of(spec.name.as_str(), spec.sizes, stamp)
    }

    /// A user's name and password.
    pub fn credentials(&self, user: SiteUser) -> Result<Credentials, DemoError> {
        self.passwords().credentials(user)
    }

    /// The file with a user's password.
    pub fn password_file(&self, user: SiteUser) -> PathBuf {
        self.passwords().file(user)
    }

    /// The folder that everything is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it was made from.
    pub fn spec(&self) -> &SiteSpec {
        &self.record.spec
    }

    /// The version that it was made with.
    pub fn version(&self) -> Result<Version, DemoError> {
        version_of(&self.record.spec.archive)
    }

    /// Its ports.
    pub fn ports(&self) -> SitePorts {
        self.record.ports
    }

    /// The link through which the broker is operated.
    pub fn link(&self) -> PathBuf {
        self.software().join(self.profile().link)
    }

    /// The folder that holds the broker's home, and the link to it.
    pub fn software(&self) -> PathBuf {
        self.folder.join(self.profile().software)
    }

    /// The certificate of the connector `stomp-tls`, as PEM.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("broker-certificate.pem")
    }

    pub(crate) fn profile(&self) -> Profile {
        Profile::of(self.record.spec.variant)
    }

    fn passwords(&self) -> Passwords {
        Passwords::in_folder(self.folder.join("secrets"))
    }

    fn install(&self) -> Result<(), DemoError> {
        let spec = &self.record.spec;
        let home = unpack(&spec.archive, &self.software())?;
        create_folder(&self.folder.join("home"))?;
        self.passwords().make()?;
        let configuration = Configuration {
            home: &home,
            profile: &self.profile(),
            ports: self.record.ports,
            passwords: &self.passwords(),
            java: &spec.java,
        };
        configuration.write(&self.certificate())?;
        plugin::install(&home, &self.folder.join("plugin-source"), &spec.java)?;
        let target = home.file_name().unwrap_or_default();
        symlink(target, self.link()).map_err(DemoError::file("make the link", &self.link()))
    }

    fn write_record(&self) -> Result<(), DemoError> {
        let path = self.folder.join(RECORD);
        let bytes = serde_json::to_vec_pretty(&self.record)
            .map_err(|error| DemoError::Document { path: path.clone(), why: error.to_string() })?;
        fs::write(&path, bytes).map_err(DemoError::file("write", &path))
    }
}
