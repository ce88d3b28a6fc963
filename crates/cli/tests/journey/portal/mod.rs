//! The upgrade itself in the portal: a run is begun, looked at, paused, taken back, over a server,
//! a state directory and a plan over real files. The broker is a labelled stub.

pub mod case;
mod decided;
mod in_browser;
mod killed;
pub mod server;
mod tail;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::browser::{Browser, Page};
use crate::people::PASSWORD;
use crate::stubbed::site::{Shape, StubSite};
use crate::terminal::until_stopped;

use case::Case;
use server::Server;

/// The password of the site's own that its configuration holds.
const SECRET: &str = "a password of the site";
/// How long something may take to be shown, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Asks until a page says something.
#[track_caller]
fn until(browser: &mut Browser, path: &str, text: &str) -> Page {
    let since = Instant::now();
    loop {
        let page = browser.get(path).expect(200);
        if page.body.contains(text) {
            return page;
        }
        assert!(since.elapsed() < PATIENCE, "`{text}` is not on {path}:\n{}", page.body);
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The path of the run's page, as the page of the upgrade leads to it.
fn run_of(browser: &mut Browser, case: &Case) -> String {
    let page = browser.get(&format!("{}/upgrade", case.path)).expect(200);
    page.between("<nav class=\"box info\" aria-label=\"Runs\"><ul><li><a href=\"", "\"").to_owned()
}

/// A run that was begun in the portal, and stands still in the midst of its work.
struct StandsStill {
    site: StubSite,
    server: Server,
    case: Case,
    /// The consultant.
    ben: Browser,
    /// The path of its page.
    run: String,
    /// The process that works on it, and goes on when it is told to.
    worker: Pid,
}

impl StandsStill {
    /// One that stands still at the point `at` of its worker; none where the test is skipped.
    fn at(at: &str, test: &str) -> Option<Self> {
        let site = StubSite::make(Shape::LinkedDataMove, test)?;
        let standing = site.refit.crashing_at(at).variable("REFIT_CRASH_BY", "STOP");
        let server = Server::start(&standing);
        let case = Case::make(&server, &site);
        let mut ben = server.log_in("ben");
        let run = run_of(&mut ben, &case);
        begin(&mut ben, &run).expect(200).has("It has begun.");
        let state = site.refit.state_folder();
        let worker = until_stopped(&[state.to_str().unwrap(), "--in-background"]);
        Some(Self { site, server, case, ben, run, worker: Pid::from_raw(worker).unwrap() })
    }
}

/// The run's id.
fn id_of(path: &str) -> &str {
    path.rsplit_once('/').unwrap().1
}

/// A file with something at its end, until it is dropped.
struct Changed {
    path: PathBuf,
    before: String,
}

impl Changed {
    fn append(path: &Path, text: &str) -> Self {
        let before = fs::read_to_string(path).unwrap();
        fs::write(path, before.clone() + text).unwrap();
        Self { path: path.to_owned(), before }
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        fs::write(&self.path, &self.before).unwrap();
    }
}

/// How often something is on a page.
fn times(page: &Page, text: &str) -> usize {
    page.body.matches(text).count()
}

#[test]
fn a_run_is_begun_shown_recorded_and_taken_back() {
    let test = "a_run_is_begun_shown_recorded_and_taken_back";
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };
    let server = Server::start(&site.refit);
    let case = Case::make(&server, &site);
    let [mut ada, mut ben, mut eve] = ["ada", "ben", "eve"].map(|name| server.log_in(name));
    let run = run_of(&mut ben, &case);
    let id = id_of(&run).to_owned();

    // Nobody but the consultant begins anything, and not without the password.
    ben.get(&run).expect(200).has("Run it").has("<strong>not begun</strong>").has("0 of ");
    ada.get(&run).expect(200).has("0 of ").has_not("Run it");
    ada.post(&format!("{run}/run"), &[("password", PASSWORD)]).expect(403);
    eve.get(&run).expect(404);
    ben.post(&format!("{run}/run"), &[]).expect(200).has("Confirm it is you").has(&id);
    ben.post(&format!("{run}/run"), &[("password", "wrong")]).expect(422).has("not your password");
    what_stands_in_the_way_is_told(&site, &mut ben, &run);
    assert!(site.events().is_empty(), "nothing may have begun");
    begin(&mut ben, &run).expect(200).has("It has begun.");

    let steps = site.steps();
    let page = until(&mut ben, &run, "<strong>done</strong>").has("Roll back").has_not("Run it");
    assert!(page.body.contains(&format!("{steps} of {steps} steps")), "{}", page.body);
    let page = ada.get(&run).expect(200).has("<strong>done</strong>");
    page.has("begins by The ben (ben)").has_not("Roll back</button>");
    let (history, upgrade) = (format!("{}/history", case.path), format!("{}/upgrade", case.path));
    let done = format!("run {id}: done");
    until(&mut ada, &history, &done);
    ada.get(&upgrade).expect(200).has(&run).has("done");

    // Taken back after its end, which is recorded besides.
    ben.get(&run).expect(200);
    let back = format!("{run}/roll-back");
    ben.post(&back, &[("password", PASSWORD)]).expect(422).has("why");
    ben.get(&run).expect(200);
    let fields = [("password", PASSWORD), ("why", "clients cannot connect")];
    ben.post(&back, &fields).expect(200).has("It has begun.");
    until(&mut ben, &run, "<strong>rolled back</strong>").has("clients cannot connect");
    let rolled_back = format!("run {id}: rolled back");
    let page = until(&mut ada, &history, &rolled_back).has("The run was taken back.");
    assert_eq!((times(&page, &done), times(&page, &rolled_back)), (1, 1), "{}", page.body);

    let asked = "/administration/audit?kind=run-asked";
    let audit = server.log_in("administrator").get(asked).expect(200);
    assert_eq!(times(&audit, "Run asked"), 5, "{}", audit.body);
    server.end();
    // It says nothing twice, and nothing that is secret.
    let server = Server::start(&site.refit);
    let page = until(&mut server.log_in("ada"), &history, &rolled_back);
    assert_eq!((times(&page, &done), times(&page, &rolled_back)), (1, 1), "{}", page.body);
    let log = serde_json::to_string(&server.end()).unwrap();
    for secret in [SECRET, PASSWORD] {
        assert!(!log.contains(secret), "{log}");
    }
}

fn what_stands_in_the_way_is_told(site: &StubSite, ben: &mut Browser, run: &str) {
    // A password that must be typed in is not asked for in the browser.
    let asks = "\n[installations.activemq.logins.broker]\nuser = \"ann\"\n\
                password = { prompt = \"the broker's password\" }\n";
    let environment = Changed::append(&site.environment_file(), asks);
    begin(ben, run).expect(422).has("asks for a password at a terminal");
    drop(environment);

    // Another process has the run in its hands.
    let lock = site.lock(id_of(run));
    begin(ben, run).expect(422).has("in the hands of another process");
    drop(lock);

    // A file was changed since it was planned.
    let configuration = Changed::append(&site.configuration_file(), "<!-- a change -->\n");
    begin(ben, run).expect(422).has("is stale");
    drop(configuration);
}

/// Begins a run, or goes on with it, with the password.
fn begin(ben: &mut Browser, run: &str) -> Page {
    ben.get(run).expect(200);
    ben.post(&format!("{run}/run"), &[("password", PASSWORD)])
}
