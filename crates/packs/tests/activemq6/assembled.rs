//! The broker core of the new version, put together from published jars.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use refit_demo::{JavaHome, StopOnDrop, brokers_within};

use crate::LIMIT;
use crate::settled::SettledSite;
use crate::site::{Site, edit};

/// How often a process is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// A home without programs: jars, configuration and data.
pub struct Assembled {
    path: PathBuf,
    class_path: String,
}

impl Assembled {
    /// The jars, and a copy of the site's store. The log is written by the log4j of the old home:
    /// none is published with the broker's jars.
    pub fn home(path: &Path, jars: &Path, site: &Site) -> Self {
        for folder in ["bin", "conf", "data"] {
            fs::create_dir_all(path.join(folder)).unwrap();
        }
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(site.home().join("data/kahadb")).arg(path.join("data"));
        assert!(copy.status().unwrap().success());
        let optional = site.home().join("lib/optional");
        let log4j = fs::read_dir(optional).unwrap().map(|entry| entry.unwrap().path());
        let log4j = log4j.filter(|jar| {
            let name = jar.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("log4j-")
        });
        let jars = [path.join("conf"), jars.join("*")].into_iter().chain(log4j);
        let jars: Vec<_> = jars.map(|jar| jar.display().to_string()).collect();
        Self { path: path.to_owned(), class_path: jars.join(":") }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the settled files.
    pub fn write(&self, settled: &SettledSite) {
        for (file, content) in settled.files() {
            fs::write(self.path.join(file), content.expose()).unwrap();
        }
    }

    /// The console is not among the jars: its configuration names classes that nobody has.
    pub fn take_the_consoles_import_out(&self) {
        let import = "<import resource=\"jetty-spring.xml\"/>";
        edit(&self.path.join("conf/activemq.xml"), &[(import, "")]);
    }

    /// Starts the broker as the vendor's script would, with the settled `bin/setenv`.
    pub fn start(&self) -> Running {
        let java = JavaHome::of_this_machine().unwrap();
        let out = self.path.join("out.txt");
        let file = File::create(&out).unwrap();
        let mut shell = Command::new("sh");
        shell.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        shell.args(["-c", START]).env("JAVA", java.tool("java"));
        shell.env("ACTIVEMQ_HOME", &self.path).env("ACTIVEMQ_CONF", self.path.join("conf"));
        shell.env("JARS", &self.class_path);
        shell.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        Running {
            child: shell.spawn().unwrap(),
            out,
            home: self.path.clone(),
            _stop: StopOnDrop::new(&self.path),
        }
    }
}

/// The shell becomes the broker, so that its number is the broker's.
const START: &str = r#"
. "$ACTIVEMQ_HOME/bin/setenv"
exec "$JAVA" $ACTIVEMQ_OPTS -Dactivemq.home="$ACTIVEMQ_HOME" -Dactivemq.base="$ACTIVEMQ_HOME" \
    -Dactivemq.conf="$ACTIVEMQ_CONF" -Dactivemq.data="$ACTIVEMQ_HOME/data" -cp "$JARS" \
    org.apache.activemq.console.command.ShellCommand start "xbean:file:$ACTIVEMQ_CONF/activemq.xml"
"#;

/// A broker that this test started; it ends with this.
pub struct Running {
    child: Child,
    out: PathBuf,
    home: PathBuf,
    _stop: StopOnDrop,
}

impl Running {
    /// Waits until its connector is there.
    pub fn until_it_answers(&mut self, port: u16) {
        let end = Instant::now() + LIMIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert_eq!(ended, None, "it ended instead of answering\n{}", self.said());
            assert!(Instant::now() < end, "it does not answer\n{}", self.said());
            thread::sleep(PAUSE);
        }
    }

    /// Ends it by a signal to its own process, and waits.
    pub fn end(mut self) {
        let [broker] = &brokers_within(&self.home).unwrap()[..] else { panic!("one broker runs") };
        assert_eq!(broker.pid, self.child.id());
        broker.terminate(LIMIT).unwrap();
        self.child.wait().unwrap();
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.out).unwrap()
    }
}
