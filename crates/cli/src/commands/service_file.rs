//! The configuration file of the service.

use std::fs;
use std::path::{Path, PathBuf};

use refit_app::{AskSecret, read_secret};
use refit_model::{Secret, SecretRef, with_causes};
use refit_portal::{Authorities, Contents, MailSettings, MailTls, OidcSettings};
use serde::Deserialize;

use crate::failure::Failure;

/// The file, if there is one.
#[derive(Default)]
pub(super) struct ServiceFile {
    /// Its name, for errors.
    name: String,
    tables: Tables,
}

/// What stands in it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    /// A file of certificate authorities of the site's own.
    ca_file: Option<PathBuf>,
    mail: Option<MailTable>,
    blobs: Option<BlobsTable>,
    oidc: Option<OidcTable>,
    #[serde(default)]
    webhooks: WebhooksTable,
}

/// Its table `blobs`: an S3-compatible store.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "s3"), expect(dead_code, reason = "it is read to be refused"))]
struct BlobsTable {
    endpoint: String,
    #[serde(default = "BlobsTable::usual_region")]
    region: String,
    bucket: String,
    #[serde(default)]
    prefix: String,
    key_id: String,
    key: SecretRef,
}

/// Its table `oidc`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcTable {
    name: String,
    issuer: String,
    client_id: String,
    client_secret: Option<SecretRef>,
}

/// Its table `webhooks`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhooksTable {
    /// Hosts of a private network, or this machine, that webhooks may go to.
    #[serde(default)]
    allowed_hosts: Vec<String>,
}

/// Its table `mail`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailTable {
    host: String,
    port: u16,
    #[serde(default)]
    tls: MailTls,
    from: String,
    user: Option<String>,
    password: Option<SecretRef>,
}

/// A server has nobody to ask.
struct Nobody;

impl AskSecret for Nobody {
    fn ask(&self, _: &str) -> Option<Secret> {
        None
    }
}

impl ServiceFile {
    /// Reads it.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::failed(format!("{name} cannot be read: {error}")))?;
        let tables =
            toml::from_str(&text).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        Ok(Self { name, tables })
    }

    /// How letters are sent.
    pub(super) fn mail(&self) -> Result<Option<MailSettings>, Failure> {
        let Some(mail) = &self.tables.mail else { return Ok(None) };
        if mail.tls == MailTls::None && !is_this_machine(&mail.host) {
            let (name, host) = (&self.name, &mail.host);
            return Err(Failure::usage(format!(
                "{name}: letters go to {host} unencrypted; set tls to \"starttls\" or \"wrapped\""
            )));
        }
        Ok(Some(MailSettings {
            host: mail.host.clone(),
            port: mail.port,
            tls: mail.tls,
            from: mail.from.clone(),
            user: mail.user.clone(),
            password: mail.password.as_ref().map(secret).transpose()?,
        }))
    }

    /// The provider that people can log in with.
    pub(super) fn oidc(&self) -> Result<Option<OidcSettings>, Failure> {
        let Some(oidc) = &self.tables.oidc else { return Ok(None) };
        Ok(Some(OidcSettings {
            name: oidc.name.clone(),
            issuer: oidc.issuer.clone(),
            client_id: oidc.client_id.clone(),
            client_secret: oidc.client_secret.as_ref().map(secret).transpose()?,
        }))
    }

    /// Certificate authorities of the site's own.
    pub(super) fn authorities(&self) -> Result<Authorities, Failure> {
        let Some(path) = &self.tables.ca_file else { return Ok(Authorities::default()) };
        Authorities::read(path).map_err(|error| {
            Failure::usage(format!("{}: ca_file: {}", self.name, with_causes(&error)))
        })
    }

    /// Hosts of a private network that webhooks may go to.
    pub(super) fn webhook_hosts(&self) -> Vec<String> {
        self.tables.webhooks.allowed_hosts.clone()
    }

    /// Where contents are kept: in the state directory, if nothing else is said.
    #[cfg(feature = "s3")]
    pub(super) fn contents(&self, state: &Path) -> Result<Contents, Failure> {
        let contents = state.join("contents");
        let Some(blobs) = &self.tables.blobs else { return Ok(Contents::Folder(contents)) };
        let host = blobs.endpoint.strip_prefix("http://");
        let host = host.map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
        if host.is_some_and(|host| !is_this_machine(host)) {
            let (name, endpoint) = (&self.name, &blobs.endpoint);
            return Err(Failure::usage(format!(
                "{name}: contents go to {endpoint} unencrypted; name an endpoint that begins with \
                 https://"
            )));
        }
        let place = refit_store::S3Place {
            endpoint: blobs.endpoint.clone(),
            region: blobs.region.clone(),
            bucket: blobs.bucket.clone(),
            prefix: blobs.prefix.clone(),
            key_id: blobs.key_id.clone(),
            key: secret(&blobs.key)?,
        };
        Ok(Contents::S3 { place, incoming: contents.join("incoming") })
    }

    /// Where contents are kept: in the state directory.
    #[cfg(not(feature = "s3"))]
    pub(super) fn contents(&self, state: &Path) -> Result<Contents, Failure> {
        if self.tables.blobs.is_some() {
            return Err(Failure::usage(format!(
                "{}: [blobs] is of no use, since this program was built without S3-compatible \
                 stores; build it with `--features s3`, or leave the table out: contents are in \
                 the state directory then",
                self.name
            )));
        }
        Ok(Contents::Folder(state.join("contents")))
    }
}

impl BlobsTable {
    fn usual_region() -> String {
        "us-east-1".to_owned()
    }
}

/// A secret that the configuration file names.
fn secret(reference: &SecretRef) -> Result<Secret, Failure> {
    read_secret(reference, &Nobody).map_err(|error| Failure::failed(with_causes(&error)))
}

fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}
