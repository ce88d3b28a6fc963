//! What everybody sees: the service page, what pages load, whether the server is well.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use refit_desk::{Role, ServicePage};
use refit_model::with_causes;
use refit_pages::{assets, paths};

use crate::failure::Failure;
use crate::route::Answer;
use crate::visit::{Visit, go, page};

/// The begin: to what somebody most likely wants.
pub(crate) async fn begin(visit: Visit) -> Answer {
    go(home(&visit))
}

/// Where somebody begins.
pub(crate) fn home(visit: &Visit) -> &'static str {
    match visit.person.as_ref().map(crate::person::Person::role) {
        None => paths::SERVICE,
        Some(role) => home_of(role),
    }
}

/// Where somebody of a role begins.
pub(crate) fn home_of(role: Role) -> &'static str {
    match role {
        Role::Consultant | Role::ProjectManager => paths::QUEUE,
        Role::Customer | Role::Administrator => paths::REQUESTS,
    }
}

/// The page about the service; its figures come from the rules.
pub(crate) async fn service(visit: Visit) -> Answer {
    page(refit_pages::service(&visit.shell(), &ServicePage::new(&visit.rules)))
}

/// A style sheet, a script or a picture. Its name changes with its content: it is kept for ever.
pub(crate) async fn asset(visit: Visit) -> Answer {
    let name: String = visit.parameter("name")?;
    let path = format!("/assets/{name}");
    let all = assets();
    let asset = all.iter().find(|asset| asset.path == path).ok_or_else(Failure::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.content).into_response())
}

/// Whether the process answers.
pub(crate) async fn alive(_: Visit) -> Answer {
    Ok(plain("ok\n"))
}

/// Whether requests can be served: the database answers.
pub(crate) async fn ready(visit: Visit) -> Answer {
    match visit.portal.store.is_alive().await {
        Ok(()) => Ok(plain("ready\n")),
        Err(error) => {
            tracing::error!(cause = with_causes(&error), "not ready");
            Ok((StatusCode::SERVICE_UNAVAILABLE, plain("the database does not answer\n"))
                .into_response())
        }
    }
}

/// The server's figures.
pub(crate) async fn metrics(visit: Visit) -> Answer {
    let text = visit.portal.metrics.text(&visit.portal.store).await?;
    let content_type = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], text).into_response())
}

fn plain(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
