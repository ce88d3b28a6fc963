//! What a route is: who may, what comes in, what goes out. Everything that the server answers has
//! one; the router, the API's description and the matrix of roles are made of the same list.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use refit_desk::Role;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::failure::Failure;
use crate::visit::Visit;

/// What comes of a request.
pub(crate) type Answer = Result<Response, Failure>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;
type Handler = Arc<dyn Fn(Visit) -> Answering + Send + Sync>;

/// A route.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Its path; parts in braces are parameters. Where there is `{case}`, the case must be one that
    /// the person sees.
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) takes: Takes,
    pub(crate) gives: Gives,
    /// What it is, in one line.
    pub(crate) summary: &'static str,
    pub(crate) handler: Handler,
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, also without a login.
    Everybody,
    /// Somebody with a session and one of these roles.
    Session(&'static [Role]),
    /// A program with a token for this scope, of somebody with one of these roles.
    Token(Scope, &'static [Role]),
}

/// What a token can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Reading requests.
    Read,
    /// Making requests, and acting on them.
    Write,
    /// Reading the server's figures.
    Metrics,
}

/// What comes in.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Nothing,
    /// A form.
    Form,
    /// A form that may have files; they belong to the case of the path.
    FormWithFiles,
    /// A content, which belongs to the case of the path.
    Content,
    /// JSON of a type.
    Json(fn(&mut SchemaGenerator) -> Schema),
}

/// What goes out.
#[derive(Clone, Copy)]
pub(crate) enum Gives {
    /// A page, or the way to one.
    Page,
    /// Something else than a page or JSON.
    Content,
    /// JSON of a type, with this status.
    Json(u16, fn(&mut SchemaGenerator) -> Schema),
}

impl Route {
    /// A page.
    pub(crate) fn page<F, A>(
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: F,
    ) -> Self
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        Self {
            method: Method::GET,
            path,
            access,
            takes: Takes::Nothing,
            gives: Gives::Page,
            summary,
            handler: Arc::new(move |visit| Box::pin(handler(visit))),
        }
    }

    /// A form that comes in.
    pub(crate) fn form<F, A>(
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: F,
    ) -> Self
    where
        F: Fn(Visit) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        let page = Self::page(path, access, summary, handler);
        Self { method: Method::POST, takes: Takes::Form, ..page }
    }

    /// The same by another method.
    pub(crate) fn by(self, method: Method) -> Self {
        Self { method, ..self }
    }

    /// The same with what comes in.
    pub(crate) fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    /// The same with what goes out.
    pub(crate) fn giving(self, gives: Gives) -> Self {
        Self { gives, ..self }
    }

    /// Whether it belongs to the API.
    pub(crate) fn is_api(&self) -> bool {
        is_api(self.path)
    }

    /// Whether programs ask, who want no pages.
    pub(crate) fn is_for_programs(&self) -> bool {
        self.is_api() || matches!(self.access, Access::Token(..))
    }
}

/// Whether a path belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

impl Takes {
    /// JSON of this type.
    pub(crate) fn json<T: JsonSchema>() -> Self {
        Self::Json(SchemaGenerator::subschema_for::<T>)
    }
}

impl Gives {
    /// JSON of this type.
    pub(crate) fn json<T: JsonSchema>(status: u16) -> Self {
        Self::Json(status, SchemaGenerator::subschema_for::<T>)
    }
}

impl Access {
    /// The roles that may.
    pub(crate) fn roles(self) -> &'static [Role] {
        match self {
            Self::Everybody => &Role::ALL,
            Self::Session(roles) | Self::Token(_, roles) => roles,
        }
    }
}

impl Scope {
    /// Every scope.
    pub(crate) const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Metrics];

    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Read => "requests:read",
            Self::Write => "requests:write",
            Self::Metrics => "metrics",
        }
    }

    /// What it allows.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Read => "read requests",
            Self::Write => "make requests, and act on them",
            Self::Metrics => "read the server's figures",
        }
    }
}
