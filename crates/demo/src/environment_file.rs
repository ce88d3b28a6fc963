//! The environment file by which Refit itself knows an environment.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use refit_model::{
    ENVIRONMENT_SCHEMA, Environment, HostEntry, HostName, HostPath, Installation, InstallationName,
    InvalidName, Login, Logins, PlatformName, SecretRef, Service, SiteParameters, Transport,
};

use crate::archive::create_folder;
use crate::{DemoError, DemoSite, SiteUser};

impl DemoSite {
    /// Where the environment file is: in the folder `environments` beside the site's own.
    pub fn environment_file(&self) -> PathBuf {
        let beside = self.folder().parent().unwrap_or(Path::new("/"));
        beside.join("environments").join(format!("{}.toml", self.spec().name))
    }

    /// What the environment file says.
    pub fn environment(&self) -> Result<Environment, DemoError> {
        let invalid = |error: InvalidName| DemoError::Document {
            path: self.environment_file(),
            why: error.to_string(),
        };
        let host = HostName::new("local").map_err(invalid)?;
        let entry = HostEntry { transport: Transport::Local };
        let installation = Installation {
            host: host.clone(),
            platform: PlatformName::new("activemq-classic").map_err(invalid)?,
            home: HostPath::from(&self.link()),
            base: None,
            data: None,
            java_home: Some(HostPath::from(self.spec().java.as_path())),
            new_java_home: None,
            user: None,
            service: Service::Command,
            ports: self.named_ports(),
            install_into: None,
            restore_points: None,
            control: None,
            parameters: SiteParameters::default(),
            logins: Logins {
                broker: Some(self.login(SiteUser::Probe)),
                console: Some(self.login(SiteUser::ConsoleMonitor)),
                trial: None,
            },
        };
        let name = InstallationName::new("activemq").map_err(invalid)?;
        Ok(Environment {
            schema: ENVIRONMENT_SCHEMA,
            name: self.spec().name.clone(),
            hosts: [(host, entry)].into(),
            installations: [(name, installation)].into(),
        })
    }

    pub(crate) fn write_environment_file(&self) -> Result<(), DemoError> {
        let path = self.environment_file();
        let text = toml::to_string_pretty(&self.environment()?);
        let text = text
            .map_err(|error| DemoError::Document { path: path.clone(), why: error.to_string() })?;
        create_folder(path.parent().unwrap_or(Path::new("/")))?;
        fs::write(&path, text).map_err(DemoError::file("write", &path))
    }

    fn login(&self, user: SiteUser) -> Login {
        Login {
            user: user.login_name().to_owned(),
            password: SecretRef::File(HostPath::from(&self.password_file(user))),
        }
    }

    fn named_ports(&self) -> BTreeMap<String, u16> {
        let ports = self.ports();
        let named = [
            ("openwire", ports.openwire),
            ("stomp", ports.stomp),
            ("stomp-tls", ports.stomp_tls),
            ("console", ports.console),
        ];
        named.map(|(name, port)| (name.to_owned(), port)).into()
    }
}
