//! `refit serve` as a process, and browsers before it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::refit::Refit;

/// A password that is taken.
pub const PASSWORD: &str = "nine brokers hum at dusk";

/// The server, as a process. It ends with the test.
pub struct Server {
    process: Child,
    log: Arc<Mutex<String>>,
    hears: Option<JoinHandle<()>>,
    pub url: String,
    pub first_link: String,
}

impl Server {
    /// Starts it over the state directory of these commands, on a free port.
    pub fn start(refit: &Refit) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0", "--log", "json", "--format", "json"];
        let mut command = refit.command(&words);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (errors, heard) = (process.stderr.take().unwrap(), Arc::clone(&log));
        let hears = std::thread::spawn(move || {
            for line in BufReader::new(errors).lines() {
                *heard.lock().unwrap() += &(line.unwrap() + "\n");
            }
        });
        let mut told = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while !told.ends_with("}\n") {
            let line = lines.next().unwrap_or_else(|| panic!("{}", log.lock().unwrap()));
            told += &(line.unwrap() + "\n");
        }
        let told: Value = serde_json::from_str(&told).unwrap();
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let (url, first_link) = (text("url"), text("first_administrator"));
        Self { process, log, hears: Some(hears), url, first_link }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Ends it; gives the log.
    pub fn end(mut self) -> Vec<Value> {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success(), "{}", self.log());
        self.hears.take().unwrap().join().unwrap();
        self.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already, or the test has failed.
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}

/// A browser without JavaScript, of one person.
pub struct Browser {
    agent: ureq::Agent,
    cookie: String,
    csrf: String,
    /// The server's address.
    pub base: String,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub body: String,
    /// Where it leads.
    pub place: Option<String>,
}

impl Browser {
    pub fn new(server: &Server) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        let (cookie, csrf) = (String::new(), String::new());
        Self { agent: config.new_agent(), cookie, csrf, base: server.url.clone() }
    }

    /// Opens a page, and follows where it leads.
    pub fn get(&mut self, path: &str) -> Page {
        let request = self.agent.get(self.url(path)).header("cookie", &self.cookie);
        let page = request.call().unwrap();
        let page = self.take(page);
        match &page.place {
            Some(place) => self.get(&place.clone()),
            None => page,
        }
    }

    /// Sends a form, and follows where it leads.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let fields = [&[("csrf", csrf.as_str())], fields].concat();
        let request = self.agent.post(self.url(path)).header("cookie", &self.cookie);
        let page = request.send_form(fields).unwrap();
        let page = self.take(page);
        match &page.place {
            Some(place) => self.get(&place.clone()),
            None => page,
        }
    }

    /// Logs in.
    pub fn log_in(&mut self, name: &str) {
        self.get("/login").expect(200);
        self.post("/login", &[("name", name), ("password", PASSWORD)]).expect(200);
    }

    /// Sets the password of a one-time link.
    pub fn set_password(&mut self, link: &str) {
        self.get(link).expect(200);
        self.post(link, &[("password", PASSWORD), ("again", PASSWORD)]).expect(200);
    }

    /// Makes a token for programs.
    pub fn token(&mut self) -> String {
        self.get("/account").expect(200);
        let fields = [
            ("name", "a test"),
            ("days", "30"),
            ("scope", "requests:read"),
            ("scope", "requests:write"),
        ];
        let page = self.post("/account/tokens", &fields).expect(200);
        page.between("<code class=\"secret\">", "<").to_owned()
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    fn take(&mut self, response: ureq::http::Response<ureq::Body>) -> Page {
        for line in response.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            pair.clone_into(&mut self.cookie);
        }
        let status = response.status().as_u16();
        let place = response.headers().get("location").filter(|_| status == 303);
        let place = place.map(|place| place.to_str().unwrap().to_owned());
        let body = response.into_body().read_to_string().unwrap();
        if let Some((_, rest)) = body.split_once("name=\"csrf\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.csrf);
        }
        Page { status, body, place }
    }
}

impl Page {
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn has(self, text: &str) -> Self {
        assert!(self.body.contains(text), "`{text}` is not on the page:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn has_not(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "`{text}` is on the page:\n{}", self.body);
        self
    }

    /// The first text between two others.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self.body.split_once(before).expect(&self.body);
        rest.split(after).next().unwrap()
    }
}
