//! What machines ask for: figures, health, a run's events as they come.

use refit_execute::{Detail, Journal, Payload, RunEvent, StepEvent};
use refit_model::{Digest, Document as _, RunId};
use refit_store::{JsonText, MirroredEvent};

use crate::papers;
use crate::people::token;
use crate::world::{BEGIN, World, request};

#[test]
fn figures_are_for_those_with_a_token() {
    let world = World::peopled();
    let scope = token(&mut world.log_in("pia"), &["metrics"]);
    let mut browser = world.browser();
    browser.get("/healthz").expect(200);
    browser.get("/readyz").expect(200);
    browser.get_once("/metrics").expect(401);
    let figures = browser.api("/metrics", &scope).expect(200);
    let kind = figures.header("content-type").unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let line = r#"refit_http_requests_total{method="GET",route="/healthz",status="200"} 1"#;
    figures.has(line).has("refit_outbox_entries").has("# TYPE refit_http_requests_total counter");
}

#[test]
fn a_run_is_sent_anew_as_it_goes_on() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let id = case.strip_prefix("/requests/").unwrap();
    let run: RunId = "run-1".parse().unwrap();
    let at = BEGIN.parse().unwrap();
    let begun = journal(&run, &[begins(), intent("stop-old")]);
    world.records(async |store| {
        store.mirror(&run, Some(id), &begun, at).await.unwrap();
    });
    let page = format!("{case}/runs/run-1");
    ada.get(&page).expect(200).has("<strong>running</strong>").has("stop-old").has("begins by Ben");
    ada.get(&format!("{case}/upgrade")).expect(200).has(&page);

    let path = format!("{page}/events");
    let mut lines = ada.stream(&path);
    let sent = message(&mut lines);
    assert_eq!((sent.id.as_str(), sent.event.as_str()), ("2", "run"));
    assert!(sent.data.contains("<strong>running</strong>"), "{}", sent.data);
    let payloads = [begins(), intent("stop-old"), done("stop-old"), completed()];
    world.records(async |store| {
        store.mirror(&run, Some(id), &journal(&run, &payloads), at).await.unwrap();
    });
    let sent = message(&mut lines);
    assert_eq!(sent.id, "4");
    assert!(sent.data.contains("<strong>done</strong>"), "{}", sent.data);
    // It goes on no more: the line is closed.
    assert!(lines.next().is_none());
    ada.get(&page).expect(200).has("<strong>done</strong>").has_not("data-events");

    ada.get(&format!("{case}/runs/run-2")).expect(404);
    ada.get(&format!("{case}/runs/run-2/events")).expect(404);
    let mut eve = world.log_in("eve");
    let others = request(&mut eve);
    for path in
        [page.clone(), path, format!("{others}/runs/run-1"), format!("{others}/runs/run-1/events")]
    {
        eve.get(&path).expect(404);
    }
    // This server is not on the machine that the run is done from.
    let mut ben = world.log_in("ben");
    ben.get(&page).expect(200).has_not("Roll back</button>");
    ben.post(&format!("{page}/pause"), &[]).expect(422).has("not on the machine");
    ben.post(&format!("{page}/other"), &[]).expect(404);
}

#[test]
fn a_server_elsewhere_tells_steps_by_the_plan_that_the_case_keeps() {
    let world = World::demo(papers::keep);
    let (case, run) = ("demo-real-upgrade", "elsewhere-1".parse().unwrap());
    let plan = papers::plan();
    let first = &plan.steps[0];
    let payloads = [begins_with(plan.digest().unwrap()), intent(first.id.as_str())];
    world.records(async |store| {
        let events = journal(&run, &payloads);
        store.mirror(&run, Some(case), &events, BEGIN.parse().unwrap()).await.unwrap();
    });
    let page = world.log_in_to_demo("anna.berger").get(&format!("/requests/{case}/runs/{run}"));
    let page = page.expect(200).has(&format!("0 of {} steps", plan.steps.len()));
    for step in &plan.steps {
        assert!(page.body.contains(&step.title), "{}: {}", step.title, page.body);
    }
    // What can be done to it is done there.
    page.has_not("Roll back</button>");
}

/// What is sent once.
struct Message {
    id: String,
    event: String,
    data: String,
}

/// The next message of a stream; what keeps it alive is passed over.
fn message(lines: &mut impl Iterator<Item = String>) -> Message {
    let mut message = Message { id: String::new(), event: String::new(), data: String::new() };
    for line in lines {
        match line.split_once(": ") {
            Some(("id", id)) => id.clone_into(&mut message.id),
            Some(("event", event)) => event.clone_into(&mut message.event),
            Some(("data", data)) => message.data += data,
            _ if line.is_empty() && !message.id.is_empty() => return message,
            _ => {}
        }
    }
    panic!("the stream has ended");
}

/// A journal with these events, as it is mirrored.
fn journal(run: &RunId, payloads: &[Payload]) -> Vec<MirroredEvent> {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal.sqlite"), run).unwrap();
    let at: jiff::Timestamp = BEGIN.parse().unwrap();
    let mut mirrored = |payload: &Payload| {
        let event = journal.append_at(at, payload.clone()).unwrap();
        let (sequence, digest) = (event.sequence, event.digest().unwrap());
        MirroredEvent { sequence, digest, body: JsonText::of(event).unwrap() }
    };
    payloads.iter().map(&mut mirrored).collect()
}

fn begins() -> Payload {
    begins_with(Digest::of(b"plan"))
}

fn begins_with(plan: Digest) -> Payload {
    Payload::Controller {
        event: RunEvent::Begun,
        plan,
        environment: "staging".parse().unwrap(),
        approval: Digest::of(b"approval"),
        epoch: 1,
        by: "Ben".to_owned(),
        why: String::new(),
    }
}

fn step(step: &str, event: StepEvent) -> Payload {
    let (step, detail) = (step.parse().unwrap(), Detail::default());
    Payload::Step { step, event, attempt: 1, detail }
}

fn intent(name: &str) -> Payload {
    step(name, StepEvent::Intent)
}

fn done(name: &str) -> Payload {
    step(name, StepEvent::Done)
}

fn completed() -> Payload {
    Payload::Ended { event: RunEvent::Completed, why: String::new() }
}
