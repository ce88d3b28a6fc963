//! A broker with as little changed as possible, for tests of protocols.

use std::path::{Path, PathBuf};
use std::time::Duration;

use refit_model::Secret;
use refit_wire::Credentials;

use crate::archive::{create_folder, unpack};
use crate::edit::TextFile;
use crate::launch::Launch;
use crate::ports::free_ports;
use crate::process::{StopOnDrop, brokers_within};
use crate::{DemoError, JavaHome, Started};

/// The vendor's user, who may do everything, and the vendor's password.
const VENDOR_LOGIN: &str = "admin";

/// The ports of a plain broker, all of 127.0.0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainPorts {
    /// OpenWire over TCP.
    pub openwire: u16,
    /// STOMP over TCP.
    pub stomp: u16,
    /// The console.
    pub console: u16,
}

/// The vendor's broker as unpacked, with other ports, and with a login by password (`admin`,
/// `admin`), which the vendor's configuration leaves open. Ends when dropped.
#[derive(Debug)]
pub struct PlainBroker {
    folder: PathBuf,
    home: PathBuf,
    java: JavaHome,
    ports: PlainPorts,
    _stop: StopOnDrop,
}

impl PlainBroker {
    /// Makes the broker in `folder`; it does not run yet.
    pub fn make(archive: &Path, folder: &Path, java: JavaHome) -> Result<Self, DemoError> {
        let home = unpack(archive, folder)?;
        create_folder(&folder.join("home"))?;
        let [openwire, stomp, console] = free_ports().map_err(DemoError::file("bind", folder))?;
        let ports = PlainPorts { openwire, stomp, console };
        configure(&home, ports)?;
        Ok(Self { folder: folder.to_owned(), home, java, ports, _stop: StopOnDrop::new(folder) })
    }

    /// Starts it and waits until it is ready.
    pub fn start(&self, within: Duration) -> Result<Started, DemoError> {
        let login = Self::login();
        let launch = Launch {
            folder: &self.folder,
            home: self.home.clone(),
            user_home: self.folder.join("home"),
            java: &self.java,
            stomp: self.ports.stomp,
            console: self.ports.console,
            broker_login: login.clone(),
            console_login: login,
        };
        launch.start(within)
    }

    /// Stops it by a signal.
    pub fn stop(&self, within: Duration) -> Result<(), DemoError> {
        let running = brokers_within(&self.folder)?;
        running.iter().try_for_each(|broker| broker.terminate(within))
    }

    /// Its ports.
    pub fn ports(&self) -> PlainPorts {
        self.ports
    }

    /// Its home.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The login of its one user, for broker and console.
    pub fn login() -> Credentials {
        Credentials::new(VENDOR_LOGIN, Secret::new(VENDOR_LOGIN))
    }
}

fn configure(home: &Path, ports: PlainPorts) -> Result<(), DemoError> {
    let mut broker = TextFile::open(home.join("conf/activemq.xml"))?;
    broker
        .replace_line(r#"name="openwire""#, &connector("openwire", "tcp", ports.openwire))?
        .replace_line(r#"name="stomp""#, &connector("stomp", "stomp", ports.stomp))?
        .remove_line(r#"name="amqp""#)?
        .remove_line(r#"name="mqtt""#)?
        .remove_line(r#"name="ws""#)?
        .insert_before(
            "        <destinationPolicy>",
            "        <plugins><jaasAuthenticationPlugin configuration=\"activemq\"/></plugins>\n",
        )?
        .save()?;
    let port = format!(r#"name="port" value="{}""#, ports.console);
    TextFile::open(home.join("conf/jetty.xml"))?
        .replace(r#"name="port" value="8161""#, &port)?
        .save()
}

fn connector(name: &str, scheme: &str, port: u16) -> String {
    format!(
        "            <transportConnector name=\"{name}\" uri=\"{scheme}://127.0.0.1:{port}\"/>\n"
    )
}
