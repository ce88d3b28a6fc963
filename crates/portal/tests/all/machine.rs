//! What machines ask for: figures, health, a run's events as they come.

use refit_model::Digest;
use refit_store::{JsonText, MirroredEvent};
use serde_json::json;

use crate::api::token;
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
fn a_runs_events_come_as_they_are_mirrored() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let id = case.strip_prefix("/requests/").unwrap();
    let run = "run-1".parse().unwrap();
    let at = BEGIN.parse().unwrap();
    let event = |sequence: u64| MirroredEvent {
        sequence,
        digest: Digest::of(&sequence.to_be_bytes()),
        body: JsonText::of(&json!({ "sequence": sequence })).unwrap(),
    };
    world.records(async |store| {
        store.mirror(&run, Some(id), &[event(1), event(2)], at).await.unwrap();
    });
    let path = format!("{case}/runs/run-1/events");
    let lines = ada.lines(&path, 8);
    let expected = [
        "id: 1",
        "event: journal",
        r#"data: {"sequence":1}"#,
        "",
        "id: 2",
        "event: journal",
        r#"data: {"sequence":2}"#,
        "",
    ];
    let sorted = |lines: &[&str]| {
        let mut lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        lines.sort();
        lines
    };
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    assert_eq!(sorted(&lines), sorted(&expected));
    ada.get(&format!("{case}/runs/run-2/events")).expect(404);
    let mut eve = world.log_in("eve");
    eve.get(&path).expect(404);
    let others = request(&mut eve);
    eve.get(&format!("{others}/runs/run-1/events")).expect(404);
}
