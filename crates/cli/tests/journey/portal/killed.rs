//! kill -9 of the server while a run goes on: the run ends, and the server that comes after shows
//! it whole. A journal that is put in the place of another is not taken over.

use std::fs;
use std::path::Path;

use refit_model::RunId;
use refit_store::{KeyFile, Location, MirroredEvent, Store};
use rustix::process::{Signal, kill_process};

use super::server::Server;
use super::{StandsStill, id_of, until};
use crate::stubbed::site::StubSite;

/// Where the run stands still, so that the server is killed while it goes on.
const STANDS: &str = "journal-after-write:12";
const FILES: [&str; 3] = ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"];

#[test]
fn a_run_outlives_the_server_and_is_shown_whole_by_the_next_one() {
    let test = "a_run_outlives_the_server_and_is_shown_whole_by_the_next_one";
    let Some(stands) = StandsStill::at(STANDS, test) else { return };
    let StandsStill { site, server, case, mut ben, run, worker } = stands;
    let id = id_of(&run).to_owned();
    until(&mut ben, &run, "<strong>running</strong>").has("Pause").has_not("Roll back</button>");
    // What is there now, as somebody may bring it back later.
    let (older, folder) = (tempfile::tempdir().unwrap(), site.run_folder(&id));
    copy_journal(&folder, older.path());

    server.kill();
    let seen = mirrored(&site, &id);
    assert!((1..=13).contains(&seen.len()), "{} events", seen.len());
    kill_process(worker, Signal::CONT).unwrap();
    site.until_over();

    let server = Server::start(&site.refit);
    let mut ben = server.log_in("ben");
    let steps = site.steps();
    until(&mut ben, &run, "<strong>done</strong>").has(&format!("{steps} of {steps} steps"));
    let history = format!("{}/history", case.path);
    until(&mut ben, &history, &format!("run {id}: done"));
    let whole = mirrored(&site, &id);
    is_the_journal(&site, &whole);
    assert_eq!(whole[..seen.len()], seen);

    // An older copy is told, nothing is taken back; with the right one all is well again.
    let (newer, finding) = (tempfile::tempdir().unwrap(), "it is an older copy");
    copy_journal(&folder, newer.path());
    copy_journal(older.path(), &folder);
    until(&mut ben, &run, finding).has("<strong>done</strong>");
    assert_eq!(mirrored(&site, &id), whole);
    copy_journal(newer.path(), &folder);
    until(&mut ben, &run, "data-live=\"finding\"></div>").has("<strong>done</strong>");
    assert_eq!(mirrored(&site, &id), whole);
    server.end();
}

/// Every event, as it stands in the journal.
fn is_the_journal(site: &StubSite, mirrored: &[MirroredEvent]) {
    let events = site.events();
    assert_eq!(events.len(), mirrored.len());
    for (event, mirrored) in events.iter().zip(mirrored) {
        assert_eq!(mirrored.sequence, event.sequence);
        assert_eq!(mirrored.digest, event.digest().unwrap());
        assert_eq!(mirrored.body.read::<refit_execute::Event>().unwrap(), *event);
    }
}

/// What is mirrored of a run.
fn mirrored(site: &StubSite, run: &str) -> Vec<MirroredEvent> {
    let run: RunId = run.parse().unwrap();
    let state = site.refit.state_folder();
    let database = Location::File(state.join("service.sqlite"));
    let key_file = KeyFile::at(state.join("service.key"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&database, &key_file).await.unwrap();
        let events = store.run_events(&run, 0, 10_000).await.unwrap();
        store.close().await;
        events
    })
}

/// Puts one journal in the place of another.
fn copy_journal(from: &Path, to: &Path) {
    for file in FILES {
        let (from, to) = (from.join(file), to.join(file));
        if from.exists() {
            fs::copy(from, to).unwrap();
        } else if to.exists() {
            fs::remove_file(to).unwrap();
        }
    }
}
