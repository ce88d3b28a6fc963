//! The API, with tokens.

use refit_model::Document as _;
use serde_json::json;

use crate::papers;
use crate::people::token;
use crate::world::{REQUEST, World, request};

#[test]
fn a_program_makes_requests_and_acts_on_them() {
    let world = World::peopled();
    let customer = token(&mut world.log_in("ada"), &["requests:read", "requests:write"]);
    let mut program = world.browser();
    let me = program.api("/api/v1/me", &customer).expect(200).json();
    assert_eq!(me["user"], "ada");
    let mut fields = serde_json::Map::new();
    for (name, value) in REQUEST {
        let name = name.strip_prefix("fields.").unwrap();
        let value = if name == "environments" { json!(1) } else { json!(value) };
        fields.insert(name.to_owned(), value);
    }
    let made = program.api_post("/api/v1/requests", &customer, &json!({ "fields": fields }));
    let made = made.expect(201).json();
    let case = made["case"].as_str().unwrap();
    let path = format!("/api/v1/requests/{case}");
    assert_eq!(program.api(&path, &customer).expect(200).json()["title"], made["title"]);
    let list = program.api("/api/v1/requests?limit=1", &customer).expect(200).json();
    assert_eq!(list["requests"][0]["case"], case);

    let consultant = token(&mut world.log_in("ben"), &["requests:read", "requests:write"]);
    let actions = format!("{path}/actions");
    program.api_post(&actions, &consultant, &json!("take-up")).expect(200);
    let respond = json!({ "respond": { "message": "We begin." } });
    let acted = program.api_post(&actions, &consultant, &respond).expect(200).json();
    assert!(acted["version"].as_u64().unwrap() > 1);
    let refused = program.api_post(&actions, &customer, &respond).expect(403);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert_eq!(refused.json()["type"], "urn:refit:problem:forbidden");
    let again = program.api_post(&actions, &consultant, &json!("take-up"));
    assert!(again.status == 403 || again.status == 422, "{}", again.body);
    let history = program.api(&format!("{path}/events"), &customer).expect(200).json();
    assert!(
        history["events"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| { one["what"].as_str().unwrap().contains("We begin.") })
    );

    let rival = token(&mut world.log_in("eve"), &["requests:read", "requests:write"]);
    program.api(&path, &rival).expect(404);
    let reader = token(&mut world.log_in("ben"), &["requests:read"]);
    program.api_post(&actions, &reader, &respond).expect(403);
    program.api(&path, "refit_nothing").expect(401);
    program.api_post(&actions, &consultant, &json!({ "no-such": {} })).expect(400);
}

#[test]
fn a_persons_word_is_not_given_by_a_program() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let token = token(&mut ada, &["requests:write"]);
    let digest = format!("sha256:{}", "0".repeat(64));
    let action = json!({ "approve-playbook": { "playbook": digest } });
    let mut program = world.browser();
    program.api_post(&format!("/api/v1{case}/actions"), &token, &action).expect(403);
}

/// A request that is taken up, with its questionnaire sent by a program; its case, and the tokens
/// of customer and consultant.
fn sent(world: &World) -> (String, String, String) {
    let case = request(&mut world.log_in("ada"));
    let case = case.strip_prefix("/requests/").unwrap().to_owned();
    let scopes = ["requests:read", "requests:write"];
    let customer = token(&mut world.log_in("ada"), &scopes);
    let consultant = token(&mut world.log_in("ben"), &scopes);
    let mut program = world.browser();
    let actions = format!("/api/v1/requests/{case}/actions");
    program.api_post(&actions, &consultant, &json!("take-up")).expect(200);
    let send = json!({ "send-questionnaire": { "additions": [] } });
    program.api_post(&actions, &consultant, &send).expect(200);
    (case, customer, consultant)
}

#[test]
fn a_program_sends_the_questions_of_the_pack_and_answers_them() {
    let world = World::peopled();
    let (case, customer, consultant) = sent(&world);
    let mut program = world.browser();
    let path = format!("/api/v1/requests/{case}/questionnaire");
    let asked = program.api(&path, &customer).expect(200);
    let asked = asked.has("Which store does the broker use?").json();
    assert!(asked["missing"].as_array().unwrap().contains(&json!("version")));
    let given = |version: &serde_json::Value, hosts: i64| {
        let answer = json!({ "given": { "value": hosts } });
        json!({ "version": version, "answers": { "hosts": answer } })
    };
    program.api_patch(&path, &consultant, &given(&asked["version"], 1)).expect(403);
    let saved = program.api_patch(&path, &customer, &given(&asked["version"], 2)).expect(200);
    assert!(saved.json()["version"].as_u64() > asked["version"].as_u64());

    // In view of what was before it: refused, with both answers.
    let stale = program.api_patch(&path, &customer, &given(&asked["version"], 3)).expect(409);
    let changed = &stale.json()["changed"][0];
    assert_eq!(changed["question"], "hosts");
    assert_eq!(changed["yours"]["given"]["value"], 3);
    assert_eq!(changed["theirs"]["given"]["value"], 2);
    assert_eq!(changed["by"], "ada");
    let newest = saved.json()["version"].clone();
    program.api_patch(&path, &customer, &given(&newest, 3)).expect(200);
    program.api_patch(&path, &customer, &given(&json!(9999), 3)).expect(422);
    let wrong = json!({ "version": newest, "answers": { "no-such": null } });
    program.api_patch(&path, &customer, &wrong).expect(422);
    let around = json!({ "save-answers": { "answers": {} } });
    program.api_post(&format!("/api/v1/requests/{case}/actions"), &customer, &around).expect(403);
}

#[test]
fn contents_come_and_go_over_the_api_and_what_is_named_is_there() {
    let world = World::peopled();
    let (case, customer, consultant) = sent(&world);
    let mut program = world.browser();
    let actions = format!("/api/v1/requests/{case}/actions");
    let nothing = format!("sha256:{}", "0".repeat(64));
    let give_back = |digest: &str| {
        let file = json!({ "document": "access-details", "name": "access.txt", "digest": digest });
        json!({ "return-document": file })
    };
    program.api_post(&actions, &customer, &give_back(&nothing)).expect(422).has("No content");
    let content = b"ssh broker@staging, as the user broker\n";
    let digest = program.api_content(&case, &customer, content);
    program.api_post(&actions, &customer, &give_back(&digest)).expect(200);
    let file = json!({ "kind": "other", "name": "a", "digest": nothing, "source": "us" });
    program.api_post(&actions, &consultant, &json!({ "post-file": file })).expect(422);

    let listed = program.api(&format!("/api/v1/requests/{case}/documents"), &consultant);
    let listed = listed.expect(200).json();
    let sent = listed["sent"].as_array().unwrap();
    let returned = sent.iter().find(|one| one["key"] == "access-details").unwrap();
    assert_eq!(returned["state"], "returned");
    assert_eq!(returned["returned"][0]["digest"], digest.as_str());
    let hex = digest.strip_prefix("sha256:").unwrap();
    let path = format!("/api/v1/requests/{case}/contents/{hex}");
    assert_eq!(program.api(&path, &consultant).expect(200).body.as_bytes(), content);
    let rival = token(&mut world.log_in("eve"), &["requests:read", "requests:write"]);
    program.api(&path, &rival).expect(404);

    let bearer = format!("Bearer {customer}");
    let headers = [("authorization", bearer.as_str())];
    let contents = format!("/api/v1/requests/{case}/contents");
    let bytes = "application/octet-stream";
    program.send_body(&contents, bytes, b"MZ\x90\0\x03\0\0\0", &headers).expect(415);
    program.send_body(&contents, "text/plain", b"text", &headers).expect(415);
    program.send_body(&contents, bytes, b"", &headers).expect(400);
    let large = vec![b'a'; 64 * 1024 * 1024 + 1];
    program.send_body(&contents, bytes, &large, &headers).expect(413);
}

#[test]
fn a_program_records_documents_by_the_digest_of_their_file() {
    let world = World::demo(|_| ());
    let mut browser = world.log_in_to_demo("cleo.martin");
    let case = "demo-08-upgraded";
    if browser.get(&format!("/requests/{case}")).status != 200 {
        browser = world.log_in_to_demo("ben.okafor");
    }
    let consultant = token(&mut browser, &["requests:read", "requests:write"]);
    let mut program = world.browser();
    let report = papers::trial(840);
    let verdict = report.verdict.word().to_lowercase();
    let digest = report.digest().unwrap().to_string();
    let file = program.api_content(case, &consultant, &papers::json(report));
    let record = |digest: &str, verdict: &str| json!({ "record-trial": { "report": digest, "verdict": verdict, "failures": [] } });
    let actions = format!("/api/v1/requests/{case}/actions");
    // What a document says is not what a program says of it.
    program
        .api_post(&actions, &consultant, &record(&file, "fail"))
        .expect(422)
        .has("something else");
    program.api_post(&actions, &consultant, &record(&file, &verdict)).expect(200);
    let listed = program.api(&format!("/api/v1/requests/{case}/documents"), &consultant);
    let listed = listed.expect(200).json();
    let kept = json!({ "kind": "trial", "digest": digest, "is_kept": true });
    assert!(listed["upgrade"].as_array().unwrap().contains(&kept), "{listed}");
}

#[test]
fn how_it_goes_on_is_told_over_the_api() {
    let world = World::peopled();
    let (case, customer, _) = sent(&world);
    let mut program = world.browser();
    let path = format!("/api/v1/requests/{case}");
    let timeline = program.api(&format!("{path}/timeline"), &customer).expect(200).json();
    let activities = timeline["activities"].as_array().unwrap();
    assert!(activities.iter().any(|one| one["key"] == "respond-to-request"), "{timeline}");
    assert!(!timeline["milestones"].as_array().unwrap().is_empty());
    let runs = program.api(&format!("{path}/runs"), &customer).expect(200).json();
    assert_eq!(runs, json!({ "runs": [], "recorded": [] }));
    program.api(&format!("{path}/runs/no-run"), &customer).expect(404);
}

/// Programs know every kind of action that they may do, with what belongs to it.
#[test]
fn the_description_has_every_action() {
    let world = World::new();
    let description = world.browser().get("/api/v1/openapi.json").expect(200).json();
    let action = description.pointer("/components/schemas/Action/oneOf").unwrap();
    let mut words = Vec::new();
    for variant in action.as_array().unwrap() {
        let word = variant["const"].as_str().or_else(|| variant["required"][0].as_str());
        match (&variant["enum"], word) {
            (serde_json::Value::Array(several), _) => {
                words.extend(several.iter().map(|word| word.as_str().unwrap().to_owned()));
            }
            (_, word) => words.push(word.unwrap().to_owned()),
        }
    }
    words.sort_unstable();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn the_description_names_every_route_of_the_api() {
    let world = World::new();
    let description = world.browser().get("/api/v1/openapi.json").expect(200).json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths: Vec<_> = description["paths"].as_object().unwrap().keys().collect();
    insta::assert_snapshot!(paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join("\n"), @r"
    /api/v1/me
    /api/v1/openapi.json
    /api/v1/requests
    /api/v1/requests/{case}
    /api/v1/requests/{case}/actions
    /api/v1/requests/{case}/contents
    /api/v1/requests/{case}/contents/{digest}
    /api/v1/requests/{case}/documents
    /api/v1/requests/{case}/documents/{document}/template
    /api/v1/requests/{case}/events
    /api/v1/requests/{case}/questionnaire
    /api/v1/requests/{case}/runs
    /api/v1/requests/{case}/runs/{run}
    /api/v1/requests/{case}/timeline
    ");
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}
