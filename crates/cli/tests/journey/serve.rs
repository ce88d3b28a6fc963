//! `refit serve` as a process, and `refit request` as its client.

use std::os::unix::fs::PermissionsExt as _;

use crate::browser::Browser;
use crate::people::{self, PASSWORD};
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
    refit.expect(2, &asked(&["show", "../me"])).telling(&["is no case"]);
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

/// The first administrator sets a password, and makes a token.
fn token(server: &Server) -> String {
    let mut browser = Browser::new(&server.url);
    people::set_password(&mut browser, &server.first_link);
    people::log_in(&mut browser, "administrator");
    people::token(&mut browser, &["requests:read", "requests:write"])
}
