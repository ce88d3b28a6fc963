//! Logging in elsewhere with a real provider, which conforms to the standard: a package of npm that
//! `cargo xtask test` installs beside the archives.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use refit_portal::{Clock, OidcSettings};

use crate::browser::{Browser, Page};
use crate::world::{World, invite, organisation};

/// The provider: its login page takes any name, and vouches for an address made of it.
const SERVER: &str = r#"
import { createServer } from "node:http";
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { Provider } = await import(require.resolve("oidc-provider"));
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const account = (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@acme.example`, email_verified: true }),
  });
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "refit",
      client_secret: process.env.OIDC_TEST_WORD,
      redirect_uris: [process.argv[3] + "/login/provider/back"],
      response_types: ["code"],
    }],
    findAccount: account,
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
process.stdin.on("end", () => process.exit(0)).resume();
"#;
const WORD: &str = "a-word-of-the-test";

struct Provider {
    process: Child,
    issuer: String,
    /// It says more than its address, and ends where nobody listens.
    _said: BufReader<ChildStdout>,
}

impl Provider {
    /// None where it is not installed.
    fn start(test: &str, url: &str) -> Option<Self> {
        let artifacts = std::env::var_os("REFIT_TEST_ARTIFACTS").map(PathBuf::from);
        let packages = artifacts.map(|folder| folder.join("node/node_modules"));
        let packages = packages.filter(|folder| folder.join("oidc-provider").is_dir());
        let Some(packages) = packages else {
            crate::cluster::tell_skipped(test, "npm's package oidc-provider");
            return None;
        };
        let process = Command::new("node")
            .args(["--input-type=module", "-e", SERVER, "provider"])
            .arg(packages.parent().unwrap())
            .arg(url)
            .env("OIDC_TEST_WORD", WORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut process) = process else {
            crate::cluster::tell_skipped(test, "node");
            return None;
        };
        let mut issuer = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut issuer).unwrap();
        Some(Self { process, issuer: issuer.trim().to_owned(), _said: said })
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

/// Follows where a page leads, at the provider, until it leads back or stays.
fn follow(browser: &mut Browser, mut page: Page, issuer: &str) -> Page {
    for _ in 0..10 {
        let Some(place) = page.header("location").map(str::to_owned) else { return page };
        let place = if place.starts_with('/') { format!("{issuer}{place}") } else { place };
        if !place.starts_with(issuer) {
            return page;
        }
        page = browser.get_once(&place);
    }
    panic!("it leads round and round")
}

/// Sends the form of a page of the provider.
fn send(browser: &mut Browser, page: &Page, fields: &[(&str, &str)], issuer: &str) -> Page {
    let (_, rest) = page.body.split_once("action=\"").unwrap_or_else(|| panic!("{}", page.body));
    let action = rest.split('"').next().unwrap();
    let action =
        if action.starts_with('/') { format!("{issuer}{action}") } else { action.to_owned() };
    let sent = browser.send(&action, fields, &[]);
    follow(browser, sent, issuer)
}

#[test]
fn a_real_provider_lets_in_who_was_invited() {
    let test = "a_real_provider_lets_in_who_was_invited";
    // The provider has to know where people go back to, and the server who the provider is: the
    // server's port is looked for first.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let Some(provider) = Provider::start(test, &url) else { return };
    let issuer = provider.issuer.clone();
    let world = World::configured(|settings| {
        settings.listen = format!("127.0.0.1:{port}").parse().unwrap();
        // The provider has the machine's clock.
        settings.clock = Clock::default();
        settings.oidc = Some(OidcSettings {
            name: "Acme ID".to_owned(),
            issuer: issuer.clone(),
            client_id: "refit".to_owned(),
            client_secret: Some(refit_model::Secret::new(WORD)),
        });
    });
    let mut admin = world.administrator();
    organisation(&mut admin, "acme", "Acme");
    invite(&mut admin, "ada", "acme", "customer");
    for (name, is_let_in) in [("ada", true), ("ada", true), ("mallory", false)] {
        let mut browser = world.browser();
        browser.get("/login").expect(200);
        let there = browser.get_once("/login/provider?for=login&next=%2Faccount").expect(303);
        let page = follow(&mut browser, there, &issuer);
        let login = [("prompt", "login"), ("login", name), ("password", "any")];
        let page = send(&mut browser, &page, &login, &issuer);
        let back = send(&mut browser, &page, &[("prompt", "consent")], &issuer);
        let place = back.header("location").unwrap_or_else(|| panic!("{}", back.body)).to_owned();
        assert!(place.starts_with(&format!("{url}/login/provider/back?")), "{place}");
        let page = browser.get_once(&place);
        if is_let_in {
            assert_eq!(page.header("location"), Some("/account"), "{}", page.body);
            browser.get("/account").expect(200).has("Your account is connected");
        } else {
            page.expect(403).has("Refit does not");
        }
    }
}
