//! The users of an environment and their passwords: random, each in a file of its own.

use std::fs;
use std::path::{Path, PathBuf};

use refit_model::Secret;
use refit_wire::Credentials;

use crate::DemoError;
use crate::archive::create_folder;
use crate::edit::write_private;

/// The length of a password, in characters of which each has 5 bits.
const PASSWORD_LENGTH: usize = 26;
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A user of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteUser {
    /// May do everything at the broker.
    Admin,
    /// The applications' user: sends and receives orders, sends prices.
    Orders,
    /// Subscribes durably to prices, reads bills.
    Audit,
    /// For monitoring: may connect, browse every queue, and use `probe.>`.
    Probe,
    /// The console's own user at the broker.
    System,
    /// Administrator of the console.
    ConsoleAdmin,
    /// Read-only user of the console.
    ConsoleMonitor,
}

impl SiteUser {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Admin,
        Self::Orders,
        Self::Audit,
        Self::Probe,
        Self::System,
        Self::ConsoleAdmin,
        Self::ConsoleMonitor,
    ];

    /// The name to log in with.
    pub fn login_name(self) -> &'static str {
        match self {
            Self::Admin | Self::ConsoleAdmin => "admin",
            Self::Orders => "orders",
            Self::Audit => "audit",
            Self::Probe => "probe",
            Self::System => "system",
            Self::ConsoleMonitor => "monitor",
        }
    }

    /// The name of the file with the password.
    fn file_name(self) -> &'static str {
        match self {
            Self::Admin => "broker-admin",
            Self::Orders => "broker-orders",
            Self::Audit => "broker-audit",
            Self::Probe => "broker-probe",
            Self::System => "broker-system",
            Self::ConsoleAdmin => "console-admin",
            Self::ConsoleMonitor => "console-monitor",
        }
    }
}

/// The folder with the password files of an environment.
pub struct Passwords(PathBuf);

impl Passwords {
    /// The passwords in a folder that exists.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Invents all passwords and writes them.
    pub fn make(&self) -> Result<(), DemoError> {
        create_folder(&self.0)?;
        for user in SiteUser::ALL {
            write_private(&self.file(user), &format!("{}\n", random_password()?))?;
        }
        write_private(&self.keystore_file(), &format!("{}\n", random_password()?))
    }

    /// The file with a user's password.
    pub fn file(&self, user: SiteUser) -> PathBuf {
        self.0.join(user.file_name())
    }

    /// The file with the keystore's password.
    pub fn keystore_file(&self) -> PathBuf {
        self.0.join("keystore")
    }

    /// A user's password.
    pub fn password(&self, user: SiteUser) -> Result<Secret, DemoError> {
        read(&self.file(user)).map(Secret::new)
    }

    /// The keystore's password.
    pub fn keystore(&self) -> Result<Secret, DemoError> {
        read(&self.keystore_file()).map(Secret::new)
    }

    /// A user's name and password.
    pub fn credentials(&self, user: SiteUser) -> Result<Credentials, DemoError> {
        let password = self.password(user)?;
        Ok(Credentials::new(user.login_name(), password))
    }
}

fn read(path: &Path) -> Result<String, DemoError> {
    let text = fs::read_to_string(path).map_err(DemoError::file("read", path))?;
    Ok(text.trim_end_matches('\n').to_owned())
}

fn random_password() -> Result<String, DemoError> {
    let mut bytes = [0; PASSWORD_LENGTH];
    getrandom::fill(&mut bytes).map_err(DemoError::Random)?;
    let characters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    Ok(characters.iter().collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_user_has_a_password_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let passwords = Passwords::in_folder(folder.path().join("secrets"));
        passwords.make().unwrap();
        let all = SiteUser::ALL.map(|user| passwords.password(user).unwrap().expose().to_vec());
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), SiteUser::ALL.len());
        assert!(all.iter().all(|password| password.len() == PASSWORD_LENGTH));
    }
}
