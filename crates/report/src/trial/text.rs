//! Trials as text.

use refit_model::Stored;
use refit_trial::report::TrialReport;

use super::{TestView, level, title, trial_facts, trial_tests};
use crate::Style;
use crate::text::{Page, Span, Tone, faint, plain, strong};

const LABELS: usize = 20;

pub(super) fn text(report: &Stored<TrialReport>, style: Style) -> String {
    let trial = &report.body;
    let mut page = Page::new(style);
    let verdict = Span::new(tone(level(trial.verdict)), trial.verdict.word());
    page.heading_with(&format!("{}:", title(trial)), vec![verdict]);
    page.paragraph(2, &trial.reason);
    page.blank();
    for (label, text) in trial_facts(trial) {
        page.field(2, label, LABELS, &[plain(text.trim_matches('`'))]);
    }
    page.field(2, "made", LABELS, &[plain(&report.created)]);
    page.field(2, "digest", LABELS, &[plain(report.digest.to_string())]);
    page.heading("Tests");
    for test in trial_tests(trial) {
        page.blank();
        one_test(&mut page, &test);
    }
    page.finish()
}

fn one_test(page: &mut Page, test: &TestView<'_>) {
    let result = test.result;
    let verdict = Span::new(tone(level(result.verdict)), result.verdict.word());
    let mut head = vec![verdict, strong(&result.test)];
    if !test.counts {
        head.push(faint(format!("(attempt {}, does not count)", result.attempt)));
    }
    page.spans(2, &head);
    page.paragraph(4, &result.what);
    page.paragraph(4, &result.reason);
    let mut field = |label: &str, text: &str| {
        if !text.is_empty() {
            page.field(4, label, 8, &[plain(text)]);
        }
    };
    field("rule", &test.rule);
    field("ratio", test.ratio.as_deref().unwrap_or_default());
    let figures: Vec<_> =
        test.figures.iter().map(|(name, value)| format!("{name} {value}")).collect();
    field("figures", &figures.join(", "));
    for line in &result.evidence {
        page.field(4, "seen", 8, &[faint(line)]);
    }
}

fn tone(level: &str) -> Tone {
    match level {
        "good" => Tone::Good,
        "bad" => Tone::Bad,
        _ => Tone::Care,
    }
}
