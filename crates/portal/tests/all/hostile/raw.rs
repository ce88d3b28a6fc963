//! Requests that no browser sends: byte by byte, past any client's own care.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::Target;

/// How long an answer may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LINE: &str = "----line";

pub fn try_all(target: &mut Target) {
    heads(target);
    bodies(target);
    multipart(target);
    cut_off(target);
    slow(target);
}

/// What is answered to these bytes; 0 if the connection is closed without a word.
fn answered(target: &Target, bytes: &[u8]) -> u16 {
    let mut connection = connect(target);
    // A server that refuses does not read all of it.
    if connection.write_all(bytes).is_err() {
        return status(&mut connection);
    }
    status(&mut connection)
}

fn connect(target: &Target) -> TcpStream {
    let address = target.world.url.strip_prefix("http://").unwrap();
    let connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.set_write_timeout(Some(PATIENCE)).unwrap();
    connection
}

fn status(connection: &mut TcpStream) -> u16 {
    let mut begin = Vec::new();
    let mut piece = [0; 64];
    while begin.len() < 12 {
        match connection.read(&mut piece) {
            Ok(0) | Err(_) => return 0,
            Ok(length) => begin.extend_from_slice(&piece[..length]),
        }
    }
    let text = String::from_utf8_lossy(&begin).into_owned();
    let number = text.split(' ').nth(1).and_then(|word| word.get(..3));
    number.and_then(|number| number.parse().ok()).unwrap_or(999)
}

/// Heads that no client should send.
fn heads(target: &mut Target) {
    let (case, cookie) = (target.case.clone(), cookie(target));
    let many = "X-A: b\r\n".repeat(300);
    let long = "a".repeat(800_000);
    let get = |rest: &str| format!("GET / HTTP/1.1\r\n{rest}\r\n");
    let heads: Vec<(&str, String, &[u16])> = vec![
        ("no HTTP", "\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n".to_owned(), &[400, 0]),
        ("HTTP/0.9", "GET /\r\n\r\n".to_owned(), &[400, 0]),
        ("HTTP/3.0", "GET / HTTP/3.0\r\nHost: x\r\n\r\n".to_owned(), &[400, 505, 0]),
        ("a method of its own", "HACK / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[405]),
        ("TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[405]),
        ("CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[400, 404, 405]),
        ("PUT to a case", format!("PUT {case} HTTP/1.1\r\nHost: x\r\n{cookie}\r\n"), &[405]),
        ("DELETE of a case", format!("DELETE {case} HTTP/1.1\r\nHost: x\r\n{cookie}\r\n"), &[405]),
        ("300 headers", get(&format!("Host: x\r\n{many}")), &[431]),
        ("a header of 800,000 letters", get(&format!("Host: x\r\nX: {long}\r\n")), &[431]),
        ("an address of 800,000 letters", format!("GET /{long} HTTP/1.1\r\n\r\n"), &[414, 431]),
        ("a header without a name", get("Host: x\r\n: y\r\n"), &[400]),
        ("a header with a blank in its name", get("Host: x\r\nX y: z\r\n"), &[400]),
        ("a header that is folded", get("Host: x\r\nX: y\r\n z\r\n"), &[400]),
        ("a zero in a header", get("Host: x\r\nX: a\0b\r\n"), &[400]),
        ("a zero in an address", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[400]),
        ("an escape in an address", "GET /\x1b[2J HTTP/1.1\r\nHost: x\r\n\r\n".into(), &[400]),
    ];
    for (name, head, statuses) in heads {
        target.refused(name, statuses, |target| answered(target, head.as_bytes()));
    }
    // What a proxy would say is not believed from others, and harms nobody.
    for line in ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: ' OR 1=1", "Forwarded: for=x"] {
        let head = format!("GET /login HTTP/1.1\r\nHost: evil.example\r\n{line}\r\n\r\n");
        let status = answered(target, head.as_bytes());
        target.holds(status == 200, format!("{line}: {status}"));
        target.tried.push(line.to_owned());
    }
}

/// Bodies that are of another length, or coding, than their heads say.
fn bodies(target: &mut Target) {
    let (case, cookie) = (target.case.clone(), cookie(target));
    let note = format!("csrf={}&scope=everyone&text=smuggled", target.ada.csrf);
    let post = format!("POST {case}/do/add-note HTTP/1.1\r\nHost: x\r\n{cookie}");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let length = note.len();
    let bodies: Vec<(&str, String, &[u16])> = vec![
        ("a length below zero", format!("{post}{form}Content-Length: -1\r\n\r\n{note}"), &[400]),
        ("a length that is none", format!("{post}{form}Content-Length: x\r\n\r\n{note}"), &[400]),
        (
            "a length beyond all",
            format!("{post}{form}Content-Length: 99999999999999999999999\r\n\r\n{note}"),
            &[400],
        ),
        (
            "two lengths",
            format!("{post}{form}Content-Length: 1\r\nContent-Length: {length}\r\n\r\n{note}"),
            &[400],
        ),
        (
            "pieces whose length is none",
            format!("{post}{form}Transfer-Encoding: chunked\r\n\r\nzz\r\n{note}\r\n"),
            &[400, 413],
        ),
        (
            "another coding",
            format!("{post}{form}Transfer-Encoding: gzip\r\n\r\n{note}"),
            &[400, 501],
        ),
        (
            "a body that is packed",
            format!("{post}{form}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f_"),
            &[403],
        ),
        ("no type", format!("{post}Content-Length: {length}\r\n\r\n{note}"), &[415]),
    ];
    for (name, body, statuses) in bodies {
        target.refused(name, statuses, |target| answered(target, body.as_bytes()));
    }
    // A length and pieces: whichever counts, nothing of it becomes a second request.
    let smuggled = format!(
        "{post}{form}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\
         {post}{form}Content-Length: {length}\r\n\r\n{note}"
    );
    target.refused("a request within a request", &[400, 403], |target| {
        answered(target, smuggled.as_bytes())
    });
}

fn cookie(target: &Target) -> String {
    format!("Cookie: refit-session={}\r\n", target.ada.cookies["refit-session"])
}

/// A form with parts, as it should be: a head for each, and its content.
fn parts(target: &Target) -> String {
    let part = |name: &str, value: &str| {
        format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields = [("csrf", target.ada.csrf.as_str()), ("kind", "other"), ("name", "x")];
    let fields: String = fields.map(|(name, value)| part(name, value)).concat();
    format!("{fields}{}", part("source", "raw"))
}

fn file(head: &str) -> String {
    format!("--{LINE}\r\n{head}\r\n\r\ncontent\r\n")
}

fn post(target: &Target, kind: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "POST {}/do/post-file HTTP/1.1\r\nHost: x\r\n{}Content-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n",
        target.case,
        cookie(target),
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

fn multipart(target: &mut Target) {
    let kind = format!("multipart/form-data; boundary={LINE}");
    let (fields, end) = (parts(target), format!("--{LINE}--\r\n"));
    let good = file("Content-Disposition: form-data; name=\"digest\"; filename=\"a\"");
    let whole = format!("{fields}{good}{end}");
    let bodies: Vec<(&str, String, String, &[u16])> = vec![
        ("parts without a line", "multipart/form-data".into(), whole.clone(), &[400]),
        (
            "parts with an empty line",
            "multipart/form-data; boundary=".into(),
            whole.clone(),
            &[400, 403],
        ),
        ("parts with another line", "multipart/form-data; boundary=x".into(), whole, &[400]),
        ("parts that do not end", kind.clone(), format!("{fields}{good}"), &[400]),
        ("a file before the value", kind.clone(), format!("{good}{fields}{end}"), &[403]),
        ("parts that are empty", kind.clone(), end.clone(), &[403]),
        (
            "a part without a name",
            kind.clone(),
            format!("{fields}{}{end}", file("Content-Disposition: form-data; filename=\"a\"")),
            &[400, 422],
        ),
        (
            "a part with a head of 100,000 letters",
            kind.clone(),
            format!("{fields}{}{end}", file(&format!("X: {}", "a".repeat(100_000)))),
            &[400, 422],
        ),
        (
            "a part that is no form's",
            kind.clone(),
            format!("{fields}{}{end}", file("Content-Disposition: attachment; name=digest")),
            &[400, 422],
        ),
        (
            "a file as a plain field",
            kind,
            format!("{fields}{}{end}", file("Content-Disposition: form-data; name=\"digest\"")),
            &[422],
        ),
    ];
    for (name, kind, body, statuses) in bodies {
        target.refused(name, statuses, |target| answered(target, &post(target, &kind, &body)));
    }
}

/// Connections that are closed in the middle leave nothing.
fn cut_off(target: &mut Target) {
    let kind = format!("multipart/form-data; boundary={LINE}");
    let head = "Content-Disposition: form-data; name=\"digest\"; filename=\"a\"";
    let body = format!("{}--{LINE}\r\n{head}\r\n\r\n{}", parts(target), "x".repeat(300_000));
    let whole = post(target, &kind, &body);
    for (name, part) in [("half a head", 40), ("half a form", 700), ("half a file", 200_000)] {
        target.refused(&format!("{name}, and the connection is closed"), &[0], |target| {
            let mut connection = connect(target);
            connection.write_all(&whole[..part]).unwrap();
            connection.shutdown(std::net::Shutdown::Write).unwrap();
            match status(&mut connection) {
                // It is told, where somebody still listens.
                400 => 0,
                other => other,
            }
        });
    }
}

/// Who sends drop by drop is not waited for.
fn slow(target: &mut Target) {
    let kind = format!("multipart/form-data; boundary={LINE}");
    let head = "Content-Disposition: form-data; name=\"digest\"; filename=\"a\"";
    let body = format!("{}--{LINE}\r\n{head}\r\n\r\n{}", parts(target), "x".repeat(300_000));
    let whole = post(target, &kind, &body);
    let form = format!(
        "POST {}/do/add-note HTTP/1.1\r\nHost: x\r\n{}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\ntext=",
        target.case,
        cookie(target)
    );
    let beginnings = [
        ("a form that stops coming", form.as_bytes()),
        ("parts that stop coming", &whole[..700]),
        ("a file that stops coming", &whole[..200_000]),
    ];
    for (name, beginning) in beginnings {
        target.refused(name, &[408], |target| answered(target, beginning));
    }
}
