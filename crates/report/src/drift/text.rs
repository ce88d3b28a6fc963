//! Drift reports as text.

use refit_model::{DecisionFate, DriftReport, Stored};

use super::{became, fate, kind, summary, title, value};
use crate::Style;
use crate::assessment::one_finding;
use crate::plan::one_question;
use crate::text::{Page, Table, care, faint, good, plain, strong};
use crate::view::{QuestionView, sorted};

pub(super) fn text(report: &Stored<DriftReport>, style: Style) -> String {
    let drift = &report.body;
    let mut page = Page::new(style);
    page.title(&title(drift));
    page.blank();
    let words = summary(drift);
    page.spans(2, &[if drift.is_empty() { good(words) } else { care(words) }]);
    page.field(2, "playbook", 10, &[plain(drift.playbook.to_string())]);
    page.field(2, "digest", 10, &[plain(report.digest.to_string())]);
    questions(&mut page, drift);
    decisions(&mut page, drift);
    facts(&mut page, drift);
    steps(&mut page, drift);
    settings(&mut page, drift);
    findings(&mut page, drift);
    parameters(&mut page, drift);
    page.finish()
}

fn questions(page: &mut Page, drift: &DriftReport) {
    if drift.questions.is_empty() {
        return;
    }
    page.heading("Open questions");
    for question in &drift.questions {
        one_question(page, &QuestionView::of(&drift.environment, question));
    }
}

fn decisions(page: &mut Page, drift: &DriftReport) {
    if drift.decisions.is_empty() {
        return;
    }
    page.heading("Decisions of the playbook");
    for decision in &drift.decisions {
        let words = fate(decision.fate);
        let fate = match decision.fate {
            DecisionFate::Applies => good(words),
            DecisionFate::AskedAgain => care(words),
            DecisionFate::NotHere | DecisionFate::DecidedHere => faint(words),
        };
        let choice = plain(format!("= {}", decision.choice));
        let mut spans = vec![strong(&decision.subject), choice, fate];
        if !decision.why.is_empty() {
            spans.push(faint(format!("({})", decision.why)));
        }
        page.item(2, &spans);
    }
}

fn facts(page: &mut Page, drift: &DriftReport) {
    if drift.facts.is_empty() {
        return;
    }
    page.heading("Facts that differ");
    for fact in &drift.facts {
        let touches: Vec<_> = fact.touches.iter().map(ToString::to_string).collect();
        let touches = if touches.is_empty() { "no step".to_owned() } else { touches.join(", ") };
        page.item(2, &[strong(&fact.fact)]);
        page.field(4, "when learned", 14, &[plain(value(fact.learned.as_ref()))]);
        page.field(4, "here", 14, &[plain(value(fact.here.as_ref()))]);
        page.field(4, "touches", 14, &[faint(touches)]);
    }
}

fn steps(page: &mut Page, drift: &DriftReport) {
    if drift.steps.is_empty() {
        return;
    }
    page.heading("Steps that differ");
    let mut table = Table::default();
    for step in &drift.steps {
        let what = faint(step.what.join("; "));
        table.row([plain(step.step.to_string()), care(kind(step.kind)), what]);
    }
    page.table(2, table);
}

fn settings(page: &mut Page, drift: &DriftReport) {
    if drift.settings.is_empty() {
        return;
    }
    page.heading("Settings that are settled otherwise");
    let mut table = Table::with_head(&["file and key", "when learned", "here"]);
    for setting in &drift.settings {
        table.row([
            plain(format!("{}#{}", setting.file, setting.key)),
            plain(became(setting.learned.as_ref())),
            plain(became(setting.here.as_ref())),
        ]);
    }
    page.table(2, table);
}

fn findings(page: &mut Page, drift: &DriftReport) {
    if drift.new_findings.is_empty() {
        return;
    }
    page.heading("Findings that are only here");
    for finding in sorted(&[&drift.new_findings]) {
        page.blank();
        one_finding(page, finding);
    }
}

fn parameters(page: &mut Page, drift: &DriftReport) {
    if drift.parameters.is_empty() {
        return;
    }
    page.heading("Site values (expected to differ)");
    let mut table = Table::with_head(&["name", "when learned", "here"]);
    for parameter in &drift.parameters {
        table.row([
            plain(&parameter.name),
            faint(value(parameter.learned.as_ref())),
            faint(value(parameter.here.as_ref())),
        ]);
    }
    page.table(2, table);
}
