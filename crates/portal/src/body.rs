//! Reading what came in with a request: limits first, then what it is.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use refit_pages::forms::{FormData, RefusedFile, Upload};
use refit_store::Blobs;

use crate::failure::{Failure, FailureKind};
use crate::patience::within;
use crate::token::Token;
use crate::uploads::{self, Received};

/// The most bytes of a form's texts, or of a JSON text.
const MOST_TEXT: usize = 1024 * 1024;
/// The most bytes of a form with files, all together.
const MOST_WITH_FILES: usize = 256 * 1024 * 1024;
/// The most fields of a form.
const MOST_FIELDS: usize = 5000;
/// The name of the field with the value against forged forms.
const CSRF: &str = "csrf";

/// What came in.
#[derive(Debug)]
pub(crate) enum Incoming {
    Nothing,
    Form(FormData),
    Json(Vec<u8>),
    Content(Upload),
}

/// The fields of an address.
pub(crate) fn query(text: Option<&str>) -> FormData {
    let mut data = FormData::new();
    let pairs = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
    for (name, value) in pairs.take(MOST_FIELDS) {
        data.push(name, value);
    }
    data
}

/// Reads a JSON text.
pub(crate) async fn json(
    headers: &HeaderMap,
    body: Body,
    patience: Duration,
) -> Result<Vec<u8>, Failure> {
    if !is_type(headers, "application/json") {
        let remedy = "Send it as application/json.";
        return Err(Failure::new(FailureKind::MediaType, "This is no JSON", remedy));
    }
    Ok(bytes(body, patience).await?.into())
}

/// Takes a content as it comes; the same limits hold as for a file of a form.
pub(crate) async fn content(
    headers: &HeaderMap,
    body: Body,
    contents: &Blobs,
    patience: Duration,
) -> Result<Upload, Failure> {
    if !is_type(headers, "application/octet-stream") {
        let remedy = "Send it as application/octet-stream.";
        return Err(Failure::new(FailureKind::MediaType, "This is no content", remedy));
    }
    let mut pieces = body.into_data_stream();
    match uploads::keep(&mut pieces, "", contents, patience).await? {
        Received::Kept(upload) => Ok(upload),
        Received::Refused(RefusedFile::Kind) => {
            let remedy = "Send text, PDF, PNG, JPEG, office documents or archives.";
            Err(Failure::new(FailureKind::MediaType, "It is of a kind that is not taken", remedy))
        }
        Received::Refused(RefusedFile::TooLarge) => Err(too_large()),
        Received::Nothing | Received::Refused(RefusedFile::Empty) => {
            Err(Failure::invalid("There is nothing in it"))
        }
    }
}

/// Reads a form that belongs to `token`; one with another value, or with none, is refused before
/// anything of it is kept. Files go to `contents`; without it they are refused.
pub(crate) async fn form(
    request: Request,
    token: &Token,
    contents: Option<&Blobs>,
    patience: Duration,
) -> Result<FormData, Failure> {
    if is_type(request.headers(), "multipart/form-data") {
        return multipart(request, token, contents, patience).await;
    }
    if !is_type(request.headers(), "application/x-www-form-urlencoded") {
        let remedy = "Send it with the form of the page.";
        return Err(Failure::new(FailureKind::MediaType, "This is no form", remedy));
    }
    let bytes = bytes(request.into_body(), patience).await?;
    let mut data = FormData::new();
    for (number, (name, value)) in form_urlencoded::parse(&bytes).enumerate() {
        if number >= MOST_FIELDS {
            return Err(too_large());
        }
        data.push(name, value);
    }
    if data.text(CSRF).is_some_and(|given| token.is_csrf(given)) {
        Ok(data)
    } else {
        Err(Failure::forged())
    }
}

async fn multipart(
    mut request: Request,
    token: &Token,
    contents: Option<&Blobs>,
    patience: Duration,
) -> Result<FormData, Failure> {
    if contents.is_some() {
        DefaultBodyLimit::max(MOST_WITH_FILES).apply(&mut request);
    }
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|error| Failure::invalid(error.body_text()))?;
    let mut data = FormData::new();
    let (mut length, mut is_ours) = (0, false);
    while let Some(mut part) = within(patience, parts.next_field()).await?.map_err(unread)? {
        let name = part.name().unwrap_or_default().to_owned();
        if data.iter().count() >= MOST_FIELDS {
            return Err(too_large());
        }
        if let Some(file) = part.file_name().map(str::to_owned) {
            let contents = contents.filter(|_| is_ours).ok_or_else(Failure::forged)?;
            match uploads::keep(&mut part, &file, contents, patience).await? {
                Received::Nothing => {}
                Received::Kept(upload) => data.push_file(name, upload),
                Received::Refused(why) => {
                    data.push_refused(name, why);
                    // The form's other fields come behind the rest of it.
                    while within(patience, part.chunk()).await?.map_err(unread)?.is_some() {}
                }
            }
            continue;
        }
        let mut text = Vec::new();
        while let Some(piece) = within(patience, part.chunk()).await?.map_err(unread)? {
            length += piece.len();
            if length > MOST_TEXT {
                return Err(too_large());
            }
            text.extend_from_slice(&piece);
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        // The value stands first in every form of ours: files are taken only after it.
        is_ours |= name == CSRF && token.is_csrf(&text);
        data.push(name, text);
    }
    if is_ours { Ok(data) } else { Err(Failure::forged()) }
}

/// A whole body, which is short.
async fn bytes(body: Body, patience: Duration) -> Result<Bytes, Failure> {
    within(patience, to_bytes(body, MOST_TEXT)).await?.map_err(|_| too_large())
}

/// Why a form with files cannot be read on.
#[expect(clippy::needless_pass_by_value, reason = "it is what errors are turned by")]
pub(crate) fn unread(error: MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Failure::invalid(format!("The form cannot be read: {error}"))
}

fn too_large() -> Failure {
    let remedy = "Shorten it, or attach files.";
    Failure::new(FailureKind::TooLarge, "What was sent is too large", remedy)
}

fn is_type(headers: &HeaderMap, expected: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split(';').next()).map(str::trim);
    given.is_some_and(|given| given.eq_ignore_ascii_case(expected))
}
