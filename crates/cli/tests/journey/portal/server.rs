//! `refit serve` as a process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::browser::Browser;
use crate::people::log_in;
use crate::refit::Refit;

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

    /// A browser of somebody who is logged in.
    pub fn log_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        log_in(&mut browser, name);
        browser
    }

    /// A browser of somebody who has not logged in.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
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
