//! The way of every request: who is it, may it, what does it bring; then its handler; then the
//! answer, also where there is none.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, FromRequestParts as _, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;
use refit_desk::{Case, CaseId, Rules};
use refit_pages::paths;
use serde_json::json;
use tracing::{Instrument as _, info, info_span};

use crate::body::{self, Incoming};
use crate::cases;
use crate::cookie::Cookie;
use crate::failure::{Failure, FailureKind};
use crate::login;
use crate::person::Person;
use crate::portal::Portal;
use crate::problem;
use crate::record::Origin;
use crate::route::{Access, Answer, Gives, Route, Takes};
use crate::token::{Token, short_id};
use crate::visit::{self, Visit};

/// How long one request may take; what lasts (events as they happen) begins to answer before.
const LONGEST: Duration = Duration::from_mins(1);
/// The same, where files come along; each piece of them has its own time besides.
const LONGEST_WITH_FILES: Duration = Duration::from_mins(10);
/// The most characters of what a browser says that it is.
const LONGEST_AGENT: usize = 300;

/// Answers a request.
pub(crate) async fn enter(portal: Portal, route: Arc<Route>, request: Request) -> Response {
    let started = Instant::now();
    let origin =
        Origin { at: portal.now(), address: address(&portal, &request), request: short_id("r") };
    let span = info_span!(
        "request", id = %origin.request, method = %route.method, route = route.path
    );
    async move {
        let way = Way { portal: &portal, route: &route, origin: &origin };
        let response = way.answer(request).await;
        let (status, took) = (response.status(), started.elapsed());
        portal.metrics.answered(&route, status, took);
        info!(status = status.as_u16(), milliseconds = took.as_millis(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// The address that a request comes from.
fn address(portal: &Portal, request: &Request) -> Option<String> {
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|line| line.to_str().ok()?.rsplit(',').next());
    let told = last.and_then(|address| address.trim().parse::<std::net::IpAddr>().ok());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let address = if portal.settings.is_behind_proxy { told.or(peer) } else { peer };
    address.map(|address| address.to_canonical().to_string())
}

/// One request on its way.
struct Way<'a> {
    portal: &'a Portal,
    route: &'a Route,
    origin: &'a Origin,
}

/// What is known of a request before anything is decided about it.
struct Known {
    person: Option<Person>,
    /// What forms belong to.
    token: Token,
    /// Whether the token is a visitor's that the browser does not have yet.
    is_new_visitor: bool,
    rules: Rules,
}

impl Way<'_> {
    async fn answer(&self, request: Request) -> Response {
        let known = match self.know(request.headers()).await {
            Ok(known) => known,
            Err(failure) => return self.failed(&failure, &Self::nobody(), request.uri().path()),
        };
        let path = request.uri().path().to_owned();
        let longest = match self.route.takes {
            Takes::FormWithFiles => LONGEST_WITH_FILES,
            _ => LONGEST,
        };
        let answer = tokio::time::timeout(longest, self.proceed(request, &known)).await;
        let late = || {
            let what = "This took too long";
            Err(Failure::new(FailureKind::Unavailable, what, "Try again in a moment."))
        };
        let mut response = answer
            .unwrap_or_else(|_| late())
            .unwrap_or_else(|failure| self.failed(&failure, &known, &path));
        if known.is_new_visitor
            && matches!(self.route.gives, Gives::Page)
            && let Ok(cookie) = Cookie::Visitor.set(&known.token, self.portal.is_https())
        {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    fn nobody() -> Known {
        let (token, rules) = (Token::random(), Rules::default());
        Known { person: None, token, is_new_visitor: false, rules }
    }

    /// Who asks.
    async fn know(&self, headers: &HeaderMap) -> Result<Known, Failure> {
        let rules = self.portal.rules().await?;
        if let Access::Token(..) = self.route.access {
            let person = login::program(self.portal, headers, self.origin).await?;
            return Ok(Known { person, rules, ..Self::nobody() });
        }
        let is_https = self.portal.is_https();
        if let Some(token) = Cookie::Session.read(headers, is_https) {
            let person = login::session(self.portal, &token, self.origin).await?;
            if person.is_some() {
                return Ok(Known { person, token, is_new_visitor: false, rules });
            }
        }
        let visitor = Cookie::Visitor.read(headers, is_https);
        let is_new_visitor = visitor.is_none();
        let token = visitor.unwrap_or_else(Token::random);
        Ok(Known { person: None, token, is_new_visitor, rules })
    }

    async fn proceed(&self, request: Request, known: &Known) -> Answer {
        self.admit(known).await?;
        let (mut parts, content) = request.into_parts();
        let parameters = parameters(&mut parts).await;
        let query = body::query(parts.uri.query());
        let case = self.case(&parameters, known.person.as_ref()).await?;
        let agent = agent(&parts.headers);
        let patience = self.portal.settings.patience;
        let incoming = match self.route.takes {
            Takes::Nothing => Incoming::Nothing,
            Takes::Json(_) => Incoming::Json(body::json(&parts.headers, content, patience).await?),
            Takes::Form => {
                let request = Request::from_parts(parts, content);
                Incoming::Form(body::form(request, &known.token, None, patience).await?)
            }
            Takes::FormWithFiles => {
                let request = Request::from_parts(parts, content);
                let case = case.as_ref().ok_or_else(Failure::not_found)?;
                let contents = self.portal.contents_of(&case.id).await?;
                let form = body::form(request, &known.token, Some(&contents), patience).await?;
                Incoming::Form(form)
            }
        };
        (self.route.handler)(Visit {
            portal: self.portal.clone(),
            origin: self.origin.clone(),
            agent,
            parameters,
            query,
            incoming,
            case,
            ..self.visit(known)
        })
        .await
    }

    /// Whether the person may use the route at all.
    async fn admit(&self, known: &Known) -> Result<(), Failure> {
        let (roles, scope) = match self.route.access {
            Access::Everybody => return Ok(()),
            Access::Session(roles) => (roles, None),
            Access::Token(scope, roles) => (roles, Some(scope)),
        };
        let person = known.person.as_ref().ok_or_else(Failure::unknown)?;
        let has_scope = scope.is_none_or(|scope| person.has_scope(scope));
        if roles.contains(&person.role()) && has_scope {
            return self.ask_for_factor(person, &known.rules).await;
        }
        self.refused(person, None).await?;
        Err(Failure::forbidden())
    }

    /// Whom the rules ask for a second factor gets nowhere without one but to where it is set up.
    async fn ask_for_factor(&self, person: &Person, rules: &Rules) -> Result<(), Failure> {
        let is_way_out = [paths::SECOND_FACTOR, paths::LOGOUT].contains(&self.route.path);
        if is_way_out || person.session().is_none() || !rules.asks_second_factor(person.role()) {
            return Ok(());
        }
        match self.portal.store.second_factor(&person.user.id).await? {
            Some(_) => Ok(()),
            None => Err(Failure::no_factor()),
        }
    }

    /// The case of the path, if the person sees it.
    async fn case(
        &self,
        parameters: &BTreeMap<String, String>,
        person: Option<&Person>,
    ) -> Result<Option<Case>, Failure> {
        let Some(id) = parameters.get("case") else { return Ok(None) };
        let person = person.ok_or_else(Failure::unknown)?;
        let id = CaseId::new(id).map_err(|_| Failure::not_found())?;
        match cases::visible(&self.portal.store, &id, &person.actor).await {
            Ok(case) => Ok(Some(case)),
            Err(failure) => {
                if failure.kind == FailureKind::NotFound {
                    self.refused(person, Some(&id)).await?;
                }
                Err(failure)
            }
        }
    }

    /// Keeps that somebody was refused.
    async fn refused(&self, person: &Person, case: Option<&CaseId>) -> Result<(), Failure> {
        let details = json!({
            "method": self.route.method.as_str(), "route": self.route.path, "case": case,
        });
        let (user, of) = (Some(person.user.id.as_str()), Some(person.organisation.id.as_str()));
        let record = self.origin.record("access-refused", user, of, details)?;
        self.portal.store.record(&record).await?;
        Ok(())
    }

    /// A visit with nothing but who comes.
    fn visit(&self, known: &Known) -> Visit {
        let person = known.person.clone();
        let zone = person.as_ref().map_or(TimeZone::UTC, |person| person.zone(&known.rules));
        Visit {
            portal: self.portal.clone(),
            origin: self.origin.clone(),
            agent: String::new(),
            parameters: BTreeMap::new(),
            query: body::query(None),
            incoming: Incoming::Nothing,
            person,
            case: None,
            rules: known.rules.clone(),
            csrf: known.token.csrf(),
            token: known.token.clone(),
            zone,
        }
    }

    /// The answer where there is none: a page, or a problem document.
    fn failed(&self, failure: &Failure, known: &Known, path: &str) -> Response {
        failure.log();
        if self.route.is_for_programs() {
            return problem::response(failure, &self.origin.request);
        }
        if failure.kind == FailureKind::NoFactor {
            let way = visit::go(paths::SECOND_FACTOR);
            return way.unwrap_or_else(|failure| failure.kind.status().into_response());
        }
        if failure.kind == FailureKind::Unknown {
            let next = if self.route.method == Method::GET { path } else { "" };
            return login_first(next);
        }
        let visit = self.visit(known);
        problem::page(&visit, failure).unwrap_or_else(|_| failure.kind.status().into_response())
    }
}

impl Person {
    fn has_scope(&self, scope: crate::route::Scope) -> bool {
        match &self.way {
            crate::person::Way::Session(_) => true,
            crate::person::Way::Token { scopes } => scopes.iter().any(|one| one == scope.word()),
        }
    }
}

/// The way to the login, and from there back.
fn login_first(next: &str) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let place = if next.is_empty() {
        paths::LOGIN.to_owned()
    } else {
        format!("{}?{}", paths::LOGIN, query.append_pair("next", next).finish())
    };
    visit::go(&place).unwrap_or_else(|failure| failure.kind.status().into_response())
}

async fn parameters(parts: &mut Parts) -> BTreeMap<String, String> {
    match RawPathParams::from_request_parts(parts, &()).await {
        Ok(found) => {
            found.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
        Err(_) => BTreeMap::new(),
    }
}

fn agent(headers: &HeaderMap) -> String {
    let told = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    let plain = |byte: &u8| (b' '..=b'~').contains(byte);
    told.iter().copied().filter(plain).take(LONGEST_AGENT).map(char::from).collect()
}
