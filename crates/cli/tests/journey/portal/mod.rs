//! The upgrade itself in the portal: a run is begun, looked at, paused, taken back, over a server, a
//! state directory and a plan over real files. The broker is a labelled stub.

mod case;
pub mod server;

use std::time::{Duration, Instant};

use crate::stubbed::site::{Shape, StubSite};

use case::Case;
use server::{Browser, PASSWORD, Page, Server};

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

/// Logs in.
fn person(server: &Server, name: &str) -> Browser {
    let mut browser = Browser::new(server);
    browser.log_in(name);
    browser
}

/// The path of the run's page, as the page of the upgrade leads to it.
fn run_of(browser: &mut Browser, case: &Case) -> String {
    let page = browser.get(&format!("{}/upgrade", case.path)).expect(200);
    page.between("<nav class=\"box info\" aria-label=\"Runs\"><ul><li><a href=\"", "\"").to_owned()
}

#[test]
fn a_run_is_begun_shown_recorded_and_taken_back() {
    let test = "a_run_is_begun_shown_recorded_and_taken_back";
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };
    let server = Server::start(&site.refit);
    let case = Case::make(&server, &site);
    let mut ben = person(&server, "ben");
    let run = run_of(&mut ben, &case);
    ben.get(&run).expect(200).has("Run it").has("0 of");
    ben.post(&format!("{run}/run"), &[]).expect(200).has("Confirm it is you");
    ben.post(&format!("{run}/run"), &[("password", "wrong")]).expect(422).has("not your password");
    ben.post(&format!("{run}/run"), &[("password", PASSWORD)]).expect(200).has("It is done.");
    until(&mut ben, &run, "<strong>done</strong>").has("Roll back").has_not("Run it");
    let history = format!("{}/history", case.path);
    until(&mut ben, &history, "recorded");

    ben.post(&format!("{run}/roll-back"), &[("password", PASSWORD)]).expect(422).has("why");
    ben.get(&run).expect(200);
    let fields = [("password", PASSWORD), ("why", "clients cannot connect")];
    ben.post(&format!("{run}/roll-back"), &fields).expect(200).has("It is done.");
    until(&mut ben, &run, "<strong>rolled back</strong>").has("clients cannot connect");
    server.end();
}
