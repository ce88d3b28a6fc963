//! Laws of the STOMP codec.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use refit_wire::stomp::{Decoder, Frame, FrameError, Limits};

const SMALL: Limits = Limits { head_bytes: 200, headers: 5, body_bytes: 300 };

/// Decodes everything in pieces of the given sizes, taken in turn.
fn decode(bytes: &[u8], sizes: &[usize], limits: Limits) -> Result<Vec<Frame>, FrameError> {
    let mut decoder = Decoder::new(limits);
    let mut frames = Vec::new();
    let mut sizes = sizes.iter().cycle();
    let mut rest = bytes;
    while !rest.is_empty() {
        let size = sizes.next().map_or(1, |size| (*size).clamp(1, rest.len()));
        decoder.push(&rest[..size]);
        rest = &rest[size..];
        while let Some(frame) = decoder.next_frame()? {
            frames.push(frame);
        }
    }
    Ok(frames)
}

/// A frame that a server may send: any text in headers but NUL, any body.
fn frame() -> impl Strategy<Value = Frame> {
    let text = "[^\0]{1,12}";
    let header =
        (text, text).prop_filter("the codec itself adds it", |(name, _)| name != "content-length");
    let command = prop_oneof![Just("MESSAGE"), Just("RECEIPT"), Just("SEND")];
    (command, vec(header, 0..8), vec(any::<u8>(), 0..200))
        .prop_map(|(command, headers, body)| Frame { command: command.to_owned(), headers, body })
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_in_pieces_of_any_size(
        frames in vec(frame(), 1..4),
        sizes in vec(1_usize..50, 1..6),
        beats in "[\n]{0,3}",
    ) {
        let mut bytes = Vec::new();
        for frame in &frames {
            bytes.extend(frame.encode().unwrap());
            bytes.extend(beats.as_bytes());
        }
        let mut decoded = decode(&bytes, &sizes, Limits::default()).unwrap();
        for frame in &mut decoded {
            let length = frame.headers.iter().position(|(name, _)| name == "content-length");
            length.map(|at| frame.headers.remove(at));
        }
        prop_assert_eq!(decoded, frames);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused_alike_in_pieces_of_any_size(
        beginning in prop_oneof![Just("MESSAGE\n"), Just("ERROR\r\na:b\r\n"), Just("")],
        rest in vec(prop_oneof![any::<u8>(), select(b"\n\0:\\".to_vec())], 0..200),
        sizes in vec(1_usize..50, 1..6),
    ) {
        let bytes = [beginning.as_bytes(), &rest].concat();
        let whole = decode(&bytes, &[bytes.len().max(1)], Limits::default());
        let pieces = decode(&bytes, &sizes, Limits::default());
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn no_frame_passes_a_limit(frame in frame(), sizes in vec(1_usize..50, 1..6)) {
        let bytes = frame.encode().unwrap();
        if let Ok(decoded) = decode(&bytes, &sizes, SMALL) {
            for frame in decoded {
                prop_assert!(frame.headers.len() <= SMALL.headers);
                prop_assert!(frame.body.len() <= SMALL.body_bytes);
            }
        }
    }
}

fn refusal(bytes: &[u8]) -> String {
    decode(bytes, &[7], SMALL).expect_err("this must be refused").to_string()
}

#[test]
fn limits_are_enforced_before_the_end_is_seen() {
    let endless_header = [b"MESSAGE\na:".to_vec(), vec![b'x'; 300]].concat();
    assert_eq!(refusal(&endless_header), "more than 200 bytes of headers in a frame");
    let many_headers = format!("MESSAGE\n{}\n\0", "a:b\n".repeat(6));
    assert_eq!(refusal(many_headers.as_bytes()), "more than 5 headers in a frame");
    let endless_body = [b"MESSAGE\n\n".to_vec(), vec![b'x'; 400]].concat();
    assert_eq!(refusal(&endless_body), "more than 300 bytes in a frame's body");
    for length in ["301", "99999999999999999999999999"] {
        let huge = format!("MESSAGE\ncontent-length:{length}\n\n");
        assert_eq!(refusal(huge.as_bytes()), "more than 300 bytes in a frame's body");
    }
}

#[test]
fn other_protocols_are_recognised_by_their_first_bytes() {
    for bytes in [&b"HTTP/1.1 400 Bad"[..], b"\0\0\x01R\x01ActiveMQ", b"AMQP\0\x01", b"220 mail"] {
        assert_eq!(refusal(bytes), "its answer begins with no STOMP command");
    }
}

#[test]
fn broken_frames_are_refused() {
    assert!(refusal(b"MESSAGE\nno colon\n\n\0").contains("colon"));
    assert!(refusal(b"MESSAGE\na:\\t\n\n\0").contains("escape"));
    assert!(refusal(b"MESSAGE\na:\xff\n\n\0").contains("UTF-8"));
    assert!(refusal(b"MESSAGE\na:\0\n\n\0").contains("NUL"));
    assert!(refusal(b"MESSAGE\ncontent-length:-1\n\n\0").contains("no number"));
    assert!(refusal(b"MESSAGE\ncontent-length:2\n\nabc\0").contains("does not end"));
}

#[test]
fn errors_may_come_unescaped() {
    let frames = decode(b"ERROR\nmessage:DOMAIN\\user: no\n\n\0", &[100], SMALL).unwrap();
    assert_eq!(frames[0].header("message"), Some("DOMAIN\\user: no"));
}

#[test]
fn of_headers_with_one_name_the_first_counts() {
    let frames = decode(b"MESSAGE\na:1\na:2\n\n\0", &[100], SMALL).unwrap();
    assert_eq!(frames[0].header("a"), Some("1"));
}
