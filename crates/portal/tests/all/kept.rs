//! What is kept: decisions at the same time, the audit trail, words that are confirmed.

use std::thread;

use jiff::SignedDuration;
use refit_store::{Channel, OutboxState};

use crate::browser::Browser;
use crate::people::{invite, set_password};
use crate::world::{PASSWORD, World, request};

#[test]
fn of_two_who_take_a_request_up_one_has_it() {
    let world = World::peopled();
    let case = request(&mut world.log_in("ada"));
    let people = ["ben", "cleo"].map(|name| {
        let mut browser = world.log_in(name);
        browser.get(&case).expect(200);
        (name, browser)
    });
    let path = format!("{case}/do/take-up");
    let outcomes: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = people
            .into_iter()
            .map(|(name, mut browser)| {
                let path = &path;
                scope.spawn(move || (name, browser.post_once(path, &[]).status))
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let good: Vec<_> = outcomes.iter().filter(|(_, status)| *status == 303).collect();
    assert_eq!(good.len(), 1, "{outcomes:?}");
    let others = outcomes.iter().filter(|(_, status)| *status != 303);
    assert!(others.clone().all(|(_, status)| [409, 422].contains(status)), "{outcomes:?}");
    let holder = good[0].0;
    world.log_in("pia").get(&case).expect(200).has(&format!("The {holder}"));
}

#[test]
fn what_is_acknowledged_is_there_and_what_is_not_is_told() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let path = format!("{case}/do/add-note");
    let browsers: Vec<_> = (0..6)
        .map(|_| {
            let mut browser = world.log_in("ben");
            browser.get("/account").expect(200);
            browser
        })
        .collect();
    let outcomes: Vec<_> = thread::scope(|scope| {
        let writing: Vec<_> = browsers
            .into_iter()
            .enumerate()
            .map(|(number, mut browser)| {
                let path = &path;
                scope.spawn(move || {
                    let text = format!("note number {number}");
                    let fields = [("scope", "everyone"), ("text", text.as_str())];
                    (text.clone(), browser.post_once(path, &fields).status)
                })
            })
            .collect();
        writing.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let history = ada.get(&format!("{case}/history")).expect(200).body;
    for (text, status) in outcomes {
        assert!([303, 409].contains(&status), "{status}");
        assert_eq!(history.contains(&text), status == 303, "{text}: {status}");
    }
}

#[test]
fn the_audit_trail_is_whole_and_names_what_was_refused() {
    let world = World::peopled();
    let case = request(&mut world.log_in("ada"));
    world.log_in("eve").get(&case).expect(404);
    world.log_in("ben").get("/administration/users").expect(403);
    let mut wrong = world.browser();
    wrong.get("/login");
    wrong.post("/login", &[("name", "ada"), ("password", "not this one, no")]).expect(422);
    let mut admin = world.log_in("administrator");
    let trail = admin.get("/administration/audit").expect(200).has("is whole");
    for kind in [
        "Organisation made",
        "User made",
        "Link made",
        "Link used",
        "Password set",
        "Login",
        "Login refused",
        "Access refused",
        "Case request made",
    ] {
        assert!(trail.body.contains(kind), "`{kind}` is not in the audit trail: {}", trail.body);
    }
    assert!(!trail.body.contains(PASSWORD) && !trail.body.contains("not this one"));
    let end = trail.between("<code class=\"digest\">", "<").replace(' ', "+");
    let kept = |end: &str| format!("/administration/audit?kept={end}");
    admin.get(&kept(&end)).expect(200).has("the log has it, unchanged");
    let (sequence, digest) = end.split_once('+').unwrap();
    let later = format!("{}+{digest}", sequence.parse::<u64>().unwrap() + 1_000);
    admin.get(&kept(&later)).expect(200).has("is missing");
    admin.get(&kept(&format!("1+{digest}"))).expect(200).has("record 1 is sha256:");
    admin.get(&kept("nothing")).expect(200).has("it is not a number and a digest");
}

#[test]
fn nobody_is_asked_for_a_password_in_vain() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    ada.get(&case).expect(200);
    let path = format!("{case}/do/approve-playbook");
    let digest = format!("sha256:{}", "0".repeat(64));
    // There is no Playbook: the desk refuses, and nobody is asked for a password before.
    let refused = ada.post(&path, &[("playbook", digest.as_str())]).expect(422);
    refused.has_not("Confirm it is you");
}

#[test]
fn what_is_confirmed_is_told_in_words() {
    let world = World::demo(|_| ());
    let password = world.demo_password();
    let case = "/requests/demo-04-planned";
    let approver = ["anna.berger", "grace.hall", "yuki.sato", "june.carter"]
        .into_iter()
        .find(|name| world.log_in_to_demo(name).get(case).status == 200)
        .unwrap();
    let mut approver = world.log_in_to_demo(approver);
    let shown = approver.get(&format!("{case}/upgrade")).expect(200);
    let plan = shown.between("name=\"plan\" value=\"", "\"").to_owned();
    assert!(plan.starts_with("sha256:"), "{plan}");
    let path = format!("{case}/do/accept-plan");
    let word = [("plan", plan.as_str()), ("accepts_extension", "yes")];
    approver.get(case).expect(200);
    let asked = approver.post(&path, &word).expect(200).has("Confirm it is you").has(&plan);
    asked.has("In words").has("stays in the history");
    let wrong = [&word[..], &[("password", "not this one, no")]].concat();
    approver.post(&path, &wrong).expect(422).has("This is not your password");
    let before = approver.cookies.clone();
    let right = [&word[..], &[("password", password.as_str())]].concat();
    approver.post(&path, &right).expect(200).has("The plan is accepted");
    assert_ne!(approver.cookies, before, "a confirmation opens a new session");
    let mut old = world.browser();
    old.cookies = before;
    assert_eq!(old.get_once(case).status, 303, "the session before is over");
}

#[test]
fn the_rules_are_the_administrators() {
    let world = World::peopled();
    let mut admin = world.log_in("administrator");
    let page = admin.get("/administration/rules").expect(200);
    let mut fields = fields_of(&page.body);
    let title = fields.iter_mut().find(|(name, _)| name == "title").unwrap();
    title.1 = "[Customer] - Gold Services Request".to_owned();
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    admin.post("/administration/rules", &fields).expect(200).has("It is saved.");
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    ada.get(&case).expect(200).has("Acme - Gold Services Request");
}

/// The fields of a form as they stand on the page.
fn fields_of(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        let value = rest.split('"').next()?;
        Some(value.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let mut fields = Vec::new();
    let (_, form) = html.split_once("id=\"rules\"").unwrap();
    for tag in form.split('<').skip(1) {
        let (head, text) = tag.split_once('>').unwrap_or((tag, ""));
        let Some(name) = attribute(head, "name").filter(|name| name != "csrf") else { continue };
        if head.starts_with("textarea") {
            let text = text.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
            fields.push((name, text));
        } else if head.starts_with("input") {
            let is_box = head.contains("type=\"checkbox\"");
            if !is_box || head.contains(" checked") {
                fields.push((name, attribute(head, "value").unwrap_or_default()));
            }
        }
    }
    fields
}

#[test]
fn nobody_misses_a_letter_because_two_acted_at_the_same_time() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let mut ben = world.log_in("ben");
    ben.get(&case).expect(200);
    // Ben's request began later and was kept earlier than Ada's.
    world.pass(SignedDuration::from_mins(5));
    ben.post_once(&format!("{case}/do/take-up"), &[]).expect(303);
    world.pass(SignedDuration::from_mins(-5));
    let letters = || {
        world.records(async |store| {
            store.outbox(Channel::Mail, OutboxState::Waiting, 0, 1000).await.unwrap()
        })
    };
    let before = letters().len();
    let note = [("scope", "everyone"), ("text", "Here is one more thing.")];
    ada.post_once(&format!("{case}/do/add-note"), &note).expect(303);
    let new = letters().split_off(before);
    let keys: Vec<_> = new.iter().map(|letter| letter.content.key.as_str()).collect();
    assert!(keys.iter().any(|key| key.ends_with("/note/ben")), "{keys:?}");
}

#[test]
fn two_people_of_one_customer_answer_at_the_same_time() {
    let world = World::peopled();
    let mut admin = world.log_in("administrator");
    let link = invite(&mut admin, "abe", "acme", "customer");
    set_password(&mut world.browser(), &link);
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let mut ben = world.log_in("ben");
    ben.get(&case).expect(200);
    ben.post(&format!("{case}/do/take-up"), &[]).expect(200);
    ben.post(&format!("{case}/do/send-questionnaire"), &[]).expect(200);
    let group = [("name", "Acme"), ("members", "ada"), ("members", "abe"), ("members", "ben")];
    ben.post(&format!("{case}/do/set-group"), &group).expect(200);

    let (page, save) = (format!("{case}/questionnaire"), format!("{case}/do/save-answers"));
    let mut abe = world.log_in("abe");
    let shown = |browser: &mut Browser| {
        let page = browser.get(&page).expect(200);
        page.between("name=\"seen\" value=\"", "\"").to_owned()
    };
    let (of_ada, of_abe) = (shown(&mut ada), shown(&mut abe));
    let form = |seen: &str, version: &str, hosts: &str, runtime: &str| {
        [
            ("seen", seen.to_owned()),
            ("shown", "version".to_owned()),
            ("shown", "hosts".to_owned()),
            ("shown", "runtime".to_owned()),
            ("answer.version", version.to_owned()),
            ("answer.hosts", hosts.to_owned()),
            ("answer.runtime", runtime.to_owned()),
        ]
    };
    let send = |browser: &mut Browser, fields: [(&'static str, String); 7]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&save, &fields)
    };
    send(&mut abe, form(&of_abe, "5.18.3", "2", "")).expect(200);
    // Ada's page is older: what she did not touch stays as Abe has answered it.
    send(&mut ada, form(&of_ada, "", "", "Java 17")).expect(200);
    ben.get(&page).expect(200).has("5.18.3").has("Java 17");
    // What she saved from the same page before is no conflict with herself, also taken back.
    send(&mut ada, form(&of_ada, "", "", "Java 21")).expect(200);
    send(&mut ada, form(&of_ada, "", "", "")).expect(200);
    ben.get(&page).expect(200).has("5.18.3").has_not("Java 17").has_not("Java 21");
    // Where both have answered, both answers are shown, and nothing is overwritten.
    let both = send(&mut ada, form(&of_ada, "5.18.4", "", "Java 21")).expect(422);
    let both = both.has("The abe has answered this meanwhile: \u{201c}5.18.3\u{201d}");
    let newest = both.has("value=\"5.18.4\"").between("name=\"seen\" value=\"", "\"").to_owned();
    ben.get(&page).expect(200).has("5.18.3").has_not("5.18.4").has("Java 21");
    // Once more, knowing it.
    send(&mut ada, form(&newest, "5.18.4", "2", "Java 21")).expect(200);
    ben.get(&page).expect(200).has("5.18.4");
}
