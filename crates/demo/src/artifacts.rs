//! Where tests find the vendor's archives.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;

/// The variable with the folder of archives.
pub const ARTIFACTS_VARIABLE: &str = "REFIT_TEST_ARTIFACTS";

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
        let line = format!(
            "SKIPPED {test}: needs the archives of ActiveMQ {versions}; \
             set {ARTIFACTS_VARIABLE} to their folder\n"
        );
        // Not by `eprintln!`, which the test harness would swallow.
        let told = std::io::stderr().write_all(line.as_bytes());
        return told.ok().and(None);
    };
    Some(versions.map(|version| {
        let archive = folder.join(format!("apache-activemq-{version}-bin.tar.gz"));
        assert!(archive.is_file(), "{test} needs {}", archive.display());
        archive
    }))
}
