//! The API for programs: JSON under `/api/v1`, with tokens.

pub(crate) mod documents;
mod once;
pub(crate) mod openapi;
pub(crate) mod progress;
pub(crate) mod questionnaire;
pub(crate) mod requests;
pub(crate) mod types;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::failure::Failure;
use crate::route::Answer;

pub(crate) use once::EachNameOnce;

fn answer(value: &impl Serialize) -> Answer {
    answer_with(StatusCode::OK, value)
}

#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
fn answer_with(status: StatusCode, value: &impl Serialize) -> Result<Response, Failure> {
    Ok((status, Json(value)).into_response())
}
