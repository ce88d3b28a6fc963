//! Documents of the upgrade in a case: only what the case names, and nothing in its place.

use refit_model::{Document as _, Stored};

use crate::browser::Browser;
use crate::papers::{self, json};
use crate::world::World;

#[test]
fn a_demonstration_shows_the_documents_of_a_real_upgrade() {
    let world = World::demo(papers::keep);
    let case = "/requests/demo-real-upgrade";
    let mut anna = world.log_in_to_demo("anna.berger");
    let page = anna.get(&format!("{case}/upgrade")).expect(200);
    for shown in [
        "The log falls silent",
        "Unpack the new version",
        "Point of no return: <bdi>messages since then are lost",
        "512mb",
        "from sending to receiving",
        "<svg class=\"latency\"",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let plan = papers::plan().digest().unwrap();
    let file = anna.get(&format!("{case}/content/{}", plan.to_hex())).expect(200);
    let read = Stored::<refit_model::Plan>::read(file.body.as_bytes()).unwrap();
    assert_eq!(read.body, papers::plan());
    let report = anna.get(&format!("{case}/documents/{}", plan.to_hex())).expect(200);
    assert!(report.header("content-disposition").unwrap().starts_with("attachment"));
    assert!(report.body.contains("Plan for orders in staging"));

    let page = anna.get(&format!("{case}/playbook")).expect(200);
    assert!(page.body.contains("took 1.90 s"), "{}", page.body);
    let bundle = anna.download(&format!("{case}/playbooks/1/bundle"));
    let files = unpacked(&bundle);
    let of = |name: &str| &files[&format!("playbook-orders-5.16.7-to-5.18.3/{name}")];
    assert!(of("playbook.md").contains("Start the new version"));
    let settled = of("settled/conf/activemq.xml");
    assert_eq!(settled, "<broker name='orders' password='[secret conf/users#alice]'/>\n");
    assert!(of("SHA256SUMS").contains("settled/conf/activemq.xml"));
    assert_eq!(bundle, anna.download(&format!("{case}/playbooks/1/bundle")));

    let mut grace = world.log_in_to_demo("grace.hall");
    grace.get(&format!("{case}/playbooks/1/bundle")).expect(404);
    grace.get(&format!("{case}/documents/{}", plan.to_hex())).expect(404);
}

fn unpacked(bundle: &[u8]) -> std::collections::BTreeMap<String, String> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bundle));
    let mut files = std::collections::BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        files.insert(entry.path().unwrap().display().to_string(), text);
    }
    files
}

#[test]
fn a_document_is_what_it_says_or_it_is_refused() {
    let world = World::demo(|_| ());
    let mut cleo = consultant(&world);
    let case = "/requests/demo-08-upgraded";
    cleo.get(case).expect(200);
    let path = format!("{case}/do/record-trial");
    let refused = |cleo: &mut Browser, file: &[u8], fields: &[(&str, &str)], why: &str| {
        cleo.get(&path).expect(200);
        cleo.upload(&path, fields, &[("report", "trial.json", file)]).expect(422).has(why);
    };
    let good = json(papers::trial(840));
    let word = papers::trial(840).verdict.word().to_lowercase();
    assert_ne!(word, "fail");
    let changed = String::from_utf8(good.clone()).unwrap().replace("849", "848");
    refused(&mut cleo, b"{}", &[], "no trial of Refit");
    refused(&mut cleo, &json(papers::plan()), &[], "a document of the kind plan, not trial");
    refused(&mut cleo, changed.as_bytes(), &[], "was changed after it was made");
    refused(&mut cleo, &good, &[("verdict", "fail")], &format!("something else here: {word}"));

    cleo.get(&path).expect(200);
    cleo.upload(&path, &[], &[("report", "trial.json", &good)]).expect(303);
    cleo.get(&format!("{case}/upgrade")).expect(200).has("<svg class=\"latency\"");

    // One that is named by its digest alone is attached later; another one is not taken for it.
    let later = papers::trial(845);
    let digest = later.digest().unwrap();
    let named = digest.to_string();
    let fields = [("report", named.as_str()), ("verdict", word.as_str())];
    cleo.post(&path, &fields).expect(200).has("the trial itself was not attached");
    let attach = format!("{case}/documents/{}", digest.to_hex());
    cleo.upload(&attach, &[], &[("file", "t.json", &good)]).expect(422).has("is bound to");
    cleo.upload(&attach, &[], &[("file", "t.json", &json(later))]).expect(303);
    let page = cleo.get(&format!("{case}/upgrade")).expect(200);
    assert_eq!(page.body.matches("<svg class=\"latency\"").count(), 2, "{}", page.body);
    cleo.get(&format!("{case}/documents/{}", "0".repeat(64))).expect(404);
}

/// The consultant of the case, whoever it is.
fn consultant(world: &World) -> Browser {
    let mut cleo = world.log_in_to_demo("cleo.martin");
    if cleo.get("/requests/demo-08-upgraded").status == 200 {
        return cleo;
    }
    world.log_in_to_demo("ben.okafor")
}

#[test]
fn an_assessment_answers_the_questions_of_the_pack_beforehand() {
    let world = World::demo(|_| ());
    let mut browser = consultant(&world);
    let case = "/requests/demo-08-upgraded";
    let asked = browser.get(&format!("{case}/questionnaire")).expect(200);
    assert!(asked.body.contains("Which store does the broker use?"), "{}", asked.body);
    let path = format!("{case}/do/record-inventory");
    browser.get(&path).expect(200);
    let other = papers::assessment().digest().unwrap().to_string();
    browser.post(&path, &[("source", &other)]).expect(422).has("send the assessment");
    let file = json(papers::assessment());
    browser.upload(&path, &[], &[("source", "assessment.json", &file)]).expect(303);
    let page = browser.get(&format!("{case}/questionnaire")).expect(200);
    assert!(page.body.contains("The inventory says: <bdi>5.16.7"), "{}", page.body);
}
