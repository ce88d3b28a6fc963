//! What may be read and written, as a page.

use askama::Template;
use refit_model::{AccessProof, AccessReport, Stored};

use crate::html::{Head, render};

#[derive(Template)]
#[template(path = "access.html", whitespace = "minimize")]
struct AccessPage<'a> {
    head: Head,
    summary: &'static str,
    proofs: &'a [AccessProof],
}

/// An access report as a page.
pub fn access_html(report: &Stored<AccessReport>) -> String {
    let body = &report.body;
    let facts = vec![
        ("installation", format!("{} in {}", body.installation, body.environment)),
        ("host", body.host.clone()),
        ("user", body.user.to_string()),
    ];
    render(&AccessPage {
        head: Head::of("Access report", title(body), facts, report),
        summary: summary(body),
        proofs: &body.proofs,
    })
}

fn title(report: &AccessReport) -> String {
    format!("Access to {} in {}", report.installation, report.environment)
}

fn summary(report: &AccessReport) -> &'static str {
    if report.is_enough() {
        "Everything that an upgrade needs could be proved."
    } else {
        "Not everything could be proved: give the user who runs Refit what is missing."
    }
}
