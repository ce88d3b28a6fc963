//! A request on its way to the run: people, answers, documents, an accepted plan.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use refit_desk::{
    AccessCheck, Action, Answer, AssessmentSummary, Contact, Dependency, Duty, EnvironmentKind,
    Evidence, FileKind, KickOff, Line, Party, Period, PostedPlan, ProjectFile, Prose,
    QUESTIONNAIRE, QuestionId, QuestionKind, Questionnaire, Rules, SoftwarePlaced, SupportGroup,
    keys,
};
use refit_model::{Digest, Name, NameKind};
use serde_json::{Value, json};

use super::server::Server;
use crate::browser::Browser;
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
        let tokens = people(server);
        let mut case =
            Self { path: String::new(), plan: site.plan(), tokens, base: server.url.clone() };
        let made = case.call("ada", "/api/v1/requests", &json!({ "fields": fields() }), 201);
        case.path = format!("/requests/{}", made["case"].as_str().unwrap());
        case.set_up();
        case.prepare(site.assessment());
        let mut ada = server.log_in("ada");
        ada.get(&case.path).expect(200);
        let plan = case.plan.to_string();
        let fields = [("plan", plan.as_str()), ("password", PASSWORD)];
        ada.post(&format!("{}/do/accept-plan", case.path), &fields)
            .expect(200)
            .has("The plan is accepted");
        case.give_inputs();
        case.back_up();
        case
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
        let plan = PostedPlan { digest, assessment, documentation, summary };
        self.does("ben", &Action::PostPlan(plan));
    }

    fn give_inputs(&self) {
        self.does(
            "ben",
            &Action::RecordSoftware(SoftwarePlaced {
                placed_by: Party::Customer,
                is_verified: true,
                evidence: evidence("archive"),
            }),
        );
        self.does("ada", &Action::SaveAnswers { answers: all_answers() });
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
                evidence: evidence("access check"),
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

    /// Does an action as a program of this person.
    fn does(&self, who: &str, action: &Action) {
        let (_, id) = self.path.rsplit_once('/').unwrap();
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

fn fields() -> Value {
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

/// An answer to every question that comes up.
fn all_answers() -> BTreeMap<QuestionId, Option<Answer>> {
    let mut questionnaire = Questionnaire::new(Rules::default().questionnaire);
    loop {
        let missing = questionnaire.missing();
        if missing.is_empty() {
            let answers = questionnaire.answers.into_iter();
            return answers.map(|(id, answer)| (id, Some(answer))).collect();
        }
        for id in missing {
            let answer = match &questionnaire.description.get(&id).unwrap().kind {
                QuestionKind::Text | QuestionKind::LongText => Answer::of("as described"),
                QuestionKind::Number { least, .. } => Answer::of(*least),
                QuestionKind::YesNo => Answer::of(true),
                QuestionKind::Date => Answer::of("2026-11-20"),
                QuestionKind::Choice(choices) => Answer::of(choices[0].as_str()),
                QuestionKind::Choices(choices) => Answer::of(vec![choices[0].to_string()]),
            };
            questionnaire.answers.insert(id, answer);
        }
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

fn prose(text: &str) -> Prose {
    Prose::new(text).unwrap()
}

/// So many days from today.
fn day(from_today: i64) -> jiff::civil::Date {
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    today.checked_add(Span::new().days(from_today)).unwrap()
}
