//! Which servers are trusted over TLS, against a TLS server in this process.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fakes::{Fake, soon};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use refit_wire::tls::{TlsConnect, TlsStream, Trust, handshake};
use refit_wire::{TcpConnect, WireError, open};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};

/// A certificate authority and a certificate that it issued.
struct Certificates {
    authority_pem: String,
    leaf: CertificateDer<'static>,
    leaf_pem: String,
    key: KeyPair,
}

fn certificates(name: &str) -> Certificates {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &authority).unwrap();
    Certificates {
        authority_pem: authority.pem(),
        leaf: leaf.der().clone(),
        leaf_pem: leaf.pem(),
        key,
    }
}

/// A TLS server that echoes four bytes.
fn server(certificates: &Certificates) -> Fake {
    let key = PrivateKeyDer::try_from(certificates.key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificates.leaf.clone()], key)
        .unwrap();
    Fake::serve(move |stream| {
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let mut bytes = [0; 4];
        // A client that does not trust us goes away; that is no failure of ours.
        if stream.read_exact(&mut bytes).is_ok() {
            stream.write_all(&bytes).unwrap();
        }
    })
}

fn connect(fake: &Fake, name: &str, trust: &Trust) -> Result<TlsStream, WireError> {
    let stream = open(&TcpConnect, &fake.address, soon())?;
    handshake(stream, name, trust, soon())
}

fn echo(mut stream: TlsStream) {
    stream.write_all(b"ping").unwrap();
    stream.flush().unwrap();
    let mut back = [0; 4];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"ping");
}

#[test]
fn what_the_authority_issued_is_trusted_for_its_name_only() {
    let certificates = certificates("broker.example");
    let trust = Trust::certificates(certificates.authority_pem.as_bytes()).unwrap();
    let fake = server(&certificates);
    echo(connect(&fake, "broker.example", &trust).unwrap());
    let fake = server(&certificates);
    let error = connect(&fake, "other.example", &trust).err().unwrap();
    assert!(matches!(error, WireError::Tls { .. }), "{error}");
}

#[test]
fn a_given_leaf_is_trusted_whatever_its_name() {
    let certificates = certificates("broker.example");
    let trust = Trust::certificates(certificates.leaf_pem.as_bytes()).unwrap();
    let fake = server(&certificates);
    echo(connect(&fake, "127.0.0.1", &trust).unwrap());
}

#[test]
fn a_stranger_is_not_trusted() {
    let trusted = certificates("broker.example");
    for pem in [&trusted.authority_pem, &trusted.leaf_pem] {
        let trust = Trust::certificates(pem.as_bytes()).unwrap();
        let fake = server(&certificates("broker.example"));
        let error = connect(&fake, "broker.example", &trust).err().unwrap();
        assert!(matches!(error, WireError::Tls { .. }), "{error}");
    }
}

#[test]
fn unverified_shows_which_certificate_it_was() {
    let certificates = certificates("broker.example");
    let trust = Trust::any_certificate_unverified().unwrap();
    let fake = server(&certificates);
    let stream = connect(&fake, "127.0.0.1", &trust).unwrap();
    let facts = stream.facts();
    assert_eq!(facts.leaf_sha256, hex::encode(Sha256::digest(&certificates.leaf)));
    assert_eq!(facts.version, "TLSv1_3");
    assert!(facts.suite.starts_with("TLS13_"), "{}", facts.suite);
    echo(stream);
}

#[test]
fn tls_goes_over_any_other_way_to_connect() {
    let certificates = certificates("broker.example");
    let trust = Trust::certificates(certificates.authority_pem.as_bytes()).unwrap();
    let fake = server(&certificates);
    let connect = TlsConnect::new(TcpConnect, trust.clone()).for_server("broker.example");
    let mut stream = open(&connect, &fake.address, soon()).unwrap();
    stream.write_all(b"ping").unwrap();
    stream.read_exact(&mut [0; 4]).unwrap();
    let fake = server(&certificates);
    let error = open(&TlsConnect::new(TcpConnect, trust), &fake.address, soon()).err().unwrap();
    assert!(matches!(error, WireError::Tls { .. }), "typed through the other error: {error}");
}

#[test]
fn who_does_not_speak_tls_is_recognised() {
    let trust = Trust::any_certificate_unverified().unwrap();
    let fake = Fake::answering("HTTP/1.1 400 Bad Request\r\n\r\n");
    let error = connect(&fake, "localhost", &trust).err().unwrap();
    assert!(matches!(error, WireError::OtherProtocol { expected: "TLS", .. }), "{error}");
    let fake = Fake::silent();
    let stream = open(&TcpConnect, &fake.address, soon()).unwrap();
    let deadline = Instant::now() + Duration::from_millis(100);
    let error = handshake(stream, "localhost", &trust, deadline).err().unwrap();
    assert!(matches!(error, WireError::TimedOut { .. }), "{error}");
}

#[test]
fn what_holds_no_certificate_cannot_be_trusted() {
    assert!(Trust::certificates(b"").is_err());
    assert!(
        Trust::certificates(b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----").is_err()
    );
}
