//! A site of the old version: the vendor's broker, changed as sites change it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_demo::{JavaHome, PlainBroker, PlainPorts};

use crate::messages::{self, CLERK};
use crate::{LIMIT, OLD};

/// The site, and the vendor's files that it began with.
pub struct Site {
    broker: PlainBroker,
    vendors: PathBuf,
}

/// The files that are settled.
pub const FILES: [&str; 7] = [
    "bin/env",
    "conf/activemq.xml",
    "conf/credentials.properties",
    "conf/groups.properties",
    "conf/log4j2.properties",
    "conf/login.config",
    "conf/users.properties",
];

const LOGIN: &str = "<plugins><jaasAuthenticationPlugin configuration=\"activemq\"/></plugins>";

const PLUGINS: &str = r#"<!-- who may do what -->
        <plugins>
            <jaasAuthenticationPlugin configuration="activemq"/>
            <authorizationPlugin><map><authorizationMap><authorizationEntries>
                <authorizationEntry queue=">" read="admins" write="admins" admin="admins"/>
                <authorizationEntry queue="orders.>" read="admins,clerks" write="clerks" admin="clerks"/>
                <authorizationEntry topic=">" read="admins" write="admins" admin="admins"/>
                <authorizationEntry topic="ActiveMQ.Advisory.>" read="admins,clerks"
                    write="admins,clerks" admin="admins,clerks"/>
            </authorizationEntries></authorizationMap></map></authorizationPlugin>
        </plugins>"#;

const POLICIES: &str = r#"                <policyEntry queue="orders.>" memoryLimit="8mb" maxPageSize="300">
                  <deadLetterStrategy>
                    <individualDeadLetterStrategy queuePrefix="DEAD."/>
                  </deadLetterStrategy>
                </policyEntry>
              </policyEntries>"#;

impl Site {
    /// Makes it in a folder of its own.
    pub fn make(archive: &Path, folder: &Path) -> Self {
        let java = JavaHome::of_this_machine().unwrap();
        let broker = PlainBroker::make(archive, &folder.join("site"), java).unwrap();
        let site = Self { broker, vendors: unpack_configuration(archive, &folder.join("vendor")) };
        site.change();
        site
    }

    /// Starts it, gives it messages, and ends it by a signal to its own process.
    pub fn run_and_store(&self) {
        let started = self.broker.start(LIMIT).unwrap();
        assert_eq!(started.version, OLD.parse().unwrap());
        messages::send_all(self.ports().stomp);
        self.broker.stop(LIMIT).unwrap();
    }

    /// Its ports.
    pub fn ports(&self) -> PlainPorts {
        self.broker.ports()
    }

    /// Its home.
    pub fn home(&self) -> &Path {
        self.broker.home()
    }

    /// The configuration of the same version as the vendor ships it.
    pub fn vendors(&self) -> &Path {
        &self.vendors
    }

    fn change(&self) {
        let conf = self.home().join("conf");
        edit(
            &conf.join("activemq.xml"),
            &[
                ("brokerName=\"localhost\"", "brokerName=\"harbour\""),
                (LOGIN, PLUGINS),
                ("              </policyEntries>", POLICIES),
                (
                    "<kahaDB directory=\"${activemq.data}/kahadb\"/>",
                    "<kahaDB directory=\"${activemq.data}/kahadb\" journalMaxFileLength=\"16mb\"/>",
                ),
                (
                    "<storeUsage limit=\"100 gb\"/>",
                    "<!-- the disk is shared -->\n                    <storeUsage limit=\"2 gb\"/>",
                ),
                ("<tempUsage limit=\"50 gb\"/>", "<tempUsage limit=\"1 gb\"/>"),
            ],
        );
        edit(&self.home().join("bin/env"), &[("-Xms64M -Xmx1G", "-Xms64M -Xmx300M")]);
        append(&conf.join("users.properties"), &format!("{}={}\n", CLERK.name, CLERK.password));
        append(&conf.join("groups.properties"), &format!("clerks={}\n", CLERK.name));
    }
}

/// The vendor's configuration alone, as it is shipped.
fn unpack_configuration(archive: &Path, folder: &Path) -> PathBuf {
    fs::create_dir(folder).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(archive).arg("-C").arg(folder);
    tar.args(["--strip-components=1", "--wildcards", "*/conf/*", "*/bin/env"]);
    let output = tar.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    folder.to_owned()
}

/// Changes parts of a file that each stand in it once.
pub fn edit(path: &Path, changes: &[(&str, &str)]) {
    let mut text = fs::read_to_string(path).unwrap();
    for (old, new) in changes {
        assert_eq!(text.matches(old).count(), 1, "{old} in {}", path.display());
        text = text.replace(old, new);
    }
    fs::write(path, text).unwrap();
}

fn append(path: &Path, line: &str) {
    let text = fs::read_to_string(path).unwrap();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    fs::write(path, format!("{text}{end}{line}")).unwrap();
}
