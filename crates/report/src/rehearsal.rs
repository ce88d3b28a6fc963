//! Rehearsals: what the new version showed on copies.

use refit_model::{RehearsalReport, Stored};

use crate::Style;
use crate::text::{Page, Table, bad, faint, good, plain};
use crate::words::fact;

/// A rehearsal as text for the terminal.
pub fn rehearsal_text(report: &Stored<RehearsalReport>, style: Style) -> String {
    let body = &report.body;
    let mut page = Page::new(style);
    let verdict = if body.passed() { good("passed") } else { bad("NOT passed") };
    page.heading_with(&format!("Rehearsal in {}:", body.environment), vec![verdict]);
    page.blank();
    page.field(2, "plan", 10, &[plain(body.plan.to_string())]);
    if let Some(version) = &body.version {
        page.field(2, "told", 10, &[plain(format!("version {version}"))]);
    }
    page.field(2, "made", 10, &[plain(&report.created)]);
    page.field(2, "digest", 10, &[plain(report.digest.to_string())]);
    page.blank();
    let mut table = Table::with_head(&["", "asked", "answer"]);
    for check in &body.checks {
        let mark = if check.passed { good("ok") } else { bad("FAILED") };
        table.row([mark, plain(&check.what), plain(&check.answer)]);
    }
    page.table(2, table);
    let mut facts = Table::default();
    for (name, value) in body.facts.iter() {
        facts.row([faint(name), plain(fact(name, value))]);
    }
    page.blank();
    page.table(2, facts);
    if !body.log_tail.is_empty() {
        page.heading("End of the rehearsed broker's log");
        for line in &body.log_tail {
            page.verbatim(2, line);
        }
    }
    page.finish()
}
