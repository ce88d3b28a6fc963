//! A case that is brought by the API, quickly, to where the upgrade begins.

use serde_json::{Map, Value, json};

use crate::browser::{Browser, Page};
use crate::papers::{self, json};
use crate::people::token;
use crate::world::{PASSWORD, REQUEST, World};

/// A case, and the programs of its people.
pub struct Prepared {
    pub case: String,
    pub ada: String,
    pub ben: String,
    pia: String,
    pub program: Browser,
}

impl Prepared {
    /// A new request, whose customer promises this access.
    pub fn new(world: &World, access: &str) -> Self {
        let scopes = ["requests:read", "requests:write"];
        let [ada, ben, pia] =
            ["ada", "ben", "pia"].map(|name| token(&mut world.log_in(name), &scopes));
        let mut program = world.browser();
        let mut fields = Map::new();
        for (name, value) in REQUEST {
            let name = name.strip_prefix("fields.").unwrap();
            let value = match name {
                "environments" => json!(1),
                "access" => json!(access),
                _ => json!(value),
            };
            fields.insert(name.to_owned(), value);
        }
        let made = program.api_post("/api/v1/requests", &ada, &json!({ "fields": fields }));
        let case = made.expect(201).json()["case"].as_str().unwrap().to_owned();
        Self { case, ada, ben, pia, program }
    }

    /// The address of the case's page.
    pub fn page(&self) -> String {
        format!("/requests/{}", self.case)
    }

    /// Somebody tries something.
    pub fn tries(&mut self, token: &str, action: &Value) -> Page {
        let path = format!("/api/v1/requests/{}/actions", self.case);
        self.program.api_post(&path, token, action)
    }

    pub fn customer(&mut self, action: &Value) {
        let token = self.ada.clone();
        self.tries(&token, action).expect(200);
    }

    pub fn consultant(&mut self, action: &Value) {
        let token = self.ben.clone();
        self.tries(&token, action).expect(200);
    }

    fn manager(&mut self, action: &Value) {
        let token = self.pia.clone();
        self.tries(&token, action).expect(200);
    }

    /// A content that the consultant sends.
    pub fn content(&mut self, content: &[u8]) -> String {
        let token = self.ben.clone();
        self.program.api_content(&self.case, &token, content)
    }

    fn finishes(&mut self, activity: &str) {
        self.consultant(&json!({ "finish-activity": { "activity": activity } }));
    }

    fn posts(&mut self, kind: &str, name: &str) {
        let digest = self.content(format!("{name}\n").as_bytes());
        let file = json!({ "kind": kind, "name": name, "digest": digest, "source": "the pack" });
        self.consultant(&json!({ "post-file": file }));
    }

    /// The project is set up.
    pub fn set_up(&mut self) {
        self.consultant(&json!("take-up"));
        self.manager(&json!("take-up"));
        self.consultant(&json!({ "respond": { "message": "We have it." } }));
        self.consultant(&json!({ "send-questionnaire": {} }));
        self.manager(&json!({ "acknowledge-formally": { "overview": "First the kick-off." } }));
        for duty in ["technical-contact", "reviewer", "approver"] {
            let available = json!([{ "from": "2026-11-01", "to": "2027-02-28" }]);
            let contact =
                json!({ "duty": duty, "user": "ada", "name": "Ada", "available": available });
            self.customer(&json!({ "name-contact": contact }));
        }
        let members = json!({ "name": "Acme", "members": ["ada", "ben", "pia"] });
        self.consultant(&json!({ "set-group": members }));
        self.posts("initial-document", "Project plan");
        let kick_off = json!({
            "deliverables": ["An upgraded environment"], "plan": "Staging first.",
            "dependencies": [], "escalation": ["Pia"],
        });
        self.consultant(&json!({ "record-kick-off": kick_off }));
        self.finishes("set-up-project-framework");
    }

    /// The plan is posted, and the customer accepts it.
    pub fn plan(&mut self, world: &World) {
        self.posts("upgrade-documentation", "Upgrade notes");
        self.finishes("prepare-for-upgrade");
        let digest = self.content(&json(papers::assessment()));
        let found = json!({
            "digest": digest, "version": "5.16.7", "blocking": [], "customisations": [],
            "extension": null,
        });
        self.consultant(&json!({ "record-assessment": found }));
        let digest = self.content(&json(papers::plan()));
        let plan = papers::plan();
        let posted = json!({
            "digest": digest, "assessment": plan.assessment, "documentation": [],
            "summary": "One restart.",
        });
        self.consultant(&json!({ "post-plan": posted }));
        let mut ada = world.log_in("ada");
        ada.get(&self.page()).expect(200);
        let plan = refit_model::Document::digest(&plan).unwrap().to_string();
        let accept = format!("{}/do/accept-plan", self.page());
        let fields = [("plan", plan.as_str()), ("password", PASSWORD)];
        ada.post(&accept, &fields).expect(200).has("The plan is accepted");
    }

    /// Answers and documents are given, and processed.
    pub fn inputs(&mut self) {
        let path = format!("/api/v1/requests/{}/questionnaire", self.case);
        for _ in 0..5 {
            let asked = self.program.api(&path, &self.ada).expect(200).json();
            let answers = missing(&asked);
            if answers.is_empty() {
                break;
            }
            let save = json!({ "version": asked["version"], "answers": answers });
            self.program.api_patch(&path, &self.ada, &save).expect(200);
        }
        self.customer(&json!("submit-answers"));
        for document in ["access-details", "environment-overview"] {
            let digest = self.content(document.as_bytes());
            let file = json!({ "document": document, "name": "answer.txt", "digest": digest });
            self.customer(&json!({ "return-document": file }));
        }
        for document in ["questionnaire", "access-details", "environment-overview"] {
            self.consultant(&json!({ "process-document": { "document": document } }));
        }
    }

    /// The configuration is backed up, and the upgrade begins.
    pub fn begin(&mut self) {
        self.consultant(&json!({ "start-activity": { "activity": "backup-configuration-files" } }));
        let digest = self.content(b"manifest\n");
        let evidence = json!({ "what": "manifest", "digest": digest });
        let activity = "backup-configuration-files";
        let finish = json!({ "activity": activity, "note": null, "evidence": evidence });
        self.consultant(&json!({ "finish-activity": finish }));
        let activity = "upgrade-development-or-staging";
        self.consultant(&json!({ "start-activity": { "activity": activity } }));
    }
}

/// An answer to each question that misses one.
fn missing(asked: &Value) -> Map<String, Value> {
    let mut answers = Map::new();
    for section in asked["sections"].as_array().unwrap() {
        for question in section["questions"].as_array().unwrap() {
            if question["is_missing"] == true {
                let value = answer(&question["kind"]);
                let id = question["id"].as_str().unwrap().to_owned();
                answers.insert(id, json!({ "given": { "value": value } }));
            }
        }
    }
    answers
}

fn answer(kind: &Value) -> Value {
    match kind.as_str() {
        Some("yes-no") => json!(false),
        Some("date") => json!("2026-11-20"),
        Some(_) => json!("as described"),
        None if kind["number"].is_object() => kind["number"]["least"].clone(),
        None if kind["choice"].is_array() => kind["choice"][0].clone(),
        None => json!([kind["choices"][0]]),
    }
}
