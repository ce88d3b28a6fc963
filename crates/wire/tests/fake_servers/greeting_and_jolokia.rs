//! What the OpenWire greeting and Jolokia clients do with servers that are broken or hostile.

use std::time::{Duration, Instant};

use super::fakes::{Fake, soon, write};
use refit_model::{Protocol, Secret};
use refit_wire::jolokia::Jolokia;
use refit_wire::{Credentials, TcpConnect, ToldVersion, VersionQuestion, WireError, ask_version};

fn ask(fake: &Fake, protocol: Protocol, deadline: Instant) -> Result<ToldVersion, WireError> {
    let credentials = Credentials::new("ann", Secret::new("hunter2"));
    let question = VersionQuestion {
        connect: &TcpConnect,
        protocol,
        address: &fake.address,
        credentials: Some(&credentials),
    };
    ask_version(&question, deadline)
}

fn openwire(sent: &'static [u8]) -> WireError {
    let fake = Fake::serve(move |mut stream| {
        write(&mut stream, sent);
    });
    ask(&fake, Protocol::Openwire, soon()).unwrap_err()
}

fn http(answer: impl Into<Vec<u8>>) -> WireError {
    let fake = Fake::answering(answer);
    ask(&fake, Protocol::Http, soon()).unwrap_err()
}

/// An answer of an agent.
fn agent(json: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{json}", json.len()).into()
}

#[test]
fn a_greeting_must_be_one() {
    assert!(matches!(openwire(b"220 mail.example ESMTP\r\n"), WireError::OtherProtocol { .. }));
    assert!(matches!(openwire(b"\0\0\x01R\x02ActiveMQ"), WireError::OtherProtocol { .. }));
    assert!(matches!(openwire(b"\xff\xff\xff\xff\x01ActiveMQ"), WireError::OtherProtocol { .. }));
    assert!(matches!(
        openwire(b"\0\0\0\x0d\x01ActiveMQ\0\0\0\x0c"),
        WireError::OtherProtocol { .. }
    ));
    assert!(matches!(openwire(b"\0\0\0\x0e\x01ActiveMQ\0\0\0\x0c\0"), WireError::NoVersion { .. }));
}

#[test]
fn a_greeting_has_a_limit_and_an_end() {
    assert!(matches!(openwire(b"\x7f\xff\xff\xff\x01ActiveMQ"), WireError::TooLarge { .. }));
    assert!(matches!(openwire(b"\0\0\x01R\x01Active"), WireError::Closed { .. }));
}

#[test]
fn http_with_status_200_can_be_a_refusal() {
    let error = http(agent(r#"{"error":"Origin null is not allowed","status":403}"#));
    assert!(matches!(error, WireError::NotPermitted { said, .. } if said.starts_with("Origin")));
}

#[test]
fn a_wrong_password_is_told_apart_and_never_repeated() {
    let error = http("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    assert!(matches!(error, WireError::WrongCredentials { .. }));
    let error = http(agent(r#"{"error":"hunter2 and YW5uOmh1bnRlcjI= are wrong","status":500}"#));
    let text = format!("{error} {error:?}");
    assert!(!text.contains("hunter2") && !text.contains("YW5u"), "{text}");
}

#[test]
fn an_agent_that_is_not_there_is_no_empty_broker() {
    let fake = Fake::answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let error = Jolokia::new(&TcpConnect, &fake.address, None).queues(soon()).unwrap_err();
    assert!(matches!(error, WireError::OtherProtocol { .. }), "{error}");
    let fake = Fake::answering(agent(r#"{"error":"no bean","status":404}"#));
    let queues = Jolokia::new(&TcpConnect, &fake.address, None).queues(soon());
    assert_eq!(queues.unwrap(), []);
}

#[test]
fn what_is_no_agent_is_recognised() {
    for answer in [
        b"CONNECTED\nserver:ActiveMQ/5.18.3\n\n\0".to_vec(),
        agent("<html>"),
        agent("[]"),
        agent(r#"{"status":200}"#),
        agent(r#"{"status":200,"value":{"a":{"BrokerName":7}}}"#),
        agent(&"[".repeat(100_000)),
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n".to_vec(),
    ] {
        let error = http(answer);
        assert!(matches!(error, WireError::OtherProtocol { .. }), "{error}");
    }
}

#[test]
fn chunks_and_the_end_of_the_stream_end_an_answer() {
    let json = r#"{"status":200,"value":{"b":{"BrokerName":"b","BrokerVersion":"5.18.3",
        "DataDirectory":"/d","UptimeMillis":7,"TransportConnectors":{}}}}"#;
    let (first, second) = json.split_at(50);
    for answer in [
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
             32\r\n{first}\r\n{:x};x=y\r\n{second}\r\n0\r\n\r\n",
            second.len()
        ),
        format!("HTTP/1.1 200 OK\r\n\r\n{json}"),
    ] {
        let fake = Fake::answering(answer);
        let told = ask(&fake, Protocol::Http, soon()).unwrap();
        assert_eq!(told.version, "5.18.3".parse().unwrap());
    }
}

#[test]
fn an_answer_that_is_cut_off_is_closed() {
    for answer in ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"] {
        assert!(matches!(http(answer), WireError::Closed { .. }));
    }
}

#[test]
fn endless_answers_are_cut_off() {
    for (beginning, bytes) in [
        (&b"HTTP/1.1 200 OK\r\nA: "[..], &b"x"[..]),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"[1,2,3],"),
    ] {
        let fake = Fake::endless(beginning, bytes);
        let error = ask(&fake, Protocol::Http, soon()).unwrap_err();
        assert!(matches!(error, WireError::TooLarge { .. }), "{error}");
    }
}

#[test]
fn neither_silence_nor_a_slow_drip_outlasts_the_deadline() {
    for (fake, protocol) in [
        (Fake::silent(), Protocol::Openwire),
        (Fake::dripping(b"\0\0\x01R\x01ActiveMQ", 0), Protocol::Openwire),
        (Fake::silent(), Protocol::Http),
        (Fake::dripping(b"HTTP/1.1 200 OK\r\nA: ", b'x'), Protocol::Http),
        (Fake::dripping(b"HTTP/1.1 200 OK\r\n\r\n", b'['), Protocol::Http),
    ] {
        let begin = Instant::now();
        let error = ask(&fake, protocol, begin + Duration::from_millis(200)).unwrap_err();
        assert!(matches!(error, WireError::TimedOut { .. }), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn protocols_that_tell_no_version_are_not_even_asked() {
    let question = VersionQuestion {
        connect: &TcpConnect,
        protocol: Protocol::Mqtt,
        address: "127.0.0.1:1",
        credentials: None,
    };
    let error = ask_version(&question, soon()).unwrap_err();
    assert!(matches!(error, WireError::NoVersion { protocol: "MQTT", .. }));
}
