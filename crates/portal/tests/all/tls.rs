//! Other servers over TLS: those for which the site's own authority vouches are believed, no others.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use refit_portal::{Authorities, MailSettings, MailTls};
use refit_store::{Channel, OutboxState};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::mail_server::MailServer;
use crate::webhooks::until;
use crate::world::World;

/// The name that servers of tests have.
pub const HERE: &str = "127.0.0.1";

/// A certificate authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

/// A listener that speaks TLS.
pub struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// What a site that has this authority names.
    pub fn authorities(&self) -> Authorities {
        Authorities::read(&self.folder.path().join("ca.pem")).unwrap()
    }

    /// A listener whose certificate is for this name.
    pub fn listener(&self, name: &str, tcp: TcpListener) -> TlsListener {
        let (certificate, key) = self.issue(name);
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsListener { tcp, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// Files of a certificate for this name, and of its key.
    fn files(&self, name: &str) -> [PathBuf; 2] {
        let (certificate, key) = self.issue(name);
        let files = ["certificate.pem", "key.pem"].map(|file| self.folder.path().join(file));
        std::fs::write(&files[0], certificate.pem()).unwrap();
        std::fs::write(&files[1], key.serialize_pem()).unwrap();
        files
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, peer) = self.tcp.accept().await.unwrap();
            // Who does not believe this server goes away.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

/// A server that sends letters to this one, which must speak TLS.
fn world(server: &MailServer, authority: &Authority) -> World {
    World::configured(|settings| {
        settings.authorities = authority.authorities();
        settings.mail = Some(MailSettings {
            host: HERE.to_owned(),
            port: server.port,
            tls: MailTls::Starttls,
            from: "Refit <refit@team.example>".to_owned(),
            user: None,
            password: None,
        });
    })
}

#[test]
fn letters_go_to_a_server_for_which_the_sites_authority_vouches() {
    let test = "letters_go_to_a_server_for_which_the_sites_authority_vouches";
    let (ours, others) = (Authority::new(), Authority::new());
    let paths = ours.files(HERE);
    let Some(server) = MailServer::start_with(test, &paths.each_ref().map(PathBuf::as_path)) else {
        return;
    };
    let good = world(&server, &ours);
    good.people();
    server.until("ada@acme.example", "Subject: You are invited to Refit");

    let unbelieving = world(&server, &others);
    unbelieving.people();
    let refused = || {
        unbelieving.records(async |store| {
            let waiting = store.outbox(Channel::Mail, OutboxState::Waiting, 0, 1000).await.unwrap();
            let mut errors = waiting.into_iter().filter_map(|entry| entry.last_error);
            errors.any(|error| error.contains("certificate"))
        })
    };
    until("the refusal", refused);
    let sent = unbelieving.records(async |store| {
        store.outbox(Channel::Mail, OutboxState::Sent, 0, 1000).await.unwrap().len()
    });
    assert_eq!(sent, 0);
}
