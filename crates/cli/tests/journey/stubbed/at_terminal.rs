//! A person before a terminal presses Ctrl-C: what is to be done is asked, and the run, which is a
//! process of its own, is left, stopped at a safe place, or watched on.

use rustix::process::{Pid, Signal, kill_process};

use super::NAME;
use super::site::{Begin, Shape, StubSite};
use crate::terminal::{CTRL_C, Terminal, until_stopped};

const QUESTION: &str = "[w]atch on? ";
/// Where the worker stands still, so that there is time to press keys.
const STANDS: &str = "journal-after-write:12";

/// The site's run, with a worker that stands still at a record, and the terminal before it.
fn begun(site: &StubSite) -> (Terminal, Pid) {
    site.begin_again(Begin::Approved);
    let refit = site.refit.crashing_at(STANDS).variable("REFIT_CRASH_BY", "STOP");
    let terminal = Terminal::run(&refit.command(&["run", NAME]));
    let state = site.refit.state_folder().to_str().unwrap();
    let worker = until_stopped(&[state, "--in-background"]);
    (terminal, Pid::from_raw(worker).unwrap())
}

fn go_on(worker: Pid) {
    kill_process(worker, Signal::CONT).unwrap();
}

#[test]
fn ctrl_c_asks_and_the_run_is_left_stopped_or_watched() {
    let test = "ctrl_c_asks_and_the_run_is_left_stopped_or_watched";
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };

    let (mut terminal, worker) = begun(&site);
    terminal.press(CTRL_C);
    terminal.until_seen(QUESTION);
    terminal.press("l\n");
    terminal.until_seen("goes on in the background");
    assert_eq!(terminal.end(), Some(0));
    go_on(worker);
    site.refit.expect(0, &["status", NAME, "--follow"]);
    assert_eq!(site.refit.json(&["status", NAME])["state"], "done");

    let (mut terminal, worker) = begun(&site);
    terminal.press(CTRL_C);
    terminal.until_seen(QUESTION);
    terminal.press("s\n");
    terminal.until_seen("stop at the next safe place");
    go_on(worker);
    assert_eq!(terminal.end(), Some(130));
    assert_eq!(site.refit.json(&["status", NAME])["state"], "paused");

    let (mut terminal, worker) = begun(&site);
    terminal.press(CTRL_C);
    terminal.until_seen(QUESTION);
    terminal.press("w\n");
    go_on(worker);
    terminal.until_seen("done");
    assert_eq!(terminal.end(), Some(0));

    // A terminal that goes away takes nothing with it.
    let (terminal, worker) = begun(&site);
    drop(terminal);
    go_on(worker);
    site.refit.expect(0, &["status", NAME, "--follow"]);
    assert_eq!(site.refit.json(&["status", NAME])["state"], "done");
}
