//! `refit serve` as a process, and `refit request` as its client.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::browser::Browser;
use crate::people::{self, PASSWORD};
use crate::portal::case::fields;
use crate::portal::server::Server;
use crate::refit::Refit;

#[test]
fn a_server_is_begun_asked_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let refit = Refit::in_folder(folder.path());
    let server = Server::start(&refit);
    let token = token(&server);
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let url = server.url.clone();
    let asked = |command: &[&str]| {
        let common = ["--server", url.as_str(), "--token-file", "token"];
        let words = [&["request"], command, &common].concat();
        words.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    // Everybody can read the file: the token is not used.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    refit.expect(1, &asked(&["list"])).telling(&["can be read by others", "chmod 600"]);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let listed = refit.expect(0, &asked(&["list", "--format", "json"]));
    assert_eq!(listed.stdout.trim(), "[]");
    refit.expect(1, &asked(&["show", "c-0000000000000000"])).telling(&["no such page"]);
    refit.expect(2, &asked(&["show", "../me"])).telling(&["is no name"]);
    std::fs::write(folder.path().join("fields.json"), "{}").unwrap();
    refit.expect(4, &asked(&["new", "--fields", "fields.json"])).telling(&["may not"]);
    let plain = ["request", "list", "--server", "http://refit.example", "--token-file", "token"];
    refit.expect(2, &plain).telling(&["in the clear"]);

    let log = server.end();
    let text = serde_json::to_string(&log).unwrap();
    assert!(!text.contains(&token) && !text.contains(PASSWORD), "{text}");
    assert_eq!(log.last().unwrap()["message"], "ended");
    // With an administrator, there is no link any more.
    let again = Server::start(&refit);
    assert_eq!(again.first_link, "");
    again.end();
}

#[test]
fn a_request_is_answered_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let refit = Refit::in_folder(folder.path());
    let server = Server::start(&refit);
    token_files(&server, folder.path());
    let asked = |who: &str, command: &[&str]| {
        let file = format!("{who}.token");
        let common = ["--server", server.url.as_str(), "--token-file", file.as_str()];
        let words = [&["request"], command, &common].concat();
        words.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("fields.json", &fields().to_string());
    let on_behalf = ["new", "--fields", "fields.json", "--on-behalf", "ada", "--format", "json"];
    refit.expect(2, &asked("ben", &on_behalf)).telling(&["--word"]);
    let made = [&on_behalf[..], &["--word", "She called."]].concat();
    let made: serde_json::Value =
        serde_json::from_str(&refit.expect(0, &asked("ben", &made)).stdout).unwrap();
    let case = made["case"].as_str().unwrap();
    refit.expect(0, &asked("ben", &["act", case, "--kind", "take-up"]));
    refit.expect(1, &asked("ada", &["answer", case])).telling(&["was not sent yet"]);
    write("send.json", r#"{"send-questionnaire": {}}"#);
    refit.expect(0, &asked("ben", &["act", case, "--action", "send.json"]));

    let shown = refit.expect(0, &asked("ada", &["answer", case]));
    for text in ["! hosts: On how many hosts", "Which store does the broker use?"] {
        assert!(shown.stdout.contains(text), "{}", shown.stdout);
    }
    refit.expect(2, &asked("ada", &["answer", case, "hosts=many"])).telling(&["no whole number"]);
    refit.expect(2, &asked("ada", &["answer", case, "no-such=1"])).telling(&["is not asked now"]);
    let answers = ["answer", case, "hosts=2", "is-clustered=yes", "--unknown", "runtime"];
    let saved = refit.expect(0, &asked("ada", &answers));
    assert!(saved.stdout.contains("  hosts: On how many hosts"), "{}", saved.stdout);
    write("layout.txt", "two pairs\n");
    let drawn = ["answer", case, "cluster-layout=Two pairs", "--file", "cluster-layout=layout.txt"];
    let saved = refit.expect(0, &asked("ada", &drawn));
    assert!(saved.stdout.contains("Two pairs (layout.txt)"), "{}", saved.stdout);
    let stale = ["answer", case, "hosts=3", "--seen", "1"];
    refit.expect(8, &asked("ada", &stale)).telling(&["hosts: ada has answered"]);

    write("access.md", "ssh broker@staging\n");
    let upload = ["upload", case, "access.md", "--document", "access-details"];
    let sent = refit.expect(0, &asked("ada", &upload));
    let digest = sent.stdout.lines().next().unwrap().to_owned();
    let listed = refit.expect(0, &asked("ben", &["documents", case]));
    assert!(listed.stdout.contains("access-details"), "{}", listed.stdout);
    assert!(listed.stdout.contains(&digest), "{}", listed.stdout);
    let download = ["download", case, digest.as_str(), "--to", "came.md"];
    refit.expect(0, &asked("ben", &download));
    let came = std::fs::read_to_string(folder.path().join("came.md")).unwrap();
    assert_eq!(came, "ssh broker@staging\n");
    refit.expect(1, &asked("ben", &download)).telling(&["cannot be made"]);
    let timeline = refit.expect(0, &asked("ada", &["timeline", case]));
    assert!(timeline.stdout.contains("deadline: "), "{}", timeline.stdout);
    let runs = refit.expect(0, &asked("ada", &["runs", case]));
    assert!(runs.stdout.contains("there are no runs"), "{}", runs.stdout);
    let history = refit.expect(0, &asked("ada", &["history", case]));
    assert!(history.stdout.contains("on the word of ada: She called."), "{}", history.stdout);
    server.end();
}

/// Makes a customer's person and a consultant, each with a token in a file.
fn token_files(server: &Server, folder: &Path) {
    let mut admin = Browser::new(&server.url);
    people::set_password(&mut admin, &server.first_link);
    people::log_in(&mut admin, "administrator");
    people::organisation(&mut admin, "acme", "Acme");
    for (id, organisation, role) in [("ada", "acme", "customer"), ("ben", "team", "consultant")] {
        let link = people::invite(&mut admin, id, organisation, role);
        let mut browser = Browser::new(&server.url);
        people::set_password(&mut browser, &link);
        people::log_in(&mut browser, id);
        let token = people::token(&mut browser, &["requests:read", "requests:write"]);
        let file = folder.join(format!("{id}.token"));
        std::fs::write(&file, token).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// The first administrator sets a password, and makes a token.
fn token(server: &Server) -> String {
    let mut browser = Browser::new(&server.url);
    people::set_password(&mut browser, &server.first_link);
    people::log_in(&mut browser, "administrator");
    people::token(&mut browser, &["requests:read", "requests:write"])
}
