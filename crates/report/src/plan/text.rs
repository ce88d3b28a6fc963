//! Plans as text.

use refit_model::ParameterError;

use super::PlanReport;
use crate::Style;
use crate::text::{Page, Span, Tone, bad, care, faint, good, plain, strong};
use crate::view::{Cell, FileView, KeyView, QuestionView, StepView};

const LABELS: usize = 20;

/// What stands before the steps.
pub(super) fn head(report: &PlanReport<'_>, style: Style) -> Page {
    let mut page = Page::new(style);
    page.title(&report.title());
    page.blank();
    for (label, text) in report.facts() {
        page.field(2, label, LABELS, &[plain(text)]);
    }
    page.field(2, "made", LABELS, &[plain(&report.plan.created)]);
    page.field(2, "digest", LABELS, &[plain(report.plan.digest.to_string())]);
    page
}

pub(super) fn text(report: &PlanReport<'_>, style: Style) -> Result<String, ParameterError> {
    let phases = report.phases()?;
    let mut page = head(report, style);
    questions(&mut page, &report.questions());
    page.heading("Steps");
    page.paragraph(2, super::COMMANDS);
    for phase in &phases {
        page.blank();
        page.spans(1, &[strong(phase.phase.to_uppercase())]);
        for step in &phase.steps {
            one_step(&mut page, step);
        }
    }
    settlements(&mut page, &report.files());
    decisions(&mut page, report);
    Ok(page.finish())
}

fn questions(page: &mut Page, questions: &[QuestionView<'_>]) {
    if questions.is_empty() {
        return;
    }
    let waits = care("(the plan cannot be approved before they are answered)");
    page.heading_with("Open questions", vec![waits]);
    for question in questions {
        one_question(page, question);
    }
}

/// One open question and how to answer it.
pub(crate) fn one_question(page: &mut Page, question: &QuestionView<'_>) {
    page.blank();
    page.spans(2, &[care(format!("{}:", question.subject)), plain(question.text)]);
    for option in &question.options {
        page.item(4, &[strong(format!("{}:", option.choice)), plain(option.meaning)]);
        page.command(6, &option.command);
    }
}

fn one_step(page: &mut Page, step: &StepView) {
    page.blank();
    page.field(1, &format!("{:>2}.", step.number), 4, &[strong(&step.title)]);
    let mut marks = vec![faint(format!("{}, {}", step.id, step.estimate))];
    if step.may_skip {
        marks.push(faint("(may be skipped)"));
    }
    if step.downtime {
        marks.push(care("CLIENTS ARE CUT OFF"));
    }
    if let Some(person) = &step.person {
        marks.push(care(format!("BY THE {}", person.to_uppercase())));
    }
    page.spans(5, &marks);
    if let Some(cost) = &step.no_return {
        page.spans(5, &[bad("POINT OF NO RETURN:"), plain(cost)]);
    }
    page.paragraph(5, &step.reason);
    for command in &step.commands {
        page.command(5, command);
    }
    if step.commands.is_empty() {
        list(page, "does", &step.act);
    }
    list(page, "verify", &step.verify);
    list(page, "undo", &step.undo);
}

fn list(page: &mut Page, label: &str, sentences: &[String]) {
    if !sentences.is_empty() {
        page.field(5, label, 8, &[plain(sentences.join("; "))]);
    }
}

fn settlements(page: &mut Page, files: &[FileView<'_>]) {
    if files.is_empty() {
        return;
    }
    page.heading("Settings");
    page.paragraph(
        2,
        "Every file, and every key to which something happened. Keys that are not listed stay as \
         they are.",
    );
    for file in files {
        page.blank();
        one_file(page, file);
    }
}

/// One file: its summary, its remarks, and the keys that a reader should look at.
pub(crate) fn one_file(page: &mut Page, file: &FileView<'_>) {
    let becomes = if file.open { bad(file.becomes) } else { good(file.becomes) };
    page.spans(2, &[strong(file.file), becomes]);
    page.spans(4, &[faint(file.about())]);
    for remark in &file.remarks {
        let keys = (!remark.keys.is_empty()).then(|| faint(format!("{}:", remark.keys.join(", "))));
        let source = remark.source.map(|source| faint(format!("({source})")));
        let mark = [care("note:")].into_iter();
        let spans: Vec<_> = mark.chain(keys).chain([plain(remark.text)]).chain(source).collect();
        page.spans(4, &spans);
    }
    for key in file.notable() {
        one_key(page, key);
    }
}

fn one_key(page: &mut Page, key: &KeyView<'_>) {
    let tone = if key.open { Tone::Bad } else { Tone::Strong };
    let mut head = vec![Span::new(tone, key.outcome), plain(key.key)];
    head.extend((!key.within.is_empty()).then(|| faint(format!("({})", key.number_within()))));
    page.item(4, &head);
    if !key.why.is_empty() {
        page.paragraph(6, &key.why);
    }
    let mut side = |label: &str, cell: Cell<'_>| {
        let tone = match key.became(cell) {
            Some(true) => Tone::Good,
            Some(false) => Tone::Bad,
            None if cell.is_value() => Tone::Plain,
            None => Tone::Faint,
        };
        page.field(6, label, 8, &[Span::new(tone, cell.text())]);
    };
    side("site", key.site);
    side("new", key.new);
    if !key.open && key.result != key.site && key.result != key.new {
        side("result", key.result);
    }
    if let Some(rule) = key.rule {
        page.field(6, "rule", 8, &[faint(format!("{} ({})", rule.id, rule.source))]);
    }
}

fn decisions(page: &mut Page, report: &PlanReport<'_>) {
    let decisions = &report.body().decisions;
    if decisions.is_empty() {
        return;
    }
    page.heading("Decisions");
    for decision in decisions {
        let why =
            if decision.why.is_empty() { String::new() } else { format!(": {}", decision.why) };
        let by = faint(format!("by {}{why}", decision.by));
        page.item(2, &[strong(&decision.subject), plain(format!("= {}", decision.choice)), by]);
    }
}
