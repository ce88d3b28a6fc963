//! Who may use which route: the table of routes for readers.

use refit_desk::Role;

use crate::route::{Access, Takes};
use crate::table::table;

/// A route, and who may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// The method.
    pub method: String,
    /// The path; parts in braces are parameters.
    pub path: &'static str,
    /// How somebody has to have shown who it is.
    pub caller: Caller,
    /// The roles that may.
    pub roles: &'static [Role],
    /// Whether JSON comes in.
    pub takes_json: bool,
}

/// How somebody has to have shown who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Not at all.
    Anybody,
    /// With a session.
    Session,
    /// With a token for this scope.
    Token(&'static str),
}

/// All routes. It is the table that the server itself works with.
pub fn matrix() -> Vec<MatrixRow> {
    let row = |route: crate::route::Route| MatrixRow {
        method: route.method.to_string(),
        path: route.path,
        caller: match route.access {
            Access::Everybody => Caller::Anybody,
            Access::Session(_) => Caller::Session,
            Access::Token(scope, _) => Caller::Token(scope.word()),
        },
        roles: route.access.roles(),
        takes_json: matches!(route.takes, Takes::Json(_)),
    };
    table().into_iter().map(row).collect()
}
