//! The table of routes as axum wants it. A route without a row in the table cannot be.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use tower_http::csrf::{ConfigError, CsrfLayer};

use crate::enter::enter;
use crate::failure::{Failure, FailureKind};
use crate::headers;
use crate::portal::Portal;
use crate::problem;
use crate::route::{Access, Gives, Route, Takes};
use crate::visit::Visit;

/// What answers requests. Forms that another site sends are refused before anything else, by what
/// the browser says of their origin; the value in each form is the second lock.
pub(crate) fn router(portal: &Portal, table: Vec<Route>) -> Result<Router, ConfigError> {
    let mut router = Router::new();
    for route in table {
        let (path, method) = (route.path, filter(&route.method));
        let (portal, route) = (portal.clone(), Arc::new(route));
        let answer = move |request: Request| enter(portal.clone(), Arc::clone(&route), request);
        router = router.route(path, on(method, answer));
    }
    let is_https = portal.is_https();
    let lost = portal.clone();
    let router = router
        .fallback(move |request: Request| no_route(lost.clone(), request))
        .method_not_allowed_fallback(|uri: Uri| async move { wrong_method(&uri) })
        .layer(CsrfLayer::new().add_trusted_origin(&portal.url)?)
        .layer(map_response(
            move |response: Response| async move { headers::add(response, is_https) },
        ));
    Ok(router)
}

/// Where no route leads.
async fn no_route(portal: Portal, request: Request) -> Response {
    let is_api = crate::route::is_api(request.uri().path());
    let path = if is_api { "/api/" } else { "/" };
    let route = Route {
        method: Method::GET,
        takes: Takes::Nothing,
        gives: Gives::Page,
        ..Route::page(path, Access::Everybody, "nothing", |_: Visit| async {
            Err(Failure::not_found())
        })
    };
    enter(portal, Arc::new(route), request).await
}

fn wrong_method(_: &Uri) -> Response {
    let remedy = "Use the links and forms of the pages, or the API's description.";
    let what = "This address does not answer to this method";
    let failure = Failure::new(FailureKind::Method, what, remedy);
    problem::response(&failure, "none")
}

fn filter(method: &Method) -> MethodFilter {
    match *method {
        Method::POST => MethodFilter::POST,
        Method::PATCH => MethodFilter::PATCH,
        Method::DELETE => MethodFilter::DELETE,
        _ => MethodFilter::GET,
    }
}
