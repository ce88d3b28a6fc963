//! Whose turn it is: runs that stand still are told to the case, and posts of people who are gone
//! are vacant.

use std::time::{Duration, Instant};

use refit_app::RunEntry;
use refit_desk::{Change, PostedPlan, Prose};
use refit_execute::{HaltReason, Journal, Payload, RunEvent};
use refit_model::{Digest, RunId};
use refit_store::{Channel, OutboxState};

use crate::browser::Browser;
use crate::happened::happened;
use crate::world::{World, request};

fn plan() -> Digest {
    Digest::of(b"the plan of this case")
}

fn begins() -> Payload {
    Payload::Controller {
        event: RunEvent::Begun,
        plan: plan(),
        environment: "staging".parse().unwrap(),
        approval: Digest::of(b"approval"),
        epoch: 1,
        by: "Ben".to_owned(),
        why: String::new(),
    }
}

fn halts() -> Payload {
    Payload::Halted {
        reason: HaltReason::Person {
            step: "move-clients".parse().unwrap(),
            role: "operator".to_owned(),
            instructions: vec!["Move the clients.".to_owned()],
        },
        now: Vec::new(),
        log_tail: Vec::new(),
    }
}

/// How long something may take to be shown, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// Looks until the page has, or has not, the text; not for ever.
fn until(browser: &mut Browser, page: &str, text: &str, has: bool) {
    let since = Instant::now();
    while browser.get(page).expect(200).body.contains(text) != has {
        let is_or_not = if has { "is not" } else { "is still" };
        assert!(since.elapsed() < PATIENCE, "`{text}` {is_or_not} on {page}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn letters(world: &World, part: &str) -> Vec<String> {
    world.records(async |store| {
        let waiting = store.outbox(Channel::Mail, OutboxState::Waiting, 0, 1000).await.unwrap();
        let keys = waiting.into_iter().map(|one| one.content.key);
        keys.filter(|key| key.contains(part)).collect()
    })
}

#[test]
fn a_run_that_stands_still_waits_in_its_case_and_is_told_once() {
    let world = World::peopled();
    let case = request(&mut world.log_in("ada"));
    let mut ben = world.log_in("ben");
    ben.get("/queue").expect(200);
    ben.post(&format!("{case}/do/take-up"), &[]).expect(200);
    let id = case.strip_prefix("/requests/").unwrap().to_owned();
    let posted = PostedPlan {
        digest: plan(),
        assessment: Digest::of(b"assessment"),
        documentation: Vec::new(),
        summary: Prose::new("One restart.").unwrap(),
        steps: Vec::new(),
    };
    let now = world.now();
    world.records(async |store| happened(store, &id, now, Change::PlanPosted(posted)).await);

    let run: RunId = "staging-1".parse().unwrap();
    let state = world.state();
    let entry = RunEntry {
        run: run.clone(),
        environment: "staging".parse().unwrap(),
        installation: "orders".parse().unwrap(),
        plan: plan(),
        approval: Digest::of(b"approval"),
        artifacts: "/nowhere".into(),
    };
    state.begin_run(&entry).unwrap();
    let mut journal = Journal::open(&state.journal_path(&run), &run).unwrap();
    for payload in [begins(), halts()] {
        journal.append_at(now, payload).unwrap();
    }
    until(&mut ben, &case, "The run staging-1", true);
    ben.get(&case).expect(200).has("step move-clients").has("<strong>customer</strong>");
    let told = letters(&world, "/run-halted/");
    // There is no project manager: the whole team is told.
    assert_eq!(told.len(), 5, "to who asked, and to the team: {told:?}");
    journal.append_at(now, begins()).unwrap();
    until(&mut ben, &case, "The run staging-1", false);
    ben.get(&format!("{case}/history")).expect(200).has("run staging-1 goes on");
    assert_eq!(letters(&world, "/run-halted/"), told);
}

#[test]
fn the_post_of_somebody_who_is_disabled_is_vacant() {
    let world = World::new();
    let mut admin = world.people();
    let case = request(&mut world.log_in("ada"));
    for name in ["ben", "pia"] {
        let mut browser = world.log_in(name);
        browser.get("/queue").expect(200);
        browser.post(&format!("{case}/do/take-up"), &[]).expect(200);
    }
    let mut cleo = world.log_in("cleo");
    cleo.get("/queue").expect(200).has_not(&case);
    admin.get("/administration/users").expect(200);
    admin.post("/administration/users/ben", &[("do", "disable")]).expect(200);
    cleo.get("/queue").expect(200).has(&case);
    admin.get(&format!("{case}/history")).expect(200).has("ben is no consultant any more");
    assert!(!letters(&world, "/post-vacated/").is_empty());
    // Who comes back finds the post as it is.
    admin.get("/administration/users").expect(200);
    admin.post("/administration/users/ben", &[("do", "enable")]).expect(200);
    cleo.get("/queue").expect(200).has(&case);
}
