//! A request on its way to the run: people, answers, documents, an accepted plan.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use refit_desk::{
    AccessCheck, Action, AssessmentSummary, Contact, Dependency, Duty, EnvironmentKind, Evidence,
    FileKind, KickOff, Line, Party, Period, PostedPlan, ProjectFile, Prose, QUESTIONNAIRE,
    SoftwarePlaced, SupportGroup, keys,
};
use refit_model::{Digest, Name, NameKind};
use serde_json::{Map, Value, json};

use super::server::Server;
use crate::browser::{Browser, Page};
use crate::people::{PASSWORD, invite, organisation, set_password, token};
use crate::stubbed::NAME;
use crate::stubbed::site::StubSite;

/// The people of the tests, with their organisations and roles.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("ada", "acme", "customer"),
    ("eve", "rival", "customer"),
    ("ben", "team", "consultant"),
    ("pia", "team", "project-manager"),
];

/// What files and evidence hold.
const CONTENTS: [&str; 7] = [
    "Project plan",
    "Upgrade notes",
    "archive",
    "access check",
    "manifest",
    "access-details",
    "environment-overview",
];

/// A request whose plan is accepted and whose run may begin.
pub struct Case {
    /// Its path.
    pub path: String,
    /// The plan.
    pub plan: Digest,
    tokens: BTreeMap<&'static str, String>,
    base: String,
}

impl Case {
    /// Makes people, and goes the way of the process up to the upgrade.
    pub fn make(server: &Server, site: &StubSite) -> Self {
        let case = Self::posted(server, site);
        case.accept(&mut server.log_in("ada"), case.plan).expect(200).has("The plan is accepted");
        case.prepare_run();
        case
    }

    /// Makes people, and goes the way of the process until the plan waits for the customer.
    pub fn posted(server: &Server, site: &StubSite) -> Self {
        let tokens = people(server);
        let mut case =
            Self { path: String::new(), plan: site.plan(), tokens, base: server.url.clone() };
        let made = case.call("ada", "/api/v1/requests", &json!({ "fields": fields() }), 201);
        case.path = format!("/requests/{}", made["case"].as_str().unwrap());
        case.set_up();
        case.prepare(site.assessment());
        case
    }

    /// Accepts a plan.
    pub fn accept(&self, ada: &mut Browser, plan: Digest) -> Page {
        ada.get(&self.path).expect(200);
        let plan = plan.to_string();
        let fields = [("plan", plan.as_str()), ("password", PASSWORD)];
        ada.post(&format!("{}/do/accept-plan", self.path), &fields)
    }

    /// Everything that a run needs besides the accepted plan.
    pub fn prepare_run(&self) {
        self.give_inputs();
        self.back_up();
    }

    fn set_up(&self) {
        self.does("ben", &Action::TakeUp);
        self.does("pia", &Action::TakeUp);
        self.does("ben", &Action::Respond { message: prose("We have it.") });
        self.does("ben", &Action::SendQuestionnaire { additions: Vec::new() });
        self.does("pia", &Action::AcknowledgeFormally { overview: prose("Next: the kick-off.") });
        for duty in Duty::ALL {
            let available = vec![Period { from: day(-7), to: day(600) }];
            let (user, name) = (name("ada"), line("Ada"));
            self.does("ada", &Action::NameContact(Contact { duty, user, name, available }));
        }
        let members = ["ada", "ben", "pia"].map(name).into();
        self.does("ben", &Action::SetGroup(SupportGroup { name: line("Acme"), members }));
        self.does("ben", &Action::PostFile(file(FileKind::InitialDocument, "Project plan")));
        let what = line("Access to staging");
        let dependency = Dependency { what, from: Party::Customer, due: day(30) };
        self.does(
            "ben",
            &Action::RecordKickOff(KickOff {
                deliverables: vec![line("An upgraded staging environment")],
                plan: prose("Staging first."),
                dependencies: vec![dependency],
                escalation: vec![line("Pia")],
            }),
        );
        self.finish("ben", keys::SET_UP, None);
    }

    fn prepare(&self, assessment: Digest) {
        let notes = file(FileKind::UpgradeDocumentation, "Upgrade notes");
        let documentation = vec![notes.digest];
        self.does("ben", &Action::PostFile(notes));
        self.finish("ben", keys::PREPARE, None);
        self.does(
            "ben",
            &Action::RecordAssessment(AssessmentSummary {
                digest: assessment,
                blocking: Vec::new(),
                customisations: Vec::new(),
                version: line("5.16.7"),
                extension: None,
            }),
        );
        let (digest, summary) = (self.plan, prose("One restart, about a minute."));
        let steps = Vec::new();
        let plan = PostedPlan { digest, assessment, documentation, summary, steps };
        self.does("ben", &Action::PostPlan(plan));
    }

    fn give_inputs(&self) {
        self.does(
            "ben",
            &Action::RecordSoftware(SoftwarePlaced {
                placed_by: Party::Customer,
                is_verified: false,
                digest: None,
                against: Vec::new(),
                word: Some(prose("Ada has compared it.")),
                evidence: Some(evidence("archive")),
            }),
        );
        self.answer_everything();
        self.does("ada", &Action::SubmitAnswers);
        for document in ["access-details", "environment-overview"] {
            let (name, digest) = (line("answer.pdf"), Digest::of(document.as_bytes()));
            let document = self::name(document);
            self.does("ada", &Action::ReturnDocument { document, name, digest });
        }
        for document in [QUESTIONNAIRE, "access-details", "environment-overview"] {
            self.does("ben", &Action::ProcessDocument { document: name(document) });
        }
        self.does(
            "ben",
            &Action::RecordAccessCheck(AccessCheck {
                environment: name(NAME),
                kind: EnvironmentKind::Staging,
                can_read: true,
                can_write: true,
                report: None,
                word: Some(prose("Ben has tried it.")),
                evidence: Some(evidence("access check")),
            }),
        );
    }

    fn back_up(&self) {
        let activity = name(keys::BACK_UP);
        self.does("ben", &Action::StartActivity { activity });
        self.finish("ben", keys::BACK_UP, Some(evidence("manifest")));
    }

    fn finish(&self, who: &str, key: &str, evidence: Option<Evidence>) {
        let activity = name(key);
        self.does(who, &Action::FinishActivity { activity, note: None, evidence });
    }

    /// Answers everything that is asked, as far as one answer asks the next.
    fn answer_everything(&self) {
        let (_, id) = self.path.rsplit_once('/').unwrap();
        let path = format!("/api/v1/requests/{id}/questionnaire");
        loop {
            let asked = Browser::new(&self.base).api(&path, &self.tokens["ada"]).expect(200).json();
            let answers = missing_answers(&asked);
            if answers.is_empty() {
                return;
            }
            let save = json!({ "version": asked["version"], "answers": answers });
            Browser::new(&self.base).api_patch(&path, &self.tokens["ada"], &save).expect(200);
        }
    }

    /// Does an action as a program of this person, which has sent what the action names before.
    pub fn does(&self, who: &str, action: &Action) {
        let (_, id) = self.path.rsplit_once('/').unwrap();
        for digest in action.contents() {
            let content = CONTENTS.iter().find(|text| Digest::of(text.as_bytes()) == digest);
            let content = content.expect("one of the contents").as_bytes();
            Browser::new(&self.base).api_content(id, &self.tokens[who], content);
        }
        let path = format!("/api/v1/requests/{id}/actions");
        self.call(who, &path, &serde_json::to_value(action).unwrap(), 200);
    }

    fn call(&self, who: &str, path: &str, body: &Value, status: u16) -> Value {
        let mut program = Browser::new(&self.base);
        program.api_post(path, &self.tokens[who], body).expect(status).json()
    }
}

/// Makes organisations and people; gives a token of each.
fn people(server: &Server) -> BTreeMap<&'static str, String> {
    set_password(&mut server.browser(), &server.first_link);
    let mut admin = server.log_in("administrator");
    for id in ["acme", "rival"] {
        organisation(&mut admin, id, id);
    }
    let mut tokens = BTreeMap::new();
    for (id, organisation, role) in PEOPLE {
        let link = invite(&mut admin, id, organisation, role);
        set_password(&mut server.browser(), &link);
        let scopes = ["requests:read", "requests:write"];
        tokens.insert(id, token(&mut server.log_in(id), &scopes));
    }
    tokens
}

pub fn fields() -> Value {
    json!({
        "platform": "activemq-classic",
        "current_version": "5.16.7",
        "deployment": "on-premises",
        "earliest_start": day(7),
        "ideal_start": day(14),
        "deadline": day(200),
        "deadline_reason": "The version's end of life",
        "access": "read-and-write",
        "environments": 1,
    })
}

/// An answer to each question that misses one.
fn missing_answers(asked: &Value) -> Map<String, Value> {
    let mut answers = Map::new();
    for section in asked["sections"].as_array().unwrap() {
        for question in section["questions"].as_array().unwrap() {
            if question["is_missing"] == true {
                let id = question["id"].as_str().unwrap().to_owned();
                answers.insert(id, json!({ "given": { "value": answer(&question["kind"]) } }));
            }
        }
    }
    answers
}

fn answer(kind: &Value) -> Value {
    match kind.as_str() {
        Some("yes-no") => json!(true),
        Some("date") => json!("2026-11-20"),
        Some(_) => json!("as described"),
        None if kind["number"].is_object() => kind["number"]["least"].clone(),
        None if kind["choice"].is_array() => kind["choice"][0].clone(),
        None => json!([kind["choices"][0]]),
    }
}

fn file(kind: FileKind, name: &str) -> ProjectFile {
    let (digest, source) = (Digest::of(name.as_bytes()), line("the pack"));
    ProjectFile { kind, name: line(name), digest, source }
}

fn evidence(text: &str) -> Evidence {
    Evidence { what: prose(text), digest: Digest::of(text.as_bytes()) }
}

fn name<K: NameKind>(text: &str) -> Name<K> {
    Name::new(text).unwrap()
}

fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

pub fn prose(text: &str) -> Prose {
    Prose::new(text).unwrap()
}

/// So many days from today.
fn day(from_today: i64) -> jiff::civil::Date {
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    today.checked_add(Span::new().days(from_today)).unwrap()
}
