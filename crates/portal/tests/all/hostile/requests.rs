//! Requests of programs: JSON, cookies, tokens, addresses, methods.

use serde_json::json;

use super::Target;
use crate::browser::Browser;
use crate::people::token;

pub fn try_all(target: &mut Target) {
    let consultant = token(&mut target.ben, &["requests:read", "requests:write"]);
    json_texts(target, &consultant);
    tokens(target, &consultant);
    cookies(target);
    addresses(target, &consultant);
    forms(target);
}

fn json_texts(target: &mut Target, consultant: &str) {
    let path = format!("/api/v1{}/actions", target.case);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_map = "{\"a\":".repeat(50_000);
    let long =
        format!("{{\"add-note\":{{\"scope\":\"everyone\",\"text\":\"{}\"}}}}", "x".repeat(2 << 20));
    let texts: Vec<(&str, Vec<u8>, u16)> = vec![
        ("JSON: nothing", Vec::new(), 400),
        ("JSON: too deep", deep.into_bytes(), 400),
        ("JSON: too deep, with names", deep_map.into_bytes(), 400),
        ("JSON: not ended", br#"{"add-note":{"scope":"everyone""#.to_vec(), 400),
        ("JSON: something after it", br#""take-up" "take-up""#.to_vec(), 400),
        ("JSON: another action", br#"{"drop-tables":{}}"#.to_vec(), 400),
        ("JSON: two actions", br#"{"take-up":null,"withdraw":{"why":"x"}}"#.to_vec(), 400),
        ("JSON: a field too much", br#"{"respond":{"message":"x","by":"root"}}"#.to_vec(), 400),
        ("JSON: a field twice", br#"{"respond":{"message":"x","message":"y"}}"#.to_vec(), 400),
        ("JSON: another type", br#"{"respond":{"message":{"x":[1]}}}"#.to_vec(), 400),
        ("JSON: nothing as a text", br#"{"respond":{"message":null}}"#.to_vec(), 400),
        ("JSON: a zero in a text", br#"{"respond":{"message":"a\u0000b"}}"#.to_vec(), 400),
        ("JSON: turned letters", br#"{"respond":{"message":"\u202eevil"}}"#.to_vec(), 400),
        ("JSON: half a letter", br#"{"respond":{"message":"\ud800"}}"#.to_vec(), 400),
        ("JSON: broken UTF-8", b"{\"respond\":{\"message\":\"\xff\xc0\xaf\"}}".to_vec(), 400),
        ("JSON: a mark at its begin", b"\xef\xbb\xbf\"take-up\"".to_vec(), 400),
        ("JSON: a number beyond all", br#"{"respond":{"message":1e400}}"#.to_vec(), 400),
        ("JSON: not a number", br#"{"respond":{"message":NaN}}"#.to_vec(), 400),
        ("JSON: two million letters", long.into_bytes(), 413),
    ];
    let bearer = format!("Bearer {consultant}");
    for (name, text, status) in texts {
        target.refused(name, &[status], |target| {
            let headers = [("authorization", bearer.as_str())];
            let mut program = target.world.browser();
            let answer = program.send_body(&path, "application/json", &text, &headers);
            let kind = answer.header("content-type");
            let is_problem = kind == Some("application/problem+json");
            target.holds(is_problem, format!("{name}: {kind:?}"));
            answer.status
        });
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"] {
        target.refused(&format!("JSON as {kind}"), &[415], |target| {
            let headers = [("authorization", bearer.as_str())];
            target.world.browser().send_body(&path, kind, b"\"take-up\"", &headers).status
        });
    }
    let requests = "/api/v1/requests";
    let customer = token(&mut target.ada, &["requests:read", "requests:write"]);
    for environments in [json!(-1), json!(0), json!(1e30), json!("1"), json!(1.5)] {
        target.refused(&format!("{environments} environments"), &[400, 422], |target| {
            let fields = json!({ "fields": { "environments": environments } });
            target.world.browser().api_post(requests, &customer, &fields).status
        });
    }
    for query in ["limit=-1", "limit=99999999999999999999", "limit=x", "after=%00", "after=e30"] {
        target.refused(&format!("the list with {query}"), &[400], |target| {
            target.world.browser().api(&format!("{requests}?{query}"), consultant).status
        });
    }
}

fn tokens(target: &mut Target, good: &str) {
    let huge = format!("Bearer {}", "a".repeat(5_000));
    let lines = [
        ("no scheme", good.to_owned()),
        ("another scheme", format!("Basic {good}")),
        ("nothing", "Bearer ".to_owned()),
        ("a longer one", format!("Bearer {good}x")),
        ("a shorter one", format!("Bearer {}", &good[..good.len() - 1])),
        ("two of them", format!("Bearer {good}, Bearer {good}")),
        ("in quotes", format!("Bearer \"{good}\"")),
        ("SQL", "Bearer ' OR 1=1 --".to_owned()),
        ("a huge one", huge),
    ];
    for (name, line) in lines {
        target.refused(&format!("a token: {name}"), &[401], |target| {
            let headers = [("authorization", line.as_str())];
            let path = format!("/api/v1{}/actions", target.case);
            target.world.browser().send_body(&path, "application/json", b"1", &headers).status
        });
    }
}

fn cookies(target: &mut Target) {
    let session = target.ada.cookies["refit-session"].clone();
    let values = [
        ("nothing", String::new()),
        ("a longer one", format!("{session}x")),
        ("a shorter one", session[1..].to_owned()),
        ("in quotes", format!("\"{session}\"")),
        ("another one before it", format!("x; refit-session={session}")),
        ("a huge one", "a".repeat(20_000)),
        ("SQL", "' OR 1=1 --".to_owned()),
        ("a path", "../../etc/passwd".to_owned()),
        ("letters with marks", "\u{e4}\u{f6}".to_owned()),
    ];
    for (name, value) in values {
        target.refused(&format!("a cookie: {name}"), &[303], |target| {
            let mut browser = target.world.browser();
            browser.cookies.insert("refit-session".to_owned(), value);
            let page = browser.get_once(&target.case);
            let place = page.header("location").unwrap_or_default();
            target.holds(place.starts_with("/login"), format!("{name}: {place}"));
            page.status
        });
    }
}

fn addresses(target: &mut Target, token: &str) {
    let paths = [
        "/requests/../administration/users",
        "/requests/%00",
        "/requests/c-1'--",
        "/requests/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/requests/..%5c..%5cx",
        "/requests/c-%ff%fe",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2fetc%2fpasswd",
        "//evil.example/x",
        "/requests/c-0000000000000000/content/xyz",
        "/requests/c-0000000000000000/do/drop-tables",
        "/password/%27%20OR%201=1",
        "/api/v1/requests/c-1%27",
        "/.git/config",
        "/login/../../etc/passwd",
    ];
    for path in paths {
        target.refused(&format!("the address {path}"), &[400, 403, 404, 401], |target| {
            let page = if path.starts_with("/api") {
                target.world.browser().api(path, token)
            } else {
                target.ada.get_once(path)
            };
            assert!(!page.body.contains("root:"), "{path}: {}", page.body);
            page.status
        });
    }
    // Nobody is led elsewhere after the login.
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    {
        let mut browser = target.world.browser();
        browser.get("/login").expect(200);
        let fields = [("name", "ada"), ("password", crate::world::PASSWORD), ("next", next)];
        let page = browser.post_once("/login", &fields).expect(303);
        let place = page.header("location").unwrap();
        let is_ours = place.starts_with('/') && !place[1..].starts_with(['/', '\\']);
        target.holds(is_ours && !place.contains("evil"), format!("{next}: {place}"));
        target.tried.push(format!("the way {next} after the login"));
    }
}

/// Forms with fields twice, and with values against forged ones that are none.
fn forms(target: &mut Target) {
    let path = format!("{}/do/add-note", target.case);
    let csrf = target.ada.csrf.clone();
    let note = [("scope", "everyone"), ("text", "forged")];
    let send = |browser: &mut Browser, values: &[&str]| {
        let values = values.iter().map(|value| ("csrf", *value));
        let fields: Vec<_> = values.chain(note).collect();
        browser.send(&path, &fields, &[]).status
    };
    let wrong = [
        ("none", vec![]),
        ("an empty one", vec![""]),
        ("zeros", vec!["0000000000000000000000000000000000000000000000000000000000000000"]),
        ("a shorter one", vec![&csrf[..62]]),
        ("a wrong one before it", vec!["00", csrf.as_str()]),
    ];
    for (name, values) in wrong {
        target.refused(&format!("a value against forged forms: {name}"), &[403], |target| {
            send(&mut target.ada, &values)
        });
    }
    for site in ["cross-site", "same-site"] {
        target.refused(&format!("a form from {site}"), &[403], |target| {
            let fields = [("csrf", csrf.as_str()), ("scope", "everyone"), ("text", "forged")];
            target.ada.send(&path, &fields, &[("sec-fetch-site", site)]).status
        });
    }
    for origin in ["https://evil.example", "null", "file://"] {
        target.refused(&format!("a form of {origin}"), &[403], |target| {
            let fields = [("csrf", csrf.as_str()), ("scope", "everyone"), ("text", "forged")];
            target.ada.send(&path, &fields, &[("origin", origin)]).status
        });
    }
    for (name, fields) in [
        ("a scope twice", vec![("scope", "team"), ("scope", "everyone"), ("text", "x")]),
        ("no scope", vec![("text", "x")]),
        ("another scope", vec![("scope", "root"), ("text", "x")]),
        ("no text", vec![("scope", "everyone")]),
        ("a text of blanks", vec![("scope", "everyone"), ("text", " \u{a0}\u{3000}\n")]),
    ] {
        target.refused(&format!("a note with {name}"), &[422], |target| {
            target.ada.post_once(&path, &fields).status
        });
    }
}
