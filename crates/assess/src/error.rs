//! Why there is no assessment.

use refit_hosts::HostError;
use refit_model::{HostPath, Version};
use refit_packs::{ArchiveError, VersionError};
use thiserror::Error;

/// An installation could not be assessed.
#[derive(Debug, Error)]
pub enum AssessError {
    /// The host failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The version that was asked for cannot be the target.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// There is no installation at the home.
    #[error(
        "{home}: no installation of {platform} is there: {why}; correct `home` in the environment \
         file (`refit discover` tells the homes of running brokers)"
    )]
    NoInstallation {
        /// The home.
        home: HostPath,
        /// The platform.
        platform: String,
        /// What is missing.
        why: String,
    },
    /// The version cannot be told.
    #[error(
        "{home}: the version cannot be told: none of the files that tell it is there; correct \
         `home` in the environment file (`refit discover` tells the homes of running brokers)"
    )]
    UnknownVersion {
        /// The home.
        home: HostPath,
    },
    /// The folder is an instance without software.
    #[error(
        "{home}: this folder was made by `activemq create`: it holds configuration and a start \
         script, but no software, and other instances may use the same software; Refit does not \
         handle this layout yet: upgrade this instance by hand"
    )]
    InstanceOnly {
        /// The folder.
        home: HostPath,
    },
    /// The archive of a version is not among the artifacts.
    #[error(
        "there is no archive of {version} in {folder}: fetch {coordinates} and put it there as {file}"
    )]
    MissingArchive {
        /// The version.
        version: Version,
        /// The artifacts folder.
        folder: HostPath,
        /// Where it can be had.
        coordinates: String,
        /// The name that it must have.
        file: String,
    },
    /// An archive's content is not the known one.
    #[error(
        "{file}: its digest is {found}, the pack knows {expected} for {version}; fetch it again"
    )]
    WrongArchive {
        /// The file.
        file: HostPath,
        /// The version that its name says.
        version: Version,
        /// Its digest.
        found: String,
        /// The digest that it should have.
        expected: String,
    },
    /// An archive cannot be used.
    #[error("{file}: {source}")]
    Archive {
        /// The file.
        file: HostPath,
        /// What is wrong.
        source: ArchiveError,
    },
    /// The files of the installed version are not known.
    #[error(
        "the pack does not know what {version} ships, so changes of the site cannot be told; put the archive of {version} ({coordinates}) into {folder}"
    )]
    UnknownRelease {
        /// The installed version.
        version: Version,
        /// Where its archive can be had.
        coordinates: String,
        /// The artifacts folder.
        folder: HostPath,
    },
}

/// Results of assessing.
pub type Result<T> = std::result::Result<T, AssessError>;
