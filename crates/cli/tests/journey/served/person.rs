//! Somebody who works with the portal, as fast as it answers.

use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use ureq::{Agent, SendBody};

use crate::browser::Browser;

/// How long an answer may take: a server that hangs is a failure of its own.
const PATIENCE: Duration = Duration::from_mins(5);
/// The longest content that is sent, in marks.
const LONGEST: usize = 20_000;
const LINE: &str = "----a-boundary-of-tests";

/// Somebody who is logged in.
pub struct Person {
    agent: Agent,
    cookie: String,
    csrf: String,
    role: &'static str,
    /// The cases that the person sees and made.
    own: Vec<String>,
}

/// Something that somebody did, and by which mark it is found again.
#[derive(Clone, Debug)]
pub struct Deed {
    pub kind: &'static str,
    pub mark: String,
}

/// What the server said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Acknowledged,
    Refused,
    /// It said nothing any more.
    InDoubt,
}

/// Where people work.
pub struct Work<'a> {
    pub url: &'a str,
    pub marks: &'a AtomicU64,
    /// All cases so far.
    pub cases: &'a Mutex<Vec<String>>,
    /// Hears of everything that was acknowledged.
    pub tell: Sender<()>,
}

impl Person {
    /// The person who is logged in with this browser.
    pub fn new(browser: &Browser, role: &'static str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        let cookies = browser.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookie = cookies.collect::<Vec<_>>().join("; ");
        Self { agent, cookie, csrf: browser.csrf.clone(), role, own: Vec::new() }
    }

    fn is_customer(&self) -> bool {
        self.role == "customer"
    }

    /// Makes a request; gives its path.
    pub fn request(&mut self, url: &str) -> String {
        let (marks, cases) = (AtomicU64::new(0), Mutex::new(Vec::new()));
        let (tell, _) = std::sync::mpsc::channel();
        let work = Work { url, marks: &marks, cases: &cases, tell };
        let (_, outcome) = work.request(self, "a request".to_owned());
        assert_eq!(outcome, Outcome::Acknowledged);
        self.own.pop().unwrap()
    }

    /// Sends a file of this content to a case.
    pub fn send_file(&self, url: &str, content: impl Read) -> Outcome {
        let fields = [("csrf", self.csrf.as_str()), ("kind", "other"), ("name", "A large file")];
        let fields = [&fields[..], &[("source", "our host")]].concat();
        let (head, tail) = multipart_around(&fields);
        let mut body = head.as_bytes().chain(content).chain(tail.as_bytes());
        let request = self.agent.post(url).header("cookie", &self.cookie);
        let request = request.header("content-type", multipart_kind());
        match request.send(SendBody::from_reader(&mut body)).map(|answer| answer.status().as_u16())
        {
            Ok(303) => Outcome::Acknowledged,
            Ok(_) => Outcome::Refused,
            Err(_) => Outcome::InDoubt,
        }
    }

    /// What is at an address.
    #[cfg(feature = "s3")]
    pub fn content(&self, url: &str) -> Vec<u8> {
        let answer = self.agent.get(url).header("cookie", &self.cookie).call().unwrap();
        assert_eq!(answer.status(), 200);
        answer.into_body().into_with_config().limit(64 << 20).read_to_vec().unwrap()
    }

    /// Sends a form; what came of it, and where it leads.
    fn send(&self, url: &str, fields: &[(&str, &str)], file: Option<&str>) -> (Outcome, String) {
        let request = self.agent.post(url).header("cookie", &self.cookie);
        let fields = [&[("csrf", self.csrf.as_str())], fields].concat();
        let answer = match file {
            None => request.send_form(fields),
            Some(content) => {
                let (head, tail) = multipart_around(&fields);
                let body = [&head, content, &tail].concat();
                request.header("content-type", multipart_kind()).send(body)
            }
        };
        let Ok(answer) = answer else { return (Outcome::InDoubt, String::new()) };
        let place = answer.headers().get("location").map(|place| place.to_str().unwrap());
        match (answer.status().as_u16(), place) {
            (303, Some(place)) => {
                assert!(!place.starts_with("/login"), "the session was lost");
                (Outcome::Acknowledged, place.split('?').next().unwrap().to_owned())
            }
            // Somebody else was faster, or it cannot be done any more.
            (409 | 422, _) => (Outcome::Refused, String::new()),
            (status, _) => {
                panic!("{url} gave {status}: {:?}", answer.into_body().read_to_string());
            }
        }
    }
}

impl Work<'_> {
    /// Works until the server is gone.
    pub fn until_cut_off(self, person: &mut Person, mut rng: Rng) -> Vec<(Deed, Outcome)> {
        let mut deeds = Vec::new();
        loop {
            let (deed, outcome) = self.work(person, &mut rng);
            deeds.push((deed, outcome));
            if outcome == Outcome::Acknowledged {
                self.tell.send(()).expect("somebody listens");
            }
            if outcome == Outcome::InDoubt {
                return deeds;
            }
        }
    }

    fn work(&self, person: &mut Person, rng: &mut Rng) -> (Deed, Outcome) {
        let mark = format!("mark-{:08}.", self.marks.fetch_add(1, Ordering::Relaxed));
        let known = if person.is_customer() { person.own.clone() } else { self.all() };
        let Some(case) = rng.choice(known) else {
            if person.is_customer() {
                return self.request(person, mark);
            }
            return self.look(person, mark);
        };
        match rng.u8(0..8) {
            0 | 1 if person.is_customer() => self.request(person, mark),
            0 | 1 => self.take_up(person, mark, &case),
            2 | 3 => self.file(person, mark, &case, rng.usize(1..LONGEST)),
            _ => {
                let fields = [("scope", "everyone"), ("text", mark.as_str())];
                let outcome = self.act(person, &case, "add-note", &fields);
                (Deed { kind: "note", mark }, outcome)
            }
        }
    }

    fn all(&self) -> Vec<String> {
        self.cases.lock().unwrap().clone()
    }

    fn act(&self, who: &Person, case: &str, kind: &str, fields: &[(&str, &str)]) -> Outcome {
        who.send(&format!("{}{case}/do/{kind}", self.url), fields, None).0
    }

    fn request(&self, person: &mut Person, mark: String) -> (Deed, Outcome) {
        let day = |days: i64| {
            let later = Timestamp::now() + SignedDuration::from_hours(24 * days);
            later.strftime("%Y-%m-%d").to_string()
        };
        let (earliest, ideal, deadline) = (day(7), day(14), day(150));
        let fields = [
            ("fields.platform", "activemq-classic"),
            ("fields.current_version", "5.18.3"),
            ("fields.deployment", "on-premises"),
            ("fields.earliest_start", earliest.as_str()),
            ("fields.ideal_start", ideal.as_str()),
            ("fields.deadline", deadline.as_str()),
            ("fields.deadline_reason", mark.as_str()),
            ("fields.access", "read-and-write"),
            ("fields.environments", "1"),
        ];
        let (outcome, case) = person.send(&format!("{}/requests/new", self.url), &fields, None);
        if outcome == Outcome::Acknowledged {
            person.own.push(case.clone());
            self.cases.lock().unwrap().push(case);
        }
        (Deed { kind: "request", mark }, outcome)
    }

    /// Takes a case up, and answers it as it is one's part.
    fn take_up(&self, person: &Person, mark: String, case: &str) -> (Deed, Outcome) {
        let mut outcome = self.act(person, case, "take-up", &[]);
        if outcome == Outcome::Acknowledged {
            let (kind, field) = match person.role {
                "consultant" => ("respond", "message"),
                _ => ("acknowledge-formally", "overview"),
            };
            outcome = self.act(person, case, kind, &[(field, mark.as_str())]);
        }
        (Deed { kind: "response", mark }, outcome)
    }

    fn file(&self, person: &Person, mark: String, case: &str, size: usize) -> (Deed, Outcome) {
        let content = mark.repeat(size);
        let fields = [("kind", "other"), ("name", mark.as_str()), ("source", "our host")];
        let url = format!("{}{case}/do/post-file", self.url);
        let (outcome, _) = person.send(&url, &fields, Some(&content));
        (Deed { kind: "file", mark }, outcome)
    }

    /// Without any case there is nothing to do but to look.
    fn look(&self, person: &Person, mark: String) -> (Deed, Outcome) {
        let url = format!("{}/queue", self.url);
        let answer = person.agent.get(url).header("cookie", &person.cookie).call();
        let outcome = if answer.is_ok() { Outcome::Refused } else { Outcome::InDoubt };
        (Deed { kind: "look", mark }, outcome)
    }
}

fn multipart_kind() -> String {
    format!("multipart/form-data; boundary={LINE}")
}

/// What stands before a file and after it.
fn multipart_around(fields: &[(&str, &str)]) -> (String, String) {
    let mut head = String::new();
    for (name, value) in fields {
        head += &format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        head += &format!("{value}\r\n");
    }
    head += &format!(
        "--{LINE}\r\nContent-Disposition: form-data; name=\"digest\"; filename=\"a.txt\"\r\n\r\n"
    );
    (head, format!("\r\n--{LINE}--\r\n"))
}
