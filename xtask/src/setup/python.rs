//! What comes as Python packages: a mail server, an S3-compatible store, a checker of APIs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{debian, tools};
use crate::error::{Error, Result};
use crate::program;

/// The packages, and the programs that show that they are there.
const PACKAGES: [&str; 3] = ["aiosmtpd==1.4.6", "moto[server]==5.2.1", "schemathesis==4.32.5"];
const PROGRAMS: [&str; 3] = ["aiosmtpd", "moto_server", "schemathesis"];
/// How long fetching them may take.
const LIMIT: Duration = Duration::from_mins(5);

/// Finds the programs in an environment of their own below `folder`, or installs them there where
/// that can be done; gives the folder of its programs. Tests that need what is not there say so.
pub fn ensure_if_possible(folder: &Path) -> Option<PathBuf> {
    let folder = folder.join("python");
    let programs = folder.join("bin");
    let is_there = || PROGRAMS.iter().all(|program| programs.join(program).is_file());
    if !is_there()
        && let Err(missing) = install(&folder)
    {
        println!("{missing}; tests that need {} are skipped", PACKAGES.join(", "));
    }
    is_there().then_some(programs)
}

fn install(folder: &Path) -> Result<()> {
    println!("installing {} in an environment of their own", PACKAGES.join(", "));
    if make(folder).is_err() {
        debian::install("an environment of Python", &["python3-venv"])?;
        make(folder)?;
    }
    let mut install = Command::new(folder.join("bin/python3"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    program::run_within(install.args(PACKAGES), LIMIT)
}

fn make(folder: &Path) -> Result<()> {
    let Some(python) = tools::find("python3") else {
        let how = "install the package python3-venv".to_owned();
        return Err(Error::Missing { what: "python3".to_owned(), how });
    };
    let mut make = Command::new(python);
    program::run_within(make.args(["-m", "venv", "--clear"]).arg(folder), LIMIT)
}
