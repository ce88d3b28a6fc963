//! Fetches through the site's own Maven, so that its mirror and settings are honoured.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::java::JavaHome;
use super::{debian, tools};
use crate::error::Result;
use crate::program;

/// How long one fetch may take.
const LIMIT: Duration = Duration::from_mins(15);

/// Copies one artifact into a folder.
pub fn copy(coordinates: &str, into: &Path, java: &JavaHome) -> Result<()> {
    let mut command = maven(into, java)?;
    command.arg("dependency:copy").arg(format!("-Dartifact={coordinates}"));
    command.arg(format!("-DoutputDirectory={}", into.display()));
    program::run_within(&mut command, LIMIT)
}

/// Copies what the dependencies of a project need when they run into a folder.
pub fn copy_dependencies(project: &Path, into: &Path, java: &JavaHome) -> Result<()> {
    let mut command = maven(into, java)?;
    command.arg("-f").arg(project).args(["dependency:copy-dependencies", "-DincludeScope=runtime"]);
    command.arg(format!("-DoutputDirectory={}", into.display()));
    program::run_within(&mut command, LIMIT)
}

/// Maven in a folder without a project, so that none is taken by chance. What it says goes into
/// logs too, where codes of colour are in the way.
fn maven(folder: &Path, java: &JavaHome) -> Result<Command> {
    if tools::find("mvn").is_none() {
        debian::install("Maven, which fetches the vendor's archives,", &["maven"])?;
    }
    let mut command = Command::new("mvn");
    command.current_dir(folder).args(["-q", "-B", "-Dstyle.color=never"]);
    java.apply(&mut command);
    Ok(command)
}
