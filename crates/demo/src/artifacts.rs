//! Where tests find the vendor's archives.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;

/// The variable with the folder of archives.
pub const ARTIFACTS_VARIABLE: &str = "REFIT_TEST_ARTIFACTS";

/// The folder of the jars of ActiveMQ 6.3.1, among the archives.
pub const PUBLISHED_JARS: &str = "activemq-6.3.1-lib";

/// The archives of these versions, for a test that needs real brokers. None, and a loud line that
/// says why, if the variable is not set; a folder that lacks an archive is an error of the
/// surroundings and panics, so that it cannot be overlooked.
///
/// # Panics
/// If the variable is set but an archive is not there.
pub fn artifacts_for_tests<const N: usize>(
    test: &str,
    versions: [&str; N],
) -> Option<[PathBuf; N]> {
    let Some(folder) = env::var_os(ARTIFACTS_VARIABLE).map(PathBuf::from) else {
        let versions = versions.join(" and ");
        let needs = format!(
            "the archives of ActiveMQ {versions}; set {ARTIFACTS_VARIABLE} to their folder"
        );
        tell_skipped(test, &needs);
        return None;
    };
    Some(versions.map(|version| {
        let archive = folder.join(format!("apache-activemq-{version}-bin.tar.gz"));
        assert!(archive.is_file(), "{test} needs {}", archive.display());
        archive
    }))
}

/// A file or folder among the archives, for a test that can be skipped: none, and a loud line that
/// says why, if it is not there.
pub fn artifact_for_test(test: &str, name: &str) -> Option<PathBuf> {
    let folder = env::var_os(ARTIFACTS_VARIABLE).map(PathBuf::from);
    let path = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    if path.is_none() {
        tell_skipped(test, &format!("{name} in the folder of {ARTIFACTS_VARIABLE}"));
    }
    path
}

/// Says that a test is skipped, and what it needs.
///
/// # Panics
/// If it cannot be said.
pub fn tell_skipped(test: &str, needs: &str) {
    let line = format!("SKIPPED {test}: needs {needs}\n");
    // Not by `eprintln!`, which the test harness would swallow.
    std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written");
}
