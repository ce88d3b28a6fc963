//! The thin way: from an empty server to a request that the team has answered.

use refit_model::Secret;
use refit_store::Location;

use crate::world::{REQUEST, World, request};

#[test]
fn from_an_empty_server_to_a_request_that_is_answered() {
    go(&World::new());
}

#[test]
fn the_same_over_postgres() {
    let test = "the_same_over_postgres";
    if let Some(cluster) = crate::cluster::Cluster::shared(test) {
        let url = Secret::new(cluster.url("postgres"));
        go(&World::over(Location::postgres(&url).unwrap()));
    }
}

fn go(world: &World) {
    assert!(world.first_link().is_some());
    world.people();

    let mut ada = world.log_in("ada@acme.example");
    ada.get("/requests/new").expect(200).has("Request an upgrade");
    let checked = [&REQUEST[..], &[("check", "yes")]].concat();
    let checked_page = ada.post("/requests/new", &checked).expect(200);
    checked_page.has("expected to be handed over").has("nothing was sent yet");
    let impossible: Vec<_> = checked
        .iter()
        .map(|field| if field.0 == "fields.deadline" { (field.0, "2026-11-17") } else { *field })
        .collect();
    ada.post("/requests/new", &impossible).expect(200).has("cannot be met");
    let case = request(&mut ada);
    ada.get(&case).expect(200).has("Acme - Platinum Services Request: Managed Upgrade");
    ada.get("/requests").expect(200).has(&case);

    let mut ben = world.log_in("ben");
    ben.get("/queue").expect(200).has(&case).has("Take it up");
    ben.post(&format!("{case}/do/take-up"), &[]).expect(200).has("The ben");
    ben.get(&format!("{case}/do/respond")).expect(200);
    let said = [("message", "Thank you. The project manager calls tomorrow.")];
    ben.post(&format!("{case}/do/respond"), &said).expect(200).has("The response is given");
    ben.post(&format!("{case}/do/respond"), &[("message", " ")]).expect(422).has("missing");

    let mut pia = world.log_in("pia");
    pia.get("/queue").expect(200).has(&case);
    pia.post(&format!("{case}/do/take-up"), &[]).expect(200);
    let overview = [("overview", "First the questionnaire, then the plan.")];
    pia.post(&format!("{case}/do/acknowledge-formally"), &overview).expect(200);
    pia.get("/queue").expect(200);

    for part in ["activities", "questionnaire", "documents", "upgrade", "playbook", "history"] {
        for browser in [&mut ada, &mut ben, &mut pia] {
            browser.get(&format!("{case}/{part}")).expect(200);
        }
    }
    ada.get(&format!("{case}/history")).has("calls tomorrow").has("First the questionnaire");

    ben.get(&format!("{case}/questionnaire")).expect(200);
    let sent = ben.post(&format!("{case}/do/send-questionnaire"), &[]).expect(200);
    sent.has("The questionnaire and the documents that go with it are sent");
    ada.get(&format!("{case}/questionnaire")).expect(200);
}

#[test]
fn a_file_that_is_posted_can_be_downloaded_and_nothing_else() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    ada.get(&case).expect(200);
    let path = format!("{case}/do/post-file");
    let fields = [("kind", "other"), ("name", "Broker's configuration"), ("source", "our host")];
    let files = [("digest", "../activemq.xml", &b"<broker/>\n"[..])];
    let page = ada.upload(&path, &fields, &files);
    assert_eq!(page.status, 303, "{}", page.body);
    let page = ada.get(&format!("{case}/documents")).expect(200).has("configuration");
    let (_, rest) = page.body.split_once(&format!("{case}/content/")).expect(&page.body);
    let digest = rest.split('"').next().unwrap().to_owned();
    let file = ada.get(&format!("{case}/content/{digest}")).expect(200);
    assert_eq!(file.body, "<broker/>\n");
    assert_eq!(file.header("content-type"), Some("application/octet-stream"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert!(file.header("content-disposition").unwrap().starts_with("attachment; filename="));
    let other = "0".repeat(64);
    ada.get(&format!("{case}/content/{other}")).expect(404);
    let programs = [("digest", "run.exe", &b"MZ\x90\0\x03\0\0\0"[..])];
    // What is not taken is told at its field, and what was typed stays.
    let refused = ada.upload(&path, &fields, &programs).expect(422);
    refused.has("of a kind that is not taken").has("configuration\"").has("our host");
    let empty = [("digest", "empty.txt", &b""[..])];
    ada.upload(&path, &fields, &empty).expect(422).has("This file is empty");
    let mut eve = world.log_in("eve");
    eve.get(&format!("{case}/content/{digest}")).expect(404);
}

#[test]
fn the_team_makes_a_request_on_a_customers_word() {
    let world = World::peopled();
    let mut ben = world.log_in("ben");
    ben.get("/requests/new").expect(200).has("The ada (acme)");
    let path = "/requests/new";
    // Without a customer's person, and for one of the team.
    ben.post(path, &REQUEST).expect(422).has("one of a customer");
    let of_team = [("on_behalf.requester", "pia"), ("on_behalf.word", "A call.")];
    ben.post(path, &[&REQUEST[..], &of_team].concat()).expect(422).has("one of a customer");
    let silent = [("on_behalf.requester", "ada")];
    ben.post(path, &[&REQUEST[..], &silent].concat()).expect(422);
    let word = [("on_behalf.requester", "ada"), ("on_behalf.word", "Ada called on Monday.")];
    let page = ben.post_once(path, &[&REQUEST[..], &word].concat());
    let place = page.header("location").unwrap_or_else(|| panic!("{}", page.body)).to_owned();
    let case = place.split('?').next().unwrap();
    let mut ada = world.log_in("ada");
    ada.get(case).expect(200).has("Acme - Platinum Services Request: Managed Upgrade");
    ada.get(&format!("{case}/history"))
        .expect(200)
        .has("on the word of ada: Ada called on Monday.");
    world.log_in("eve").get(case).expect(404);
    // A customer makes none for others.
    let mut eve = world.log_in("eve");
    eve.get(path).expect(200);
    eve.post(path, &[&REQUEST[..], &word].concat()).expect(422);
}
