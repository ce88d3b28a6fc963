//! What may be read and written in an environment, proved path by path.

use serde::{Deserialize, Serialize};

use crate::{Document, EnvironmentName, InstallationName, PlatformName};

/// What `refit access check` has proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessReport {
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation within it.
    pub installation: InstallationName,
    /// Its platform.
    pub platform: PlatformName,
    /// The host.
    pub host: String,
    /// The user that Refit runs as there.
    pub user: u32,
    /// Each thing that was tried.
    pub proofs: Vec<AccessProof>,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessProof {
    /// What it is for.
    pub what: String,
    /// The path, or the address.
    pub at: String,
    /// Which access it needs.
    pub needs: AccessNeed,
    /// Whether it worked.
    pub proved: bool,
    /// What was done, or what failed.
    pub answer: String,
}

/// Which access something needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessNeed {
    /// To read.
    Read,
    /// To write.
    Write,
}

impl AccessReport {
    /// Whether everything that an upgrade needs was proved.
    pub fn is_enough(&self) -> bool {
        self.can(AccessNeed::Read) && self.can(AccessNeed::Write)
    }

    /// Whether everything of this kind was proved; not, if nothing of it could even be tried.
    pub fn can(&self, need: AccessNeed) -> bool {
        let mut proofs = self.proofs.iter().filter(|proof| proof.needs == need).peekable();
        proofs.peek().is_some() && proofs.all(|proof| proof.proved)
    }
}

impl Document for AccessReport {
    const TYPE: &'static str = "access-report";
    const SCHEMA: u32 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(needs: AccessNeed, proved: bool) -> AccessProof {
        AccessProof { what: "a".into(), at: "/a".into(), needs, proved, answer: "b".into() }
    }

    #[test]
    fn access_is_what_was_proved() {
        let mut report = AccessReport {
            environment: EnvironmentName::new("staging").unwrap(),
            installation: InstallationName::new("orders").unwrap(),
            platform: PlatformName::new("activemq-classic").unwrap(),
            host: "local".to_owned(),
            user: 0,
            proofs: vec![proof(AccessNeed::Read, true)],
        };
        // Nothing could be tried to write.
        assert!(report.can(AccessNeed::Read) && !report.can(AccessNeed::Write));
        assert!(!report.is_enough());
        report.proofs.push(proof(AccessNeed::Write, true));
        assert!(report.is_enough());
        report.proofs.push(proof(AccessNeed::Write, false));
        assert!(report.can(AccessNeed::Read) && !report.is_enough());
    }
}
