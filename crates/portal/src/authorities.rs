//! Certificate authorities of the site's own: what they have signed is believed too.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};
use thiserror::Error;

/// Certificate authorities of the site's own, beside those that the machine trusts: for the mail
/// server, the OpenID provider and webhooks.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Arc<[CertificateDer<'static>]>);

/// The authorities' file cannot be used.
#[derive(Debug, Error)]
pub enum AuthoritiesError {
    /// It cannot be read.
    #[error("the file of certificate authorities {path} cannot be read as certificates (PEM)")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: pem::Error,
    },
    /// There is no certificate in it.
    #[error(
        "the file of certificate authorities {path} holds no certificate; it begins with \
         `-----BEGIN CERTIFICATE-----`"
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Something in it is no authority's certificate.
    #[error("certificate {number} in {path} cannot be used as an authority's")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Which one, from 1.
        number: usize,
        /// Why.
        #[source]
        source: rustls::Error,
    },
}

impl Authorities {
    /// Reads a file of certificates (PEM).
    pub fn read(path: &Path) -> Result<Self, AuthoritiesError> {
        let unreadable = |source| AuthoritiesError::Unreadable { path: path.to_owned(), source };
        let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
        let found = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
        if found.is_empty() {
            return Err(AuthoritiesError::Empty { path: path.to_owned() });
        }
        let mut checked = RootCertStore::empty();
        for (number, certificate) in (1..).zip(&found) {
            checked.add(certificate.clone()).map_err(|source| AuthoritiesError::Certificate {
                path: path.to_owned(),
                number,
                source,
            })?;
        }
        Ok(Self(found.into()))
    }

    /// Their certificates (DER).
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use refit_model::with_causes;

    use super::*;

    #[test]
    fn what_is_no_authority_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let told = || with_causes(&Authorities::read(&path).unwrap_err());
        assert!(told().contains("ca.pem cannot be read"), "{}", told());
        for (text, expected) in [
            ("", "holds no certificate"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 in"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n", "cannot be read"),
        ] {
            fs::write(&path, text).unwrap();
            assert!(told().contains(expected), "{text}: {}", told());
        }
    }
}
