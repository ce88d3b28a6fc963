//! The Java development kit.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{debian, tools};
use crate::error::{Error, Result};

/// What a kit must have in its `bin`: brokers are started with it, plugins made, keys too.
const PROGRAMS: [&str; 4] = ["java", "javac", "jar", "keytool"];
/// The package of a kit.
const PACKAGE: &str = "default-jdk-headless";

/// The folder of a Java development kit.
pub struct JavaHome(PathBuf);

impl JavaHome {
    /// The kit that `JAVA_HOME` names, or that of the `javac` in the `PATH`, or one that is
    /// installed now.
    pub fn ensure() -> Result<Self> {
        if let Some(folder) = env::var_os("JAVA_HOME").filter(|folder| !folder.is_empty()) {
            return Self::named(folder.into());
        }
        if let Some(home) = Self::of_path() {
            return Ok(home);
        }
        debian::install("a Java development kit (17 or newer)", &[PACKAGE])?;
        Self::of_path().ok_or_else(|| Error::Missing {
            what: "a Java development kit".to_owned(),
            how: format!("{PACKAGE} is installed, but no javac is in the PATH: set JAVA_HOME"),
        })
    }

    /// A folder that the user named is used, or found wrong; never passed over.
    fn named(folder: PathBuf) -> Result<Self> {
        let home = Self(folder);
        match home.lack() {
            None => Ok(home),
            Some(program) => Err(Error::Missing {
                what: format!("bin/{program} in {}", home.0.display()),
                how: "let JAVA_HOME name a Java development kit, or unset it".to_owned(),
            }),
        }
    }

    fn of_path() -> Option<Self> {
        let javac = tools::find("javac")?.canonicalize().ok()?;
        let home = Self(javac.parent()?.parent()?.to_owned());
        home.lack().is_none().then_some(home)
    }

    fn lack(&self) -> Option<&'static str> {
        PROGRAMS.into_iter().find(|program| !self.0.join("bin").join(program).is_file())
    }

    /// The folder.
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// Makes a command use this kit.
    pub fn apply(&self, command: &mut Command) {
        command.env("JAVA_HOME", &self.0);
        tools::put_before(command, &self.0.join("bin"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_kit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        std::fs::write(bin.join("java"), "").unwrap();
        let error = JavaHome::named(folder.path().to_owned()).err().unwrap().to_string();
        assert!(error.starts_with("bin/javac in "), "{error}");
        for program in PROGRAMS {
            std::fs::write(bin.join(program), "").unwrap();
        }
        assert!(JavaHome::named(folder.path().to_owned()).is_ok());
    }

    #[test]
    fn the_kit_goes_before_what_is_in_the_path() {
        let mut command = Command::new("sh");
        JavaHome("/opt/kit".into()).apply(command.args(["-c", "echo $JAVA_HOME $PATH"]));
        let told = crate::program::answer(&mut command).unwrap();
        assert!(told.starts_with("/opt/kit /opt/kit/bin:"), "{told}");
    }
}
