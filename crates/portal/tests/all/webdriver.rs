//! Debian's Chromium, driven by its driver over the protocol of browsers' drivers.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// How long a page may take to come, on a busy machine; and how often it is looked.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// What elements are called in answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const PROGRAMS: [&str; 2] = ["/usr/bin/chromedriver", "/usr/bin/chromium"];

/// One test at a time: browsers of several would take the processors from what waits for brokers.
static TURN: Mutex<()> = Mutex::new(());

/// The driver, which ends with the test.
pub struct Driver {
    process: Child,
    base: String,
    screens: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// A window of a browser with a profile of its own.
pub struct Window<'a> {
    driver: &'a Driver,
    agent: Agent,
    session: String,
    _profile: TempDir,
}

impl Driver {
    /// None where it is not installed. Pictures go to a folder of this name.
    pub fn start(test: &str) -> Option<Self> {
        if let Some(missing) = PROGRAMS.iter().find(|program| !Path::new(program).exists()) {
            crate::cluster::tell_skipped(test, missing);
            return None;
        }
        // A test that failed has not spoiled the browser of the next.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut process = Command::new(PROGRAMS[0])
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, rest)) = line.split_once("successfully on port ") {
                break rest.trim_end_matches('.').to_owned();
            }
        };
        // What it says later goes nowhere, but has to be read.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let screens = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        std::fs::create_dir_all(&screens).unwrap();
        let base = format!("http://127.0.0.1:{port}");
        Some(Self { process, base, screens, _turn: turn })
    }

    /// Opens a window.
    pub fn window(&self, has_script: bool) -> Window<'_> {
        let profile = TempDir::new().unwrap();
        let script = if has_script { 1 } else { 2 };
        let folder = format!("--user-data-dir={}", profile.path().display());
        let options = json!({
            "binary": PROGRAMS[1],
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--lang=en-US", "--window-size=1200,2600",
                     "--force-prefers-reduced-motion", folder],
            "prefs": { "profile.managed_default_content_settings.javascript": script },
        });
        let always = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let mut window = Window {
            driver: self,
            agent: Agent::config_builder().http_status_as_error(false).build().new_agent(),
            session: String::new(),
            _profile: profile,
        };
        let made =
            window.command("/session", &json!({ "capabilities": { "alwaysMatch": always } }));
        window.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
        window
    }
}

impl Window<'_> {
    #[track_caller]
    pub fn open(&self, url: &str) {
        self.send("url", &json!({ "url": url }));
    }

    /// The path of the page, without its query.
    pub fn path(&self) -> String {
        let url = self.ask("url");
        let url = url.as_str().unwrap();
        let (_, rest) = url.split_once("://").unwrap();
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        format!("/{}", path.split(['?', '#']).next().unwrap())
    }

    #[track_caller]
    pub fn click(&self, css: &str) {
        self.send(&format!("element/{}/click", self.find(css)), &json!({}));
    }

    /// Types into a field, after what stands there was removed.
    #[track_caller]
    pub fn type_in(&self, css: &str, text: &str) {
        self.type_into(&self.find(css), text);
    }

    #[track_caller]
    fn type_into(&self, element: &str, text: &str) {
        self.send(&format!("element/{element}/clear"), &json!({}));
        self.send(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Fills a field in as a person does, whatever it is; lists, buttons and ticks by their values.
    #[track_caller]
    pub fn fill(&self, css: &str, value: &str) {
        let element = self.find(css);
        let kind = self.ask(&format!("element/{element}/property/type"));
        match kind.as_str().unwrap_or_default() {
            "select-one" => self.click(&format!("{css} option[value='{value}']")),
            "radio" | "checkbox" => self.click(&format!("{css}[value='{value}']")),
            "file" => {
                self.send(&format!("element/{element}/value"), &json!({ "text": value }));
            }
            "date" => self.type_into(&element, &day(value)),
            "datetime-local" => self.type_into(&element, &moment(value)),
            _ => self.type_into(&element, value),
        }
    }

    /// How often it is on the page.
    pub fn count(&self, css: &str) -> usize {
        self.all(css).len()
    }

    fn all(&self, css: &str) -> Vec<String> {
        let found = self.send("elements", &json!({ "using": "css selector", "value": css }));
        let found = found.as_array().unwrap().iter();
        found.map(|one| one[ELEMENT].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until this is on the page.
    #[track_caller]
    pub fn has(&self, text: &str) {
        let is_there = self.until(|window| window.text().contains(text));
        assert!(is_there, "`{text}` is not on {}:\n{}", self.path(), self.text());
    }

    /// Whether one of these is on the page.
    pub fn has_any(&self, texts: &[&str]) -> bool {
        let text = self.text();
        texts.iter().any(|one| text.contains(one))
    }

    /// Answers every question of a questionnaire that has no answer yet, with whatever fits it.
    pub fn answer_all(&self) {
        for question in self.all("form.questionnaire .question") {
            let within = |css: &str| {
                let body = json!({ "using": "css selector", "value": css });
                let found = self.send(&format!("element/{question}/elements"), &body);
                let found = found.as_array().unwrap().iter();
                found.map(|one| one[ELEMENT].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            for (css, text) in [
                ("input[type='text'], textarea", "as described"),
                ("input[type='date']", "11202026"),
            ] {
                for element in within(css) {
                    if self.ask(&format!("element/{element}/property/value")) == "" {
                        self.send(&format!("element/{element}/value"), &json!({ "text": text }));
                    }
                }
            }
            for element in within("input[type='number']") {
                if self.ask(&format!("element/{element}/property/value")) == "" {
                    let least = self.ask(&format!("element/{element}/property/min"));
                    self.send(&format!("element/{element}/value"), &json!({ "text": least }));
                }
            }
            let choices =
                within("input[type='radio'], .choice:not(.unknown) input[type='checkbox']");
            if let Some(first) = choices.first()
                && self.ask(&format!("element/{first}/selected")) == false
            {
                self.send(&format!("element/{first}/click"), &json!({}));
            }
        }
    }

    /// Waits until something holds: a click answers before the next page is there. False, if it
    /// does not come to hold.
    pub fn until(&self, holds: impl Fn(&Self) -> bool) -> bool {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if holds(self) {
                return true;
            }
            std::thread::sleep(PAUSE);
        }
        false
    }

    /// What people read on the page. The browser's own reckoning: the driver's takes far longer.
    pub fn text(&self) -> String {
        let script = json!({ "script": "return document.body?.innerText", "args": [] });
        // The page may give way to the next one.
        for _ in 0..100 {
            if let Ok(Value::String(text)) = self.try_command("execute/sync", &script) {
                return text;
            }
            std::thread::sleep(PAUSE);
        }
        panic!("the page gives way again and again")
    }

    pub fn resize(&self, width: u32, height: u32) {
        self.send("window/rect", &json!({ "width": width, "height": height }));
    }

    /// Whether pages are asked to be dark.
    pub fn set_dark(&self, is_dark: bool) {
        let value = if is_dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// How wide the page is, and how wide its window is.
    pub fn widths(&self) -> (u64, u64) {
        let script = "const e = document.documentElement; return [e.scrollWidth, e.clientWidth]";
        let widths = self.send("execute/sync", &json!({ "script": script, "args": [] }));
        (widths[0].as_u64().unwrap(), widths[1].as_u64().unwrap())
    }

    /// Keeps a picture of the whole page, however long it is.
    pub fn whole_picture(&self, name: &str) {
        let size = &self.devtools("Page.getLayoutMetrics", &json!({}))["cssContentSize"];
        let (width, height) = (&size["width"], &size["height"]);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let beyond =
            json!({ "captureBeyondViewport": true, "clip": clip, "optimizeForSpeed": true });
        self.keep(name, &beyond);
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.send("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Keeps a picture of the page.
    pub fn picture(&self, name: &str) {
        self.keep(name, &json!({ "optimizeForSpeed": true }));
    }

    fn keep(&self, name: &str, what: &Value) {
        let picture = self.devtools("Page.captureScreenshot", what);
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        std::fs::write(self.driver.screens.join(format!("{name}.png")), bytes).unwrap();
    }

    #[track_caller]
    fn find(&self, css: &str) -> String {
        self.try_find(css).unwrap_or_else(|| panic!("{css} is not on {}", self.path()))
    }

    /// The first element, if there is one now.
    fn try_find(&self, css: &str) -> Option<String> {
        let found = self.send("elements", &json!({ "using": "css selector", "value": css }));
        Some(found[0][ELEMENT].as_str()?.to_owned())
    }

    #[track_caller]
    pub fn send(&self, what: &str, body: &Value) -> Value {
        self.command(&format!("{}/{what}", self.session), body)
    }

    #[track_caller]
    fn ask(&self, what: &str) -> Value {
        let url = format!("{}{}/{what}", self.driver.base, self.session);
        value(self.agent.get(url).call()).unwrap_or_else(|why| panic!("{what}: {why}"))
    }

    #[track_caller]
    fn command(&self, path: &str, body: &Value) -> Value {
        let done = self.try_to(path, body);
        done.unwrap_or_else(|why| panic!("{path} {body}: {}", why["message"]))
    }

    /// The answer to a command of this window, or why there is none.
    fn try_command(&self, what: &str, body: &Value) -> Result<Value, Value> {
        self.try_to(&format!("{}/{what}", self.session), body)
    }

    fn try_to(&self, path: &str, body: &Value) -> Result<Value, Value> {
        value(self.agent.post(format!("{}{path}", self.driver.base)).send(body.to_string()))
    }
}

/// What the driver answers, or why it does not.
fn value(answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, Value> {
    let mut response = answered.unwrap();
    let is_good = response.status().is_success();
    let mut answer: Value = serde_json::from_reader(response.body_mut().as_reader()).unwrap();
    let value = answer["value"].take();
    if is_good { Ok(value) } else { Err(value) }
}

/// A day as people with English settings type it.
fn day(iso: &str) -> String {
    let parts: Vec<_> = iso.split('-').collect();
    format!("{}{}{}", parts[1], parts[2], parts[0])
}

/// A moment as they type it: the year ends with the key Tab.
fn moment(iso: &str) -> String {
    let (date, time) = iso.split_once('T').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let hour: u32 = hour.parse().unwrap();
    let (hour, half) = if hour < 12 { (hour, "AM") } else { (hour - 12, "PM") };
    let hour = if hour == 0 { 12 } else { hour };
    format!("{}\u{e004}{hour:02}{minute}{half}", day(date))
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        let url = format!("{}{}", self.driver.base, self.session);
        self.agent.delete(url).call().unwrap();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
