//! The page about the service, for everybody.

use askama::Template;
use refit_desk::ServicePage;

use crate::{Html, Shell, paths};

#[derive(Template)]
#[template(path = "service.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    service: &'a ServicePage,
}

/// The page about the service: for whom, what for, what it gives, how long it takes.
pub fn service(shell: &Shell<'_>, service: &ServicePage) -> Html {
    Html::of(&Page { shell, title: service.title, here: paths::SERVICE, service })
}
