//! A run in a real browser: with JavaScript it is seen as it happens, without by loading the page
//! again. Pictures of the pages are kept, to be looked at.

use rustix::process::{Pid, Signal, kill_process};

use super::case::Case;
use super::run_of;
use super::server::Server;
use crate::people::PASSWORD;
use crate::stubbed::site::{Shape, StubSite};
use crate::terminal::until_stopped;
use crate::webdriver::{Driver, Window};

/// Where the run stands still: clients are cut off there.
const STANDS: &str = "journal-after-write@stop-old:0";

#[test]
fn a_run_is_seen_in_a_browser_with_javascript_and_without() {
    let test = "a_run_is_seen_in_a_browser_with_javascript_and_without";
    let Some(driver) = Driver::start("portal-run") else { return };
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };
    let standing = site.refit.crashing_at(STANDS).variable("REFIT_CRASH_BY", "STOP");
    let server = Server::start(&standing);
    let case = Case::make(&server, &site);
    let run = run_of(&mut server.log_in("ben"), &case);
    let page = format!("{}{run}", server.url);

    let (lively, plain) = (driver.window(true), driver.window(false));
    log_in(&lively, &server, "ben");
    log_in(&plain, &server, "ada");
    lively.open(&format!("{}{}/upgrade", server.url, case.path));
    lively.picture("01-upgrade");
    lively.open(&page);
    lively.picture("02-not-begun");
    lively.click("form[action$='/run'] button");
    lively.has("Confirm it is you");
    lively.picture("03-confirm");
    confirm(&lively);
    lively.has("shown as it happens");

    let worker = until_stopped(&[site.refit.state_folder().to_str().unwrap(), "--in-background"]);
    lively.has("now: running: Stop");
    lively.picture("04-going-on-with-javascript");
    plain.open(&page);
    plain.has("reload the page to see more");
    plain.has("now: running: Stop");
    plain.picture("05-going-on-without-javascript");

    // It pauses, and what it waits for is told to everybody, by whom it can be ended.
    lively.click("form[action$='/pause'] button");
    confirm(&lively);
    lively.has("It stops at the next safe place.");
    kill_process(Pid::from_raw(worker).unwrap(), Signal::CONT).unwrap();
    lively.has("It waits for the consultant");
    lively.has("Go on");
    lively.picture("06-paused-with-javascript");
    plain.open(&page);
    plain.has("It waits for the consultant");
    assert!(!plain.text().contains("Go on"), "{}", plain.text());
    plain.picture("07-paused-without-javascript");
    lively.click("form[action$='/run'] button");
    confirm(&lively);
    // Nobody loads the page.
    lively.has("it goes on no more");
    let steps = site.steps();
    lively.has(&format!("{steps} of {steps} steps"));
    lively.picture("08-done-with-javascript");
    plain.has("reload the page to see more");
    plain.open(&page);
    plain.has(&format!("{steps} of {steps} steps"));
    plain.picture("09-done-without-javascript");
    lively.open(&page);
    lively.has("Roll back");
    lively.resize(500, 1400);
    lively.picture("10-on-a-phone");
    server.end();
}

fn confirm(window: &Window<'_>) {
    window.has("Confirm it is you");
    window.type_in("#password", PASSWORD);
    window.click("main form button");
}

pub(super) fn log_in(window: &Window<'_>, server: &Server, name: &str) {
    window.open(&format!("{}/login", server.url));
    window.type_in("#name", name);
    window.type_in("#password", PASSWORD);
    window.click("main button");
    assert!(window.until(|window| window.path() != "/login"), "{}", window.text());
}
