//! Packages of npm for tests: an OpenID provider, and a checker of pages' accessibility.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{debian, tools};
use crate::error::{Error, Result};
use crate::program;

/// The packages, and the files that show that they are there.
const PACKAGES: [&str; 2] = ["oidc-provider@9.13.3", "axe-core@4.14.1"];
const FILES: [&str; 2] = ["oidc-provider/package.json", "axe-core/axe.min.js"];
/// How long fetching them may take.
const LIMIT: Duration = Duration::from_mins(5);

/// Finds the packages in `node/node_modules` below `folder`, or installs them there where that can
/// be done. Tests that need what is not there say so.
pub fn ensure_if_possible(folder: &Path) {
    let folder = folder.join("node");
    let is_there = FILES.iter().all(|file| folder.join("node_modules").join(file).is_file());
    if !is_there && let Err(missing) = install(&folder) {
        println!("{missing}; tests that need {} are skipped", PACKAGES.join(", "));
    }
}

fn install(folder: &Path) -> Result<()> {
    if tools::find("npm").is_none() {
        debian::install("npm, which fetches packages for tests,", &["nodejs", "npm"])?;
    }
    println!("installing {}", PACKAGES.join(", "));
    fs::create_dir_all(folder).map_err(Error::file("make", folder))?;
    let mut install = Command::new("npm");
    install.args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]);
    install.arg("--prefix").arg(folder).args(PACKAGES).current_dir(folder);
    program::run_within(&mut install, LIMIT)
}
