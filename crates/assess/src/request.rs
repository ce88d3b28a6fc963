//! What an assessment is asked with.

use refit_hosts::Reader;
use refit_model::{
    EnvironmentName, Fingerprint, HostPath, Installation, InstallationName, Version,
};
use refit_packs::Pack;
use refit_truth::KnownLogins;
use refit_wire::Connect;

/// What an assessment is asked with.
pub struct Request<'a> {
    /// The environment.
    pub environment: &'a EnvironmentName,
    /// The installation's name in it.
    pub installation: &'a InstallationName,
    /// The operator's entry for it.
    pub entry: &'a Installation,
    /// The platform's pack.
    pub pack: &'a Pack,
    /// The installation's host.
    pub reader: Reader<'a>,
    /// The way to the broker's addresses.
    pub connect: &'a dyn Connect,
    /// Logins for questions.
    pub logins: &'a KnownLogins,
    /// The controlling machine, where the artifacts are.
    pub controller: Reader<'a>,
    /// The folder with the archives.
    pub artifacts: &'a HostPath,
    /// The version to go to; the newest within reach where it is not given.
    pub to: Option<&'a Version>,
    /// Names a file's content by a key that stays in the state directory.
    pub fingerprint: &'a dyn Fn(&[u8]) -> Fingerprint,
    /// Where what was read of archives is kept.
    pub cache: &'a dyn Cache,
    /// Hears what is being looked at.
    pub tell: &'a dyn Fn(&str),
}

/// Keeps what was read of an archive, by names that say its content.
pub trait Cache {
    /// What was kept under the name, if anything.
    fn get(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps it. Failing to only costs time later.
    fn put(&self, name: &str, bytes: &[u8]);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCache;

impl Cache for NoCache {
    fn get(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _name: &str, _bytes: &[u8]) {}
}
