//! Reading secrets where their references say.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use refit_model::{Login, Logins, Secret, SecretRef};
use refit_truth::KnownLogins;
use refit_wire::Credentials;
use thiserror::Error;

/// The longest password that is read, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// A secret cannot be read. The text never holds it.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("the secret file {path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A new one cannot be written.
    #[error("the key file {path} cannot be made")]
    NotMade {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others can read the file.
    #[error(
        "the secret file {path} can be read by others (mode {mode:o}); close it with `chmod 600 {path}`"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is too large, or empty.
    #[error("the secret file {0} is empty or too large for a password")]
    Size(PathBuf),
    /// systemd passed no credentials.
    #[error(
        "the credential `{0}` is not there: systemd passes credentials to services only (LoadCredential=)"
    )]
    NoCredential(String),
    /// There is no terminal to ask at.
    #[error(
        "`{0}` must be typed in, and there is no terminal; give a file or a credential instead"
    )]
    NoTerminal(String),
}

/// Asks a person for a secret.
pub trait AskSecret {
    /// The answer; `None` where there is no terminal.
    fn ask(&self, text: &str) -> Option<Secret>;
}

/// Reads a secret.
pub fn read_secret(reference: &SecretRef, person: &dyn AskSecret) -> Result<Secret, SecretError> {
    match reference {
        SecretRef::File(path) => read_file(path.as_path()),
        SecretRef::Credential(name) => {
            let missing = || SecretError::NoCredential(name.clone());
            let folder = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or_else(missing)?;
            let is_plain = !name.contains('/') && name != "..";
            let path = Path::new(&folder).join(name);
            if is_plain && path.exists() { read_file(&path) } else { Err(missing()) }
        }
        SecretRef::Prompt(text) => {
            person.ask(text).ok_or_else(|| SecretError::NoTerminal(text.clone()))
        }
    }
}

fn read_file(path: &Path) -> Result<Secret, SecretError> {
    let fail = |source| SecretError::Unreadable { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(fail)?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretError::Open { path: path.to_owned(), mode });
    }
    let mut bytes = fs::read(path).map_err(fail)?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    if bytes.is_empty() || bytes.len() > MAX_BYTES {
        return Err(SecretError::Size(path.to_owned()));
    }
    Ok(Secret::new(bytes))
}

/// Reads the logins that questions use.
pub fn read_logins(logins: &Logins, person: &dyn AskSecret) -> Result<KnownLogins, SecretError> {
    let read =
        |login: &Option<Login>| login.as_ref().map(|login| read_login(login, person)).transpose();
    Ok(KnownLogins { broker: read(&logins.broker)?, console: read(&logins.console)? })
}

/// Reads one login.
pub fn read_login(login: &Login, person: &dyn AskSecret) -> Result<Credentials, SecretError> {
    Ok(Credentials::new(login.user.clone(), read_secret(&login.password, person)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    struct Nobody;

    impl AskSecret for Nobody {
        fn ask(&self, _text: &str) -> Option<Secret> {
            None
        }
    }

    #[test]
    fn a_closed_file_is_read_without_its_last_line_feed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pw");
        fs::write(&path, "pass word\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let reference = SecretRef::File((&path).into());
        assert!(matches!(read_secret(&reference, &Nobody), Err(SecretError::Open { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let secret = read_secret(&reference, &Nobody).unwrap();
        assert_eq!(secret.expose(), b"pass word");
    }

    #[test]
    fn without_a_terminal_a_prompt_is_an_error() {
        let error = read_secret(&SecretRef::Prompt("password".into()), &Nobody).unwrap_err();
        assert!(matches!(error, SecretError::NoTerminal(_)));
    }
}
