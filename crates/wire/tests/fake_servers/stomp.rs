//! What a STOMP client does with servers that are broken, hostile or not STOMP.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::fakes::{Fake, Serve, read_some, soon, write};
use refit_model::Secret;
use refit_wire::stomp::{Acknowledge, Event, StompClient, StompLogin, Subscription};
use refit_wire::{Credentials, TcpConnect, WireError, open};

const CONNECTED: &[u8] = b"CONNECTED\nversion:1.2\nserver:Fake/1.0\nheart-beat:0,0\n\n\0\n";

fn login() -> StompLogin {
    StompLogin::new(Some(Credentials::new("ann", Secret::new("hunter2"))))
}

fn connect(fake: &Fake, deadline: Instant) -> Result<StompClient, WireError> {
    StompClient::connect(open(&TcpConnect, &fake.address, deadline)?, &login(), deadline)
}

fn refusal(fake: &Fake) -> WireError {
    connect(fake, soon()).unwrap_err()
}

#[test]
fn a_wrong_password_is_told_apart_and_never_repeated() {
    let fake = Fake::answering("ERROR\nmessage:password hunter2 of ann is invalid\n\nhunter2\0");
    let error = refusal(&fake);
    assert!(matches!(&error, WireError::WrongCredentials { user, .. } if user == "ann"));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn another_refusal_is_no_wrong_password() {
    let fake = Fake::answering("ERROR\nmessage:Broker is stopping\n\n\0");
    let error = refusal(&fake);
    assert!(matches!(error, WireError::ErrorAnswer { said, .. } if said == "Broker is stopping"));
}

#[test]
fn what_is_not_stomp_is_recognised() {
    for answer in
        [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"\0\0\x01R\x01ActiveMQ", b"RECEIPT\n\n\0"]
    {
        let fake = Fake::answering(answer);
        let error = refusal(&fake);
        assert!(matches!(error, WireError::OtherProtocol { expected: "STOMP", .. }), "{error}");
    }
}

#[test]
fn a_server_that_hangs_up_is_closed() {
    let fake = Fake::serve(|mut stream| {
        read_some(&mut stream);
    });
    assert!(matches!(refusal(&fake), WireError::Closed { .. }));
}

#[test]
fn a_server_that_hangs_up_on_a_login_is_asked_again() {
    let hangs_up = || -> Serve {
        Box::new(|mut stream| {
            read_some(&mut stream);
        })
    };
    let refuses: Serve = Box::new(|mut stream| {
        read_some(&mut stream);
        write(&mut stream, b"ERROR\nmessage:password is invalid\n\n\0");
    });
    let fake = Fake::serve_each(vec![hangs_up(), refuses]);
    let error = StompClient::log_in(&TcpConnect, &fake.address, &login(), soon()).unwrap_err();
    assert!(matches!(error, WireError::WrongCredentials { .. }), "{error}");
    let fake = Fake::serve_each(vec![hangs_up(), hangs_up(), hangs_up()]);
    let error = StompClient::log_in(&TcpConnect, &fake.address, &login(), soon()).unwrap_err();
    assert!(matches!(error, WireError::Closed { .. }), "{error}");
}

#[test]
fn endless_answers_are_cut_off() {
    for (beginning, bytes) in [
        (&b"CONNECTED\na:"[..], &b"x"[..]),
        (b"CONNECTED\n", b"a:b\n"),
        (b"CONNECTED\ncontent-length:18446744073709551615\n\n", b"x"),
    ] {
        let fake = Fake::endless(beginning, bytes);
        let error = refusal(&fake);
        assert!(matches!(error, WireError::TooLarge { .. }), "{error}");
    }
}

#[test]
fn neither_silence_nor_a_slow_drip_outlasts_the_deadline() {
    let fakes =
        [Fake::silent(), Fake::dripping(b"CONNECTED\na:", b'x'), Fake::dripping(b"", b'\n')];
    for fake in fakes {
        let begin = Instant::now();
        let error = connect(&fake, begin + Duration::from_millis(200)).unwrap_err();
        assert!(matches!(error, WireError::TimedOut { .. }), "{error}");
        let taken = begin.elapsed();
        assert!(taken >= Duration::from_millis(200) && taken < Duration::from_secs(5), "{taken:?}");
    }
}

#[test]
fn a_receipt_that_does_not_come_times_out() {
    let fake = Fake::serve(|mut stream| {
        read_some(&mut stream);
        write(&mut stream, CONNECTED);
        while read_some(&mut stream) > 0 {}
    });
    let mut client = connect(&fake, soon()).unwrap();
    assert_eq!(client.server(), Some("Fake/1.0"));
    let subscription = Subscription::new("1", "/queue/a", Acknowledge::Each);
    let deadline = Instant::now() + Duration::from_millis(50);
    let error = client.subscribe(&subscription, deadline).unwrap_err();
    assert!(matches!(error, WireError::TimedOut { doing: "waiting for a receipt", .. }));
}

#[test]
fn messages_that_come_before_a_receipt_are_kept() {
    let fake = Fake::serve(|mut stream| {
        read_some(&mut stream);
        write(&mut stream, CONNECTED);
        read_some(&mut stream);
        write(
            &mut stream,
            b"MESSAGE\nsubscription:1\nmessage-id:7\ndestination:/queue/a\n\nhi\0\
              RECEIPT\nreceipt-id:1\n\n\0",
        );
        while read_some(&mut stream) > 0 {}
    });
    let mut client = connect(&fake, soon()).unwrap();
    let subscription = Subscription::new("1", "/queue/a", Acknowledge::Each);
    client.subscribe(&subscription, soon()).unwrap();
    let Some(Event::Message(message)) = client.next_event(soon()).unwrap() else {
        panic!("no message");
    };
    assert_eq!((message.id(), message.body()), ("7", &b"hi"[..]));
    let later = Instant::now() + Duration::from_millis(20);
    assert_eq!(client.next_event(later).unwrap(), None);
}

/// Answers the login with heart-beats every 40 ms both ways, then says nothing, and counts the
/// beats that come.
fn count_beats(stream: TcpStream) -> usize {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    reader.read_until(0, &mut Vec::new()).unwrap();
    let mut writer = stream;
    write(&mut writer, b"CONNECTED\nversion:1.2\nheart-beat:40,40\n\n\0\n");
    let mut beats = 0;
    while reader.read_until(b'\n', &mut Vec::new()).is_ok_and(|read| read > 0) {
        beats += 1;
    }
    beats
}

#[test]
fn heart_beats_are_sent_and_their_absence_is_noticed() {
    let fake = Fake::serve(|stream| assert!(count_beats(stream) > 0, "no beat came"));
    let login = StompLogin { heart_beat: Some(Duration::from_millis(40)), ..login() };
    let stream = open(&TcpConnect, &fake.address, soon()).unwrap();
    let mut client = StompClient::connect(stream, &login, soon()).unwrap();
    let begin = Instant::now();
    let error = client.next_event(soon()).unwrap_err();
    assert!(matches!(error, WireError::TimedOut { doing: "waiting for a heart-beat", .. }));
    assert!(begin.elapsed() >= Duration::from_millis(100), "noticed too early");
}
