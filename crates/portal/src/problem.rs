//! Answers that say what is wrong: pages for people, problem documents (RFC 9457) for programs.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use refit_pages::{ErrorView, paths};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::types::ChangedAnswer;
use crate::failure::Failure;
use crate::visit::{Visit, page_with};

/// What is wrong, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Problem {
    /// The kind of problem: `urn:refit:problem:` and a word.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// What happened.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What to do.
    pub(crate) detail: String,
    /// The request, by which the server's log knows it.
    pub(crate) instance: String,
    /// Answers that somebody has given meanwhile, where that is what is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changed: Vec<ChangedAnswer>,
}

/// The answer to a program.
pub(crate) fn response(failure: &Failure, request: &str) -> Response {
    let status = failure.kind.status();
    let problem = Problem {
        kind: format!("urn:refit:problem:{}", failure.kind.word()),
        title: failure.what.clone(),
        status: status.as_u16(),
        detail: failure.remedy.clone(),
        instance: format!("urn:refit:request:{request}"),
        changed: failure.changed.clone(),
    };
    let mut response = (status, axum::Json(problem)).into_response();
    let content_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// The answer to a person.
pub(crate) fn page(visit: &Visit, failure: &Failure) -> Result<Response, Failure> {
    let status = failure.kind.status();
    let home: (&str, &str) = match &visit.person {
        Some(_) => (paths::REQUESTS, "Requests"),
        None => (paths::LOGIN, "Log in"),
    };
    let view = ErrorView {
        status: status.as_u16(),
        what: &failure.what,
        remedy: &failure.remedy,
        request: &visit.origin.request,
        links: &[home, (paths::SERVICE, "About the service")],
    };
    page_with(status, refit_pages::error(&visit.shell(), view))
}
