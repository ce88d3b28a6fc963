//! What is due a year after an upgrade: shown, offered once, and led to a new request.

use jiff::SignedDuration;
use refit_desk::{Change, Installed, RecordedRun, RunEnd};
use refit_model::Digest;
use refit_store::{Channel, OutboxState, Store};

use crate::happened::happened;
use crate::world::{World, request};

/// Records that a run upgraded the case's installation.
async fn upgraded(store: &Store, id: &str, at: jiff::Timestamp) {
    let digest = Digest::of(b"a plan");
    let run = RecordedRun {
        run: "run-1".parse().unwrap(),
        plan: digest,
        journal: digest,
        end: RunEnd::Done,
        installed: Some(Installed {
            environment: "production".parse().unwrap(),
            installation: "orders".parse().unwrap(),
            version: refit_desk::Line::new("5.18.3").unwrap(),
        }),
    };
    happened(store, id, at, Change::RunRecorded(run)).await;
}

fn letters(world: &World) -> usize {
    world.records(async |store| {
        let waiting = store.outbox(Channel::Mail, OutboxState::Waiting, 0, 1000).await.unwrap();
        waiting.iter().filter(|one| one.content.key.starts_with("annual/")).count()
    })
}

#[test]
fn what_was_upgraded_a_year_ago_is_due_and_offered_once() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let id = case.strip_prefix("/requests/").unwrap().to_owned();
    ada.get("/recommendations").expect(200).has("Nothing is due");
    let now = world.now();
    world.records(async |store| upgraded(store, &id, now).await);
    // The version's end of life is over by then: it is due for that at once.
    ada.get("/recommendations").expect(200).has("end of life").has("orders");
    world.pass(SignedDuration::from_hours(24 * 366));
    let mut ada = world.log_in("ada");
    let page = ada.get("/recommendations").expect(200).has("The last upgrade was on 2026-11-02");
    let (_, rest) = page.body.split_once("/requests/new?").unwrap();
    let way = rest.split('"').next().unwrap().replace("&amp;", "&");
    let form = ada.get(&format!("/requests/new?{way}")).expect(200);
    form.has("value=\"5.18.3\"").has("value=\"activemq-classic\" selected");
    let list = ada.get("/requests").expect(200);
    assert!(list.body.contains("href=\"/recommendations\""));
    // Others do not see it.
    world.log_in("eve").get("/recommendations").expect(200).has("Nothing is due");
    let not_hers = world.log_in("eve").get(&format!("/requests/new?{way}")).expect(200);
    assert!(!not_hers.body.contains("5.18.3"), "{}", not_hers.body);
    // The team asks on the customer's word, for the one who asked before.
    let mut pia = world.log_in("pia");
    let page = pia.get("/recommendations").expect(200).has("Request it for the customer");
    let way = page.between("/requests/new?", "\"").replace("&amp;", "&");
    let form = pia.get(&format!("/requests/new?{way}")).expect(200);
    let form = form.has("value=\"ada\" selected").has("value=\"5.18.3\"");
    form.has("The next upgrade of orders in production. The last upgrade was on 2026-11-02");
    let mut admin = world.log_in("administrator");
    let page = admin.get("/recommendations").expect(200).has("orders");
    page.has_not("/requests/new");
    // The server has told the one who asked, once for each reason.
    let since = std::time::Instant::now();
    while letters(&world) < 2 && since.elapsed() < std::time::Duration::from_mins(2) {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(letters(&world), 2, "for the end of life, and again when both were reasons");
}
