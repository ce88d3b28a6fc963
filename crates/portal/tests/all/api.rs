//! The API, with tokens.

use serde_json::json;

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
    /api/v1/requests/{case}/events
    ");
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}
