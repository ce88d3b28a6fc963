//! Installs packages of Debian, where this is a Debian and the user may.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::tools;
use crate::error::{Error, Result};
use crate::program;

/// How long fetching and unpacking packages may take.
const LIMIT: Duration = Duration::from_mins(20);

/// Installs `packages`, which bring `what`; an error that says what to install where that cannot
/// be done from here.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    if !is_debian() || !rustix::process::geteuid().is_root() {
        return Err(missing(what, packages));
    }
    println!("installing {} for {what}", packages.join(", "));
    // The list of a machine that is new is empty, and that of an old one names what is gone.
    program::run_within(&mut apt(&["update", "-q"]), LIMIT)?;
    let mut install = apt(&["install", "-q", "--yes", "--no-install-recommends"]);
    program::run_within(install.args(packages), LIMIT)
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").is_file() && tools::find("apt-get").is_some()
}

fn missing(what: &str, packages: &[&str]) -> Error {
    let packages = packages.join(" ");
    let how = if is_debian() {
        format!("install it as root: apt-get install {packages}")
    } else {
        format!("install what your system calls the Debian packages {packages}")
    };
    Error::Missing { what: what.to_owned(), how }
}

fn apt(words: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // Another installation at the same time is waited for.
    command.args(["-o", "DPkg::Lock::Timeout=300"]).args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_install_is_told() {
        let text = missing("a JDK", &["default-jdk-headless"]).to_string();
        assert!(text.starts_with("a JDK is needed and not there; install"), "{text}");
        assert!(text.contains("default-jdk-headless"), "{text}");
    }
}
