//! The demonstration: every page of every request, and never beside real people.

use refit_portal::ServeError;

use crate::world::World;

const PARTS: [&str; 8] = [
    "",
    "/activities",
    "/questionnaire",
    "/documents",
    "/downloads",
    "/upgrade",
    "/playbook",
    "/history",
];

#[test]
fn every_page_of_every_request_is_there() {
    let world = World::demo(|_| ());
    let mut ada = world.log_in_to_demo("ada.novak");
    let list = ada.get("/requests").expect(200);
    let cases: Vec<_> = list.body.split("href=\"/requests/demo-").skip(1).collect();
    let mut ids: Vec<_> = cases.iter().map(|rest| rest.split('"').next().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 15, "{ids:?}");
    for id in ids {
        for part in PARTS {
            ada.get(&format!("/requests/demo-{id}{part}")).expect(200);
        }
    }
    for person in ["anna.berger", "grace.hall", "yuki.sato", "june.carter", "pia.rossi"] {
        world.log_in_to_demo(person).get("/requests").expect(200).has("demo-");
    }
}

#[test]
fn a_store_with_people_is_not_filled() {
    let world = World::peopled();
    match world.start_demo_again() {
        Err(ServeError::Demo(why)) => assert!(why.contains("there are people"), "{why}"),
        other => panic!("{other:?}"),
    }
}
