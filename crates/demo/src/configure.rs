//! Configures the vendor's broker as a site would.

use std::path::Path;
use std::time::Duration;

use crate::credentials::{Passwords, SiteUser};
use crate::edit::{TextFile, write_private};
use crate::profile::Profile;
use crate::tool::Tool;
use crate::{DemoError, JavaHome, SitePorts, broker_xml};

const KEYTOOL_WITHIN: Duration = Duration::from_mins(1);
/// The alias of the broker's key in its keystore.
const KEY_ALIAS: &str = "broker";

/// What the configuration is made of.
pub struct Configuration<'a> {
    /// The unpacked home.
    pub home: &'a Path,
    /// The variant's settings.
    pub profile: &'a Profile,
    /// The ports.
    pub ports: SitePorts,
    /// The passwords, made already.
    pub passwords: &'a Passwords,
    /// The Java whose `keytool` makes the keystore.
    pub java: &'a JavaHome,
}

impl Configuration<'_> {
    /// Writes everything; the broker's certificate goes to `certificate` as PEM.
    pub fn write(&self, certificate: &Path) -> Result<(), DemoError> {
        self.make_keystore(certificate)?;
        self.edit_broker()?;
        self.edit_console()?;
        self.edit_logging()?;
        self.edit_environment()?;
        self.write_users()
    }

    fn keystore_name(&self) -> String {
        format!("acme-{}.p12", self.profile.site)
    }

    fn make_keystore(&self, certificate: &Path) -> Result<(), DemoError> {
        let keystore = self.home.join("conf").join(self.keystore_name());
        let name = format!("CN=mq-{}, OU=Messaging, O=Acme", self.profile.site);
        self.keytool("-genkeypair", &keystore)
            .args(["-keyalg", "RSA", "-keysize", "2048", "-validity", "3650"])
            .args(["-ext", "san=dns:localhost,ip:127.0.0.1", "-dname"])
            .arg(name)
            .run(KEYTOOL_WITHIN)?;
        self.keytool("-exportcert", &keystore)
            .args(["-rfc", "-file"])
            .arg(certificate)
            .run(KEYTOOL_WITHIN)
    }

    /// `keytool` on the keystore. It reads the password from its file, so that no list of
    /// processes shows it.
    fn keytool(&self, command: &str, keystore: &Path) -> Tool {
        Tool::new(self.java.tool("keytool"))
            .arg(command)
            .args(["-alias", KEY_ALIAS, "-storetype", "PKCS12", "-keystore"])
            .arg(keystore)
            .arg("-storepass:file")
            .arg(self.passwords.keystore_file())
    }

    fn edit_broker(&self) -> Result<(), DemoError> {
        let Self { profile, ports, .. } = self;
        let [memory, store, temporary] = profile.limits.map(|limit| format!(r#"limit="{limit}""#));
        let password = self.passwords.keystore()?;
        let password = password.expose_text().unwrap_or_default();
        let tls = broker_xml::tls(&self.keystore_name(), password);
        let mut broker = TextFile::open(self.home.join("conf/activemq.xml"))?;
        broker
            .replace(r#"brokerName="localhost""#, &broker_xml::name(profile))?
            .insert_before("        <destinationPolicy>", &broker_xml::plugins(profile))?
            .insert_before("              </policyEntries>", &broker_xml::policies(profile))?
            .replace_line("<kahaDB directory", &broker_xml::store(profile))?
            .insert_before("          <systemUsage>\n            <systemUsage>", &tls)?
            .replace(r#"percentOfJvmHeap="70""#, &memory)?
            .replace(r#"limit="100 gb""#, &store)?
            .replace(r#"limit="50 gb""#, &temporary)?
            .replace_line(r#"name="openwire""#, &broker_xml::openwire(profile, *ports))?
            .replace_line(r#"name="stomp""#, &broker_xml::stomp(profile, *ports))?
            .remove_line(r#"name="amqp""#)?
            .remove_line(r#"name="mqtt""#)?
            .remove_line(r#"name="ws""#)?
            .save()
    }

    fn edit_console(&self) -> Result<(), DemoError> {
        let port = format!(r#"name="port" value="{}""#, self.ports.console);
        TextFile::open(self.home.join("conf/jetty.xml"))?
            .replace(r#"name="port" value="8161""#, &port)?
            .save()
    }

    fn edit_logging(&self) -> Result<(), DemoError> {
        let (size, kept) = self.profile.log;
        let own = "
# Acme: what our plugin does
log4j.logger.com.acme=DEBUG, acme
log4j.additivity.com.acme=false
log4j.appender.acme=org.apache.log4j.RollingFileAppender
log4j.appender.acme.file=${activemq.data}/acme-stamp.log
log4j.appender.acme.maxFileSize=2MB
log4j.appender.acme.maxBackupIndex=3
log4j.appender.acme.append=true
log4j.appender.acme.layout=org.apache.log4j.PatternLayout
log4j.appender.acme.layout.ConversionPattern=%d | %-5p | %m%n
";
        TextFile::open(self.home.join("conf/log4j.properties"))?
            .replace("logfile.maxFileSize=1024KB", &format!("logfile.maxFileSize={size}"))?
            .replace("logfile.maxBackupIndex=5", &format!("logfile.maxBackupIndex={kept}"))?
            .append(own)
            .save()
    }

    fn edit_environment(&self) -> Result<(), DemoError> {
        let Profile { heap, site, kill_after_seconds, .. } = self.profile;
        let audit = format!(
            "ACTIVEMQ_OPTS=\"$ACTIVEMQ_OPTS -Dorg.apache.activemq.audit=true\"\n\
             ACTIVEMQ_OPTS=\"$ACTIVEMQ_OPTS -Dacme.site={site} -Djava.net.preferIPv4Stack=true\"\n"
        );
        TextFile::open(self.home.join("bin/env"))?
            .replace("-Xms64M -Xmx1G", heap)?
            .replace_line("-Dorg.apache.activemq.audit=true", &audit)?
            .replace(
                "ACTIVEMQ_KILL_MAXSECONDS=30",
                &format!("ACTIVEMQ_KILL_MAXSECONDS={kill_after_seconds}"),
            )?
            .save()
    }

    fn write_users(&self) -> Result<(), DemoError> {
        use SiteUser::{Admin, Audit, ConsoleAdmin, ConsoleMonitor, Orders, Probe, System};
        let conf = self.home.join("conf");
        let mut users = String::from("# Acme: users of the broker\n");
        for user in [Admin, System, Orders, Audit, Probe] {
            users += &format!("{}={}\n", user.login_name(), self.password(user)?);
        }
        write_private(&conf.join("users.properties"), &users)?;
        let groups = "# Acme: groups of users\nadmins=admin,system\napplications=orders\n\
                      auditors=audit\nmonitors=probe\n";
        write_private(&conf.join("groups.properties"), groups)?;
        let system =
            format!("activemq.username=system\nactivemq.password={}\n", self.password(System)?);
        write_private(&conf.join("credentials.properties"), &system)?;
        let console = format!(
            "# Acme: users of the console\nadmin: {}, admin\nmonitor: {}, user\n",
            self.password(ConsoleAdmin)?,
            self.password(ConsoleMonitor)?
        );
        write_private(&conf.join("jetty-realm.properties"), &console)
    }

    fn password(&self, user: SiteUser) -> Result<String, DemoError> {
        let password = self.passwords.password(user)?;
        Ok(password.expose_text().unwrap_or_default().to_owned())
    }
}
