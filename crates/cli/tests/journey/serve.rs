//! `refit serve` as a process, and `refit request` as its client.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::refit::Refit;

const PASSWORD: &str = "nine brokers hum at dusk";

/// The server, as a process.
struct Server {
    process: Child,
    url: String,
    first_link: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_refit"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "json", "--format", "json"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while !told.ends_with("}\n") {
            told += &(lines.next().unwrap().unwrap() + "\n");
        }
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Self { process, url: text("url"), first_link: text("first_administrator") }
    }

    /// Ends it; gives the log.
    fn end(mut self) -> Vec<serde_json::Value> {
        let id = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        let log = BufReader::new(self.process.stderr.take().unwrap());
        let lines = log.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap());
        let lines = lines.collect();
        assert!(self.process.wait().unwrap().success());
        lines
    }
}

/// A browser, as far as a token is made with it.
struct Browser {
    agent: ureq::Agent,
    cookie: String,
    csrf: String,
}

impl Browser {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        Self { agent: config.new_agent(), cookie: String::new(), csrf: String::new() }
    }

    fn get(&mut self, url: &str) -> String {
        let request = self.agent.get(url).header("cookie", &self.cookie);
        let response = request.call().unwrap();
        self.take(response)
    }

    fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> String {
        let csrf = self.csrf.clone();
        let fields = [&[("csrf", csrf.as_str())], fields].concat();
        let request = self.agent.post(url).header("cookie", &self.cookie);
        let response = request.send_form(fields).unwrap();
        self.take(response)
    }

    fn take(&mut self, response: ureq::http::Response<ureq::Body>) -> String {
        for line in response.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            pair.clone_into(&mut self.cookie);
        }
        let body = response.into_body().read_to_string().unwrap();
        if let Some((_, rest)) = body.split_once("name=\"csrf\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.csrf);
        }
        body
    }
}

#[test]
fn a_server_is_begun_asked_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let token = token(&server);
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let refit = Refit::in_folder(folder.path());
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
    let again = Server::start(folder.path());
    assert_eq!(again.first_link, "");
    again.end();
}

/// The first administrator sets a password, and makes a token.
fn token(server: &Server) -> String {
    let mut browser = Browser::new();
    browser.get(&server.first_link);
    browser.post(&server.first_link, &[("password", PASSWORD), ("again", PASSWORD)]);
    let login = format!("{}/login", server.url);
    browser.get(&login);
    browser.post(&login, &[("name", "administrator"), ("password", PASSWORD)]);
    let account = format!("{}/account", server.url);
    browser.get(&account);
    let scopes = [("scope", "requests:read"), ("scope", "requests:write")];
    let fields = [&[("name", "a test"), ("days", "30")], &scopes[..]].concat();
    let page = browser.post(&format!("{account}/tokens"), &fields);
    let (_, rest) = page.split_once("<code class=\"secret\">").expect(&page);
    rest.split('<').next().unwrap().to_owned()
}
