//! The table of all routes.

use axum::http::Method;
use refit_desk::Role::{self, Administrator, Consultant, Customer, ProjectManager};
use refit_pages::paths;

use crate::api::{self, types};
use crate::pages::{
    account, actions, administration, contents, decisions, documents, entrance, lists, live,
    project, provider, request, run_exits, second_factor, service,
};
use crate::route::Access::{Everybody, Session, Token};
use crate::route::{Gives, Route, Scope, Takes};

const ALL: &[Role] = &Role::ALL;
const TEAM: &[Role] = &[Consultant, ProjectManager, Administrator];
const CONSULTANTS: &[Role] = &[Consultant];
/// Who makes requests: customers, and those who do it on a customer's word.
const REQUESTERS: &[Role] = &[Customer, Consultant, ProjectManager];
/// Who decides what a plan leaves open.
const DECIDERS: &[Role] = &[Customer, Consultant];
const ADMINISTRATORS: &[Role] = &[Administrator];

const PASSWORD_BY_LINK: &str = "/password/{token}";
const CASE: &str = "/requests/{case}";
const PART: &str = "/requests/{case}/{part}";
const ACTION: &str = "/requests/{case}/do/{kind}";
const CONTENT: &str = "/requests/{case}/content/{digest}";
const ORGANISATION: &str = "/administration/organisations/{organisation}";
const USER: &str = "/administration/users/{user}";
const DECISIONS: &str = "/requests/{case}/decisions";
const RUN: &str = "/requests/{case}/runs/{run}";
const DOCUMENT: &str = "/requests/{case}/documents/{digest}";
const BUNDLE: &str = "/requests/{case}/playbooks/{version}/bundle";
const TEMPLATE: &str = "/requests/{case}/templates/{document}";
const EVENTS: &str = "/requests/{case}/runs/{run}/events";
const API_QUESTIONS: &str = "/api/v1/requests/{case}/questionnaire";
const API_DOCUMENTS: &str = "/api/v1/requests/{case}/documents";
const API_TEMPLATE: &str = "/api/v1/requests/{case}/documents/{document}/template";
const API_CONTENTS: &str = "/api/v1/requests/{case}/contents";
const API_CONTENT: &str = "/api/v1/requests/{case}/contents/{digest}";
const API_TIMELINE: &str = "/api/v1/requests/{case}/timeline";
const API_RUNS: &str = "/api/v1/requests/{case}/runs";
const API_RUN: &str = "/api/v1/requests/{case}/runs/{run}";
const EXIT: &str = "/requests/{case}/runs/{run}/{exit}";

/// Everything that the server answers.
pub(crate) fn table() -> Vec<Route> {
    [everybody(), own(), cases(), administration(), programs()].concat()
}

/// What needs no login.
fn everybody() -> Vec<Route> {
    vec![
        Route::page("/", Everybody, "The begin", service::begin),
        Route::page(paths::SERVICE, Everybody, "About the service", service::service),
        Route::page("/assets/{name}", Everybody, "What pages load", service::asset)
            .giving(Gives::Content),
        Route::page("/healthz", Everybody, "The process answers", service::alive)
            .giving(Gives::Content),
        Route::page("/readyz", Everybody, "Requests can be served", service::ready)
            .giving(Gives::Content),
        Route::page(paths::LOGIN, Everybody, "The login page", entrance::show_login),
        Route::form(paths::LOGIN, Everybody, "Log in", entrance::log_in),
        Route::form(paths::CODE, Everybody, "The code of a login", second_factor::check),
        Route::page(paths::LOGIN_ELSEWHERE, Everybody, "To the provider", provider::go_there),
        Route::page(paths::LOGIN_BACK, Everybody, "Back from the provider", provider::come_back),
        Route::page(PASSWORD_BY_LINK, Everybody, "A one-time link", entrance::show_set_password),
        Route::form(PASSWORD_BY_LINK, Everybody, "Set a password", entrance::do_set_password),
    ]
}

/// What belongs to everybody who is logged in.
fn own() -> Vec<Route> {
    vec![
        Route::form(paths::LOGOUT, Session(ALL), "Log out", entrance::log_out),
        Route::page(paths::ACCOUNT, Session(ALL), "The own account", account::show),
        Route::form(paths::PASSWORD, Session(ALL), "Change the password", account::set_password),
        Route::form(paths::SESSIONS, Session(ALL), "End sessions", account::end_sessions),
        Route::page(paths::SECOND_FACTOR, Session(ALL), "Second factor", second_factor::show),
        Route::form(paths::SECOND_FACTOR, Session(ALL), "Change it", second_factor::change),
        Route::form(paths::TOKENS, Session(ALL), "Make, revoke tokens", account::tokens),
    ]
}

/// Requests.
fn cases() -> Vec<Route> {
    vec![
        Route::page(paths::REQUESTS, Session(ALL), "The list of requests", lists::requests),
        Route::page(paths::REQUESTS_CSV, Session(ALL), "The list as a file", lists::csv)
            .giving(Gives::Content),
        Route::page(paths::QUEUE, Session(TEAM), "The team's queue", lists::queue),
        Route::page(paths::RECOMMENDATIONS, Session(ALL), "What is due", lists::recommendations),
        Route::page(paths::NEW_REQUEST, Session(REQUESTERS), "A new request", request::show),
        Route::form(paths::NEW_REQUEST, Session(REQUESTERS), "Make a request", request::make),
        Route::page(CASE, Session(ALL), "A case", project::show),
        Route::page(PART, Session(ALL), "A part of a case", project::show_part),
        Route::page(ACTION, Session(ALL), "The form of an action", actions::show),
        Route::form(ACTION, Session(ALL), "An action", actions::act).taking(Takes::FormWithFiles),
        Route::page(CONTENT, Session(ALL), "A content of a case", contents::download)
            .giving(Gives::Content),
        Route::page(TEMPLATE, Session(ALL), "A document to fill in", documents::template)
            .giving(Gives::Content),
        Route::form(DECISIONS, Session(DECIDERS), "Decide, plan with it", decisions::decide),
        Route::page(RUN, Session(ALL), "A run", live::show),
        Route::page(EVENTS, Session(ALL), "What a run's page shows, as it comes", live::events)
            .giving(Gives::Content),
        Route::page(DOCUMENT, Session(ALL), "The report of a document", documents::report)
            .giving(Gives::Content),
        Route::form(DOCUMENT, Session(TEAM), "Attach a document", documents::attach)
            .taking(Takes::FormWithFiles),
        Route::page(BUNDLE, Session(ALL), "A bundle of the Playbook", documents::bundle)
            .giving(Gives::Content),
        Route::form(EXIT, Session(CONSULTANTS), "Run, pause, take back, end", run_exits::act),
    ]
}

/// What administrators do.
fn administration() -> Vec<Route> {
    let may = Session(ADMINISTRATORS);
    vec![
        Route::page(paths::ORGANISATIONS, may, "Organisations", administration::organisations),
        Route::form(
            paths::ORGANISATIONS,
            may,
            "Make an organisation",
            administration::make_organisation,
        ),
        Route::page(ORGANISATION, may, "An organisation", administration::organisation),
        Route::form(
            ORGANISATION,
            may,
            "Change an organisation",
            administration::change_organisation,
        ),
        Route::page(paths::USERS, may, "Users", administration::users),
        Route::form(paths::USERS, may, "Invite a user", administration::invite),
        Route::form(USER, may, "Change a user", administration::change_user),
        Route::page(paths::RULES, may, "The rules", administration::rules),
        Route::form(paths::RULES, may, "Change the rules", administration::save_rules),
        Route::page(paths::WEBHOOKS, may, "Webhooks", administration::webhooks),
        Route::form(paths::WEBHOOKS, may, "Change webhooks", administration::change_webhooks),
        Route::page(paths::AUDIT, may, "The audit trail", administration::audit),
        Route::form(paths::AUDIT, may, "Check the audit trail", administration::check_again),
    ]
}

/// What programs use.
fn programs() -> Vec<Route> {
    let (read, write) = (Token(Scope::Read, ALL), Token(Scope::Write, ALL));
    vec![
        Route::page("/metrics", Token(Scope::Metrics, TEAM), "Figures", service::metrics)
            .giving(Gives::Content),
        Route::page("/api/v1/openapi.json", Everybody, "This description", api::openapi::show)
            .giving(Gives::json::<types::Description>(200)),
        Route::page("/api/v1/me", read, "Who the token is of", api::requests::me)
            .giving(Gives::json::<types::Me>(200)),
        Route::page("/api/v1/requests", read, "The requests", api::requests::list)
            .giving(Gives::json::<types::RequestPage>(200)),
        Route::form(
            "/api/v1/requests",
            Token(Scope::Write, REQUESTERS),
            "Make a request",
            api::requests::make,
        )
        .taking(Takes::json::<types::NewRequest>())
        .giving(Gives::json::<types::RequestDetail>(201)),
        Route::page("/api/v1/requests/{case}", read, "A request", api::requests::get)
            .giving(Gives::json::<types::RequestDetail>(200)),
        Route::page("/api/v1/requests/{case}/events", read, "Its history", api::requests::events)
            .giving(Gives::json::<types::EventPage>(200)),
        Route::form("/api/v1/requests/{case}/actions", write, "An action", api::requests::act)
            .taking(Takes::json::<types::Action>())
            .giving(Gives::json::<types::Acted>(200)),
        Route::page(API_QUESTIONS, read, "The questionnaire", api::questionnaire::show)
            .giving(Gives::json::<api::questionnaire::Questionnaire>(200)),
        Route::form(API_QUESTIONS, write, "Save answers", api::questionnaire::save)
            .by(Method::PATCH)
            .taking(Takes::json::<api::questionnaire::AnswersToSave>())
            .giving(Gives::json::<api::questionnaire::Questionnaire>(200)),
        Route::page(API_DOCUMENTS, read, "Documents and files", api::documents::list)
            .giving(Gives::json::<api::documents::Documents>(200)),
        Route::form(API_CONTENTS, write, "Send a content", api::documents::upload)
            .taking(Takes::Content)
            .giving(Gives::json::<api::documents::Taken>(201)),
        Route::page(API_CONTENT, read, "A content", contents::download).giving(Gives::Content),
        Route::page(API_TEMPLATE, read, "A document to fill in", documents::template)
            .giving(Gives::Content),
        Route::page(API_TIMELINE, read, "Planned against actual", api::progress::timeline)
            .giving(Gives::json::<api::progress::TimelineShown>(200)),
        Route::page(API_RUNS, read, "The runs", api::progress::runs)
            .giving(Gives::json::<api::progress::Runs>(200)),
        Route::page(API_RUN, read, "A run, with its steps", api::progress::run)
            .giving(Gives::json::<api::progress::RunShown>(200)),
    ]
}
