//! One request, after everything that holds for all requests was checked.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::tz::TimeZone;
use refit_desk::{ActionKind, Case, Rules};
use refit_pages::forms::{self, FormData, Upload};
use refit_pages::{CaseView, Html, Notice, People, Shell, Viewer};
use serde::de::DeserializeOwned;

use crate::api::EachNameOnce;
use crate::body::Incoming;
use crate::failure::Failure;
use crate::person::Person;
use crate::portal::Portal;
use crate::record::Origin;
use crate::route::Answer;
use crate::token::Token;

/// The field of an address that tells what was done before.
const SAID: &str = "said";

/// One request.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) portal: Portal,
    pub(crate) origin: Origin,
    /// What the browser or program says that it is.
    pub(crate) agent: String,
    /// The parameters of the path.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) query: FormData,
    pub(crate) incoming: Incoming,
    /// Who asks, if that is known.
    pub(crate) person: Option<Person>,
    /// The case of the path; one that the person sees.
    pub(crate) case: Option<Case>,
    pub(crate) rules: Rules,
    /// What forms of this session, or of this visitor, are known by.
    pub(crate) csrf: String,
    /// What this browser alone has: the session's token, or the visitor's.
    pub(crate) token: Token,
    pub(crate) zone: TimeZone,
}

/// What is said at the top of the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Done,
    Begun,
    Asked,
    Saved,
    PasswordSet,
    LoggedOut,
    SessionEnded,
    Connected,
    Confirmed,
    FactorRemoved,
    /// An action was done.
    Acted(ActionKind),
}

impl Said {
    /// What is said besides what actions say.
    const ALL: [(Self, &'static str, &'static str); 10] = [
        (Self::Done, "done", "It is done."),
        (Self::Begun, "begun", "It has begun."),
        (Self::Asked, "asked", "It stops at the next safe place."),
        (Self::Saved, "saved", "It is saved."),
        (Self::PasswordSet, "password", "The password is set. Log in with it."),
        (Self::LoggedOut, "out", "You are logged out."),
        (Self::SessionEnded, "ended", "The session is ended."),
        (Self::Connected, "connected", "The account is connected."),
        (Self::FactorRemoved, "factor-removed", "The second factor is removed."),
        (Self::Confirmed, "confirmed", "It is you. Do it once more within five minutes."),
    ];

    fn word(self) -> String {
        if let Self::Acted(kind) = self {
            return forms::word(kind);
        }
        let found = Self::ALL.iter().find(|(said, ..)| *said == self);
        found.map_or("", |(_, word, _)| word).to_owned()
    }

    fn words(word: &str) -> Option<&'static str> {
        let found = Self::ALL.iter().find(|(_, known, _)| *known == word);
        found.map(|(.., words)| *words).or_else(|| forms::kind(word).map(forms::said))
    }
}

impl Visit {
    /// Who asks, on a route that is for persons.
    pub(crate) fn person(&self) -> Result<&Person, Failure> {
        self.person.as_ref().ok_or_else(Failure::unknown)
    }

    /// The case of the path.
    pub(crate) fn case(&self) -> Result<&Case, Failure> {
        self.case.as_ref().ok_or_else(Failure::not_found)
    }

    /// A parameter of the path; one that cannot be read names nothing that is there.
    pub(crate) fn parameter<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        let text = self.parameters.get(name).ok_or_else(Failure::not_found)?;
        text.parse().map_err(|_| Failure::not_found())
    }

    /// The form that came in.
    pub(crate) fn form(&self) -> Result<&FormData, Failure> {
        match &self.incoming {
            Incoming::Form(data) => Ok(data),
            _ => Err(Failure::internal("a route without a form asks for one")),
        }
    }

    /// The content that came in.
    pub(crate) fn upload(&self) -> Result<&Upload, Failure> {
        match &self.incoming {
            Incoming::Content(upload) => Ok(upload),
            _ => Err(Failure::internal("a route without a content asks for one")),
        }
    }

    /// The JSON that came in.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let Incoming::Json(bytes) = &self.incoming else {
            return Err(Failure::internal("a route without JSON asks for it"));
        };
        let refused = |error| Failure::invalid(format!("The JSON cannot be taken: {error}"));
        let EachNameOnce = serde_json::from_slice(bytes).map_err(refused)?;
        serde_json::from_slice(bytes).map_err(refused)
    }

    /// What stands around a page.
    pub(crate) fn shell(&self) -> Shell<'_> {
        let viewer = self.person.as_ref().map(|person| Viewer {
            actor: &person.actor,
            name: &person.user.name,
            organisation: &person.organisation.name,
        });
        let said = self.query.text(SAID).and_then(Said::words);
        Shell {
            viewer,
            csrf: &self.csrf,
            zone: &self.zone,
            notice: said.map(Notice::Good),
            platforms: &self.portal.platforms,
        }
    }

    /// A case as pages show it, without its documents.
    pub(crate) fn view<'a>(&'a self, case: &'a Case, people: &'a People) -> CaseView<'a> {
        let (rules, now) = (&self.rules, self.origin.at);
        CaseView { case, rules, now, people, documents: &[], at_hand: &[] }
    }
}

/// A page.
pub(crate) fn page(page: Html) -> Answer {
    page_with(StatusCode::OK, page)
}

/// A page with another status.
#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
pub(crate) fn page_with(status: StatusCode, page: Html) -> Answer {
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = (status, String::from(page)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    Ok(response)
}

/// The way to another page.
pub(crate) fn go(path: &str) -> Answer {
    let place = HeaderValue::from_str(path).map_err(Failure::internal)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// The way to another page, which tells at its top what was done.
pub(crate) fn go_saying(path: &str, said: Said) -> Answer {
    let mark = if path.contains('?') { '&' } else { '?' };
    go(&format!("{path}{mark}{SAID}={}", said.word()))
}

/// The same with a cookie.
pub(crate) fn with_cookie(answer: Answer, cookie: &HeaderValue) -> Answer {
    let mut response: Response = answer?;
    response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    Ok(response)
}
