//! Unpacks a vendor's archive.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use refit_model::Version;

use crate::DemoError;
use crate::tool::Tool;

const UNPACK_WITHIN: Duration = Duration::from_mins(2);

/// Unpacks the archive into `folder` and gives the one folder that it holds, for example
/// `apache-activemq-5.16.7`.
pub fn unpack(archive: &Path, folder: &Path) -> Result<PathBuf, DemoError> {
    create_folder(folder)?;
    Tool::new("tar")
        .args(["--extract", "--gzip", "--no-same-owner", "--file"])
        .arg(archive)
        .arg("--directory")
        .arg(folder)
        .run(UNPACK_WITHIN)?;
    let home = folder.join(format!("apache-activemq-{}", version_of(archive)?));
    if home.join("bin/activemq.jar").is_file() {
        return Ok(home);
    }
    Err(DemoError::NotAnArchive {
        path: archive.to_owned(),
        why: format!("it has no {}", home.join("bin/activemq.jar").display()),
    })
}

/// The version in the archive's name, `apache-activemq-VERSION-bin.tar.gz`.
pub fn version_of(archive: &Path) -> Result<Version, DemoError> {
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    name.strip_prefix("apache-activemq-")
        .and_then(|rest| rest.strip_suffix("-bin.tar.gz"))
        .and_then(|version| version.parse().ok())
        .ok_or_else(|| DemoError::NotAnArchive {
            path: archive.to_owned(),
            why: "its name is not apache-activemq-VERSION-bin.tar.gz".to_owned(),
        })
}

/// Makes a folder with all above it.
pub fn create_folder(folder: &Path) -> Result<(), DemoError> {
    fs::create_dir_all(folder).map_err(DemoError::file("make the folder", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_in_the_name() {
        let version = version_of(Path::new("/a/apache-activemq-5.16.7-bin.tar.gz")).unwrap();
        assert_eq!(version, "5.16.7".parse().unwrap());
        assert!(version_of(Path::new("apache-artemis-2.40.0-bin.tar.gz")).is_err());
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("apache-activemq-5.16.7-bin.tar.gz");
        fs::write(&archive, "no archive").unwrap();
        let error = unpack(&archive, &folder.path().join("into")).unwrap_err();
        assert!(matches!(error, DemoError::Tool { .. }), "{error}");
    }
}
