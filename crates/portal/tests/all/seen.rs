//! What Refit can see is not typed: access reports, software, bundles, steps.

use refit_model::{AccessNeed, AccessProof, AccessReport, Digest, Document as _};
use serde_json::json;

use crate::browser::Browser;
use crate::papers::{self, json};
use crate::prepared::Prepared;
use crate::world::World;

pub fn report(can_write: bool) -> AccessReport {
    let proof = |needs, proved| AccessProof {
        what: "a folder".into(),
        at: "/opt".into(),
        needs,
        proved,
        answer: "a file was made, read and deleted".into(),
    };
    AccessReport {
        environment: refit_model::Name::new("staging").unwrap(),
        installation: refit_model::Name::new("orders").unwrap(),
        platform: refit_model::Name::new("activemq-classic").unwrap(),
        host: "local".into(),
        user: 1000,
        proofs: vec![proof(AccessNeed::Read, true), proof(AccessNeed::Write, can_write)],
    }
}

/// A case that is set up, and the consultant's browser.
fn set_up(world: &World) -> (Prepared, Browser) {
    let mut prepared = Prepared::new(world, "read-and-write");
    prepared.set_up();
    let mut ben = world.log_in("ben");
    ben.get(&prepared.page()).expect(200);
    (prepared, ben)
}

#[test]
fn an_access_report_says_what_was_proved_and_nobody_else_does() {
    let world = World::peopled();
    let (prepared, mut ben) = set_up(&world);
    let path = format!("{}/do/record-access-check", prepared.page());
    let kind = ("kind", "staging");
    let ticked = [kind, ("can_read", "yes"), ("can_write", "yes")];
    let file = json(report(false));
    let sent = |ben: &mut Browser, fields: &[(&str, &str)], content: &[u8]| {
        ben.get(&path).expect(200);
        ben.upload(&path, fields, &[("report", "access.json", content)])
    };
    sent(&mut ben, &ticked, &file).expect(422).has("not proved");
    sent(&mut ben, &[kind], b"{}").expect(422).has("no access-report of Refit");
    let other =
        AccessReport { platform: refit_model::Name::new("rabbitmq").unwrap(), ..report(true) };
    sent(&mut ben, &[kind], &json(other)).expect(422).has("the request is about");
    sent(&mut ben, &[kind], &file).expect(303);
    let page = format!("{}/upgrade", prepared.page());
    ben.get(&page).expect(200).has("not sufficient");
    sent(&mut ben, &[kind], &json(report(true))).expect(303);
    let shown = ben.get(&page).expect(200).has("verified").has_not("by word");
    let digest = report(true).digest().unwrap();
    let whole = format!("{}/documents/{}", prepared.page(), digest.to_hex());
    assert!(shown.body.contains(&whole), "{}", shown.body);
    ben.get(&whole).expect(200).has("Everything that an upgrade needs could be proved.");

    // Without a report it is somebody's word, and shown as that.
    ben.get(&path).expect(200);
    let typed = [&[("environment", "staging")], &ticked[..]].concat();
    ben.post(&path, &typed).expect(422).has("on whose word");
    // A digest of a report that nobody has says nothing.
    let unknown = Digest::of(b"elsewhere").to_string();
    let named = [&typed[..], &[("report", unknown.as_str())]].concat();
    ben.post(&path, &named).expect(422).has("send its file");
    let word = [&typed[..], &[("word", "Ada has tried it on the telephone.")]].concat();
    ben.post(&path, &word).expect(200).has("by word").has("Ada has tried it on the telephone.");
}

#[test]
fn each_document_of_the_letter_has_a_template_to_fill_in() {
    let world = World::peopled();
    let (mut prepared, _) = set_up(&world);
    let mut ada = world.log_in("ada");
    let page = ada.get(&format!("{}/documents", prepared.page())).expect(200);
    let begin = format!("{}/templates/", prepared.page());
    let keys: Vec<_> =
        page.body.split(&begin).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(keys, ["questionnaire", "access-details", "environment-overview"]);
    for (key, holds) in keys.iter().zip(["Which exact version", "| Host |", "Change windows"]) {
        let file = ada.get(&format!("{begin}{key}")).expect(200).has(holds).has("5.18.3");
        let name = format!("attachment; filename=\"{key}.md\"");
        assert!(file.header("content-disposition").unwrap().starts_with(&name));
        // What was filled in comes back as any file does.
        if *key != "questionnaire" {
            let path = format!("{}/do/return-document", prepared.page());
            let filled = file.body.replace("|  |", "| mq-1 |");
            ada.get(&path).expect(200);
            let files = [("digest", "filled.md", filled.as_bytes())];
            ada.upload(&path, &[("document", key)], &files).expect(303);
        }
    }
    let token = prepared.ada.clone();
    let path = format!("/api/v1/requests/{}/documents/access-details/template", prepared.case);
    prepared.program.api(&path, &token).expect(200).has("| Host |");
    ada.get(&format!("{begin}no-such")).expect(404);
}

#[test]
fn a_report_of_the_servers_own_machine_is_chosen() {
    let world = World::configured(|settings| {
        settings.upgrades.as_ref().unwrap().state.save(report(true)).unwrap();
    });
    world.people();
    let (prepared, mut ben) = set_up(&world);
    let path = format!("{}/do/record-access-check", prepared.page());
    ben.get(&path).expect(200).has("orders in staging: everything proved");
    let digest = report(true).digest().unwrap().to_string();
    ben.post(&path, &[("kind", "staging"), ("report", &digest)]).expect(200).has("verified");
}

#[test]
fn software_is_compared_or_it_is_a_word() {
    let world = World::peopled();
    let (mut prepared, _) = set_up(&world);
    prepared.plan(&world);
    let record = |digest: Option<&str>, word: Option<&str>| json!({ "record-software": { "placed_by": "customer", "digest": digest, "word": word } });
    let ben = prepared.ben.clone();
    let page = format!("{}/downloads", prepared.page());
    let mut browser = world.log_in("ben");
    prepared.tries(&ben, &record(None, None)).expect(200);
    browser.get(&page).expect(200).has("not the expected one");
    let another = Digest::of(b"another").to_string();
    prepared.tries(&ben, &record(Some(&another), Some("It is right."))).expect(200);
    browser.get(&page).expect(200).has_not(">verified<");
    // What a program says of it does not count.
    let claimed = json!({ "record-software": {
        "placed_by": "customer", "is_verified": true, "against": ["the moon"], "digest": another,
    } });
    prepared.tries(&ben, &claimed).expect(200);
    browser.get(&page).expect(200).has_not("the moon").has_not(">verified<");
    let packs = refit_packs::Packs::embedded();
    let pack = packs.get("activemq-classic").unwrap();
    let target = papers::plan().to;
    let known = pack.product.archive.known.iter().find(|one| one.version == target);
    let known = known.expect("the pack knows the release").digest.to_string();
    prepared.tries(&ben, &record(Some(&known), None)).expect(200);
    browser.get(&page).expect(200).has(">verified<").has(&format!("release {target} of the pack"));
    // It is done, and cannot be recorded again.
    prepared.tries(&ben, &record(None, Some("Ada says so."))).expect(422);
}

#[test]
fn the_bundle_is_made_of_the_playbook_and_holds_no_secret() {
    let world = World::peopled();
    let (mut prepared, mut ben) = set_up(&world);
    prepared.plan(&world);
    let word = json!({ "placed_by": "customer", "word": "Ada has compared it." });
    prepared.consultant(&json!({ "record-software": word }));
    prepared.inputs();
    ben.get(&prepared.page()).expect(200);
    let access = format!("{}/do/record-access-check", prepared.page());
    let file = json(report(true));
    ben.upload(&access, &[("kind", "staging")], &[("report", "a.json", &file)]).expect(303);
    prepared.begin();
    let journal = prepared.content(b"journal\n");
    let plan = papers::plan().digest().unwrap();
    let run = json!({
        "run": "staging-1", "plan": plan, "journal": journal, "end": "done", "installed": null,
    });
    prepared.consultant(&json!({ "record-run": run }));
    // Named by its digest alone: the server has not seen it.
    let report = Digest::of(b"a trial that passed").to_string();
    let trial = json!({ "report": report, "verdict": "pass", "failures": [] });
    prepared.consultant(&json!({ "record-trial": trial }));
    for activity in ["test", "fix-issues-and-retest"] {
        let ben = prepared.ben.clone();
        prepared.tries(&ben, &json!({ "start-activity": { "activity": activity } }));
        let finish = json!({ "activity": activity, "note": null, "evidence": null });
        prepared.consultant(&json!({ "finish-activity": finish }));
    }

    let path = format!("{}/do/deliver-resources", prepared.page());
    let playbook = json(papers::playbook());
    let deliver = |ben: &mut Browser| {
        ben.get(&path).expect(200);
        ben.upload(&path, &[], &[("playbook", "playbook.json", &playbook)])
    };
    ben.get(&path).expect(200);
    ben.post(&path, &[]).expect(422).has("There is no Playbook yet");
    let secret = prepared.content(b"How to\nadmin.password=hunter22\n");
    let post = |digest: &str| {
        let (kind, name) = ("upgrade-documentation", "notes.txt");
        let file = json!({ "kind": kind, "name": name, "digest": digest, "source": "us" });
        json!({ "post-file": file })
    };
    prepared.consultant(&post(&secret));
    let refused = deliver(&mut ben).expect(422);
    refused.has("Line 2 of documentation/notes.txt seems to hold a secret").has_not("hunter22");
    let clean = prepared.content(b"How to\nadmin.password=${ADMIN}\n");
    prepared.consultant(&post(&clean));
    deliver(&mut ben).expect(303);
    let page = ben.get(&format!("{}/upgrade", prepared.page())).expect(200);
    let page = page.has("<wbr/>notes.txt").has("playbook.md").has("SHA256SUMS");
    let hex = page.between(&format!("{}/content/", prepared.page()), "\" download>The bundle");
    let hex = hex.rsplit('/').next().unwrap().to_owned();
    let bundle = ben.download(&format!("{}/content/{hex}", prepared.page()));
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&bundle[..]));
    let names = archive.entries().unwrap().map(|entry| {
        entry.unwrap().path().unwrap().file_name().unwrap().to_string_lossy().into_owned()
    });
    let names: Vec<_> = names.collect();
    for name in ["playbook.json", "notes.txt", "Upgrade notes", "SHA256SUMS"] {
        assert!(names.iter().any(|one| one == name), "{name} is not in {names:?}");
    }

    // Problems and change requests choose their step from the Playbook's.
    ben.get(&format!("{}/do/post-playbook", prepared.page())).expect(200);
    let path = format!("{}/do/post-playbook", prepared.page());
    ben.upload(&path, &[("summary", "First.")], &[("digest", "p.json", &playbook)]).expect(303);
    let mut ada = world.log_in("ada");
    let step = &papers::playbook().steps[0].step;
    let choice = format!("<option value=\"{}\"", step.id);
    ada.get(&format!("{}/playbook", prepared.page())).expect(200).has(&choice).has("none of them");
}
