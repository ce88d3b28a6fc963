//! The jars of ActiveMQ 6.3.1, which has no archive that can be fetched: tests ask whether plugins
//! find their classes in it, and run the broker's core on a site's settled files.

use std::fs;
use std::path::Path;

use super::java::JavaHome;
use super::maven;
use crate::error::{Error, Result};

/// The folder, within that of the archives.
const FOLDER: &str = "activemq-6.3.1-lib";
/// What Maven is to fetch.
const PROJECT: &str = include_str!("activemq-6.3.1.pom.xml");

/// Makes sure that the jars are there. Where they cannot be fetched it says so and goes on: the
/// tests that need them say that they are skipped.
pub fn ensure(artifacts: &Path, java: &JavaHome) -> Result<()> {
    let folder = artifacts.join(FOLDER);
    if folder.is_dir() {
        println!("jars: {}", folder.display());
        return Ok(());
    }
    println!("fetching the jars of 6.3.1 (20 MB) by Maven");
    match fetch(&folder, java) {
        Err(error @ (Error::Program { .. } | Error::Missing { .. })) => {
            println!("not fetched: {error}; the tests that need these jars are SKIPPED");
            Ok(())
        }
        other => other,
    }
}

/// Fetches them beside their place: a folder that is there is whole.
fn fetch(folder: &Path, java: &JavaHome) -> Result<()> {
    let fetching = folder.with_extension("fetching");
    super::make_anew(&fetching)?;
    let lib = fetching.join("lib");
    fs::create_dir(&lib).map_err(Error::file("make", &lib))?;
    let project = fetching.join("pom.xml");
    fs::write(&project, PROJECT).map_err(Error::file("write", &project))?;
    maven::copy_dependencies(&project, &lib, java)?;
    fs::rename(&lib, folder).map_err(Error::file("move to", folder))?;
    fs::remove_dir_all(&fetching).map_err(Error::file("remove", &fetching))
}
