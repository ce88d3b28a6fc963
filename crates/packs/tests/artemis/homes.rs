//! The vendor's archives, unpacked, and the vendor's command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use refit_demo::artifact_for_test;
use tempfile::TempDir;

/// The versions of a way.
#[derive(Clone, Copy, Debug)]
pub struct Versions {
    /// The version that the site runs.
    pub old: &'static str,
    /// The version that it is to run.
    pub new: &'static str,
}

/// Both versions and one instance folder, below a folder that goes with this.
pub struct Homes {
    folder: TempDir,
    /// Which versions these are.
    pub versions: Versions,
}

impl Homes {
    /// Unpacks both archives; none, and a loud line, where they are not there.
    pub fn unpack(test: &str, versions: Versions) -> Option<Self> {
        let archives = [archive(test, versions.old)?, archive(test, versions.new)?];
        let homes = Self { folder: tempfile::tempdir().unwrap(), versions };
        for archive in archives {
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(archive).arg("-C").arg(homes.folder.path());
            succeed(tar.args(["--exclude=*/examples", "--exclude=*/web/api"]));
        }
        Some(homes)
    }

    /// A folder beside the homes.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of an instance. Instances hold absolute paths, so that every one is made, changed
    /// and run at this place, and moved away afterwards.
    pub fn instance(&self) -> PathBuf {
        self.beside("instance")
    }

    /// Makes an instance with a version's own command.
    pub fn create_instance(&self, version: &str) {
        let mut create = self.command(version);
        create.arg("create").arg(self.instance());
        create.args(["--silent", "--user", "admin", "--password", ADMIN_PASSWORD]);
        create.args(["--require-login", "--host", "127.0.0.1", "--name", "harbour"]);
        succeed(create.args(["--no-autotune", "--nio"]));
    }

    /// The command of a version.
    pub fn command(&self, version: &str) -> Command {
        quiet(&self.home(version).join("bin/artemis"))
    }

    /// The folder of a version.
    pub fn home(&self, version: &str) -> PathBuf {
        self.beside(&format!("apache-artemis-{version}"))
    }

    /// Puts a copy of an instance at its place.
    pub fn copy_instance(&self, from: &Path) {
        succeed(Command::new("cp").arg("-a").arg(from).arg(self.instance()));
    }

    /// Moves the instance away, so that another can be made at its place.
    pub fn move_instance(&self, name: &str) -> PathBuf {
        let to = self.beside(name);
        fs::rename(self.instance(), &to).unwrap();
        to
    }
}

/// The password of the user that the vendor's command makes.
pub const ADMIN_PASSWORD: &str = "anchor-4711";

/// A command of the vendor without what this process has in its environment for other brokers.
pub fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    for variable in ["JAVA_ARGS", "ARTEMIS_HOME", "ARTEMIS_INSTANCE", "ACME_REGION"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs a command that must succeed.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", text_of(&output));
    output
}

/// What a command said.
pub fn text_of(output: &Output) -> String {
    let [out, error] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{out}{error}")
}

fn archive(test: &str, version: &str) -> Option<PathBuf> {
    let name = format!("apache-artemis-{version}-bin.tar.gz");
    artifact_for_test(test, &name)
}
