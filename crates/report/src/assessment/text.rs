//! Assessments as text.

use refit_model::{Finding, Remedy, Severity};

use super::AssessmentReport;
use crate::Style;
use crate::text::{Page, Span, Table, Tone, bad, care, faint, good, plain, strong};
use crate::view::totals;
use crate::words;

const LABELS: usize = 19;

pub(super) fn text(report: &AssessmentReport<'_>, style: Style) -> String {
    let mut page = Page::new(style);
    head(&mut page, report);
    findings(&mut page, report);
    way(&mut page, report);
    endpoints(&mut page, report);
    written_paths(&mut page, report);
    files(&mut page, report);
    scope(&mut page, report);
    observed(&mut page, report);
    page.finish()
}

fn head(page: &mut Page, report: &AssessmentReport<'_>) {
    page.title(&report.title());
    page.blank();
    for (label, text) in report.facts() {
        page.field(2, label, LABELS, &[plain(text)]);
    }
    page.field(2, "made", LABELS, &[plain(&report.assessment.created)]);
    page.field(2, "digest", LABELS, &[plain(report.assessment.digest.to_string())]);
}

fn findings(page: &mut Page, report: &AssessmentReport<'_>) {
    let findings = report.findings();
    page.heading("Findings");
    let blocks = findings.iter().any(|finding| finding.blocks);
    let line = totals(&findings);
    page.spans(2, &[if blocks { bad(line) } else { plain(line) }]);
    for finding in findings {
        page.blank();
        one_finding(page, finding);
    }
}

/// One finding; also used for drift.
pub(crate) fn one_finding(page: &mut Page, finding: &Finding) {
    let mut head = vec![
        Span::new(tone(finding.severity), finding.severity.word().to_uppercase()),
        strong(&finding.title),
    ];
    if finding.blocks {
        head.push(bad("(blocks a run)"));
    }
    page.spans(2, &head);
    page.paragraph(4, &finding.detail);
    let (label, text) = words::remedy(&finding.remedy);
    let tone = match finding.remedy {
        Remedy::Nothing | Remedy::Planned(_) => Tone::Good,
        Remedy::Decide(_) | Remedy::ByHand(_) => Tone::Care,
    };
    page.spans(4, &[Span::new(tone, format!("{label}:")), plain(text)]);
    for seen in &finding.evidence {
        page.spans(4, &[faint("seen:"), plain(seen)]);
    }
    page.spans(4, &[faint(small_print(finding))]);
}

fn small_print(finding: &Finding) -> String {
    if finding.sources.is_empty() {
        format!("key: {}", finding.key)
    } else {
        format!("key: {}; source: {}", finding.key, finding.sources.join("; "))
    }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::High => Tone::Bad,
        Severity::Medium => Tone::Care,
        Severity::Low => Tone::Strong,
        Severity::Info => Tone::Faint,
    }
}

fn way(page: &mut Page, report: &AssessmentReport<'_>) {
    let body = report.body();
    if body.way.is_empty() {
        return;
    }
    page.heading("Way");
    let mut table = Table::with_head(&["hop", "old reads new store", "source"]);
    for hop in &body.way {
        table.row([
            plain(format!("{} -> {}", hop.from, hop.to)),
            plain(words::store_reading(hop.old_reads_new_store)),
            faint(&hop.source),
        ]);
    }
    page.table(2, table);
    page.paragraph(2, report.way_back());
}

fn endpoints(page: &mut Page, report: &AssessmentReport<'_>) {
    let endpoints = &report.body().endpoints;
    if endpoints.is_empty() {
        return;
    }
    page.heading("Listens on");
    let mut table = Table::with_head(&["name", "protocol", "address", "set in"]);
    for endpoint in endpoints {
        let tls = if endpoint.tls { " over TLS" } else { "" };
        table.row([
            plain(&endpoint.name),
            plain(format!("{}{tls}", words::protocol(endpoint.protocol))),
            plain(format!("{}:{}", endpoint.host, endpoint.port)),
            faint(&endpoint.file),
        ]);
    }
    page.table(2, table);
}

fn written_paths(page: &mut Page, report: &AssessmentReport<'_>) {
    let paths = &report.body().written_paths;
    if paths.is_empty() {
        return;
    }
    page.heading("Writes to");
    let mut table = Table::with_head(&["what", "path", "set in"]);
    for written in paths {
        let set = if written.file.is_empty() { "default" } else { &written.file };
        table.row([
            plain(words::purpose(written.purpose)),
            plain(written.path.to_string()),
            faint(set),
        ]);
    }
    page.table(2, table);
}

fn files(page: &mut Page, report: &AssessmentReport<'_>) {
    page.heading("Files that are not the vendor's");
    let files = report.differing_files();
    if files.is_empty() {
        page.paragraph(2, "None: every file is as the vendor shipped it.");
    } else {
        let mut table = Table::with_head(&["file", "kind", "is"]);
        for file in files {
            table.row([
                plain(&file.path),
                plain(words::file_role(file.role)),
                plain(words::file_origin(file.origin)),
            ]);
        }
        page.table(2, table);
    }
    let shipped = report.shipped_configuration();
    if shipped > 0 {
        let files =
            words::count(shipped, "more configuration file is", "more configuration files are");
        page.paragraph(2, &format!("{files} as shipped."));
    }
}

fn scope(page: &mut Page, report: &AssessmentReport<'_>) {
    let scope = &report.body().scope;
    if scope.is_empty() {
        return;
    }
    page.heading("Scope");
    for line in scope {
        let mark = if line.included { good("included:") } else { care("not included:") };
        page.item(2, &[mark, plain(format!("{}; {}", line.what, line.why))]);
    }
}

fn observed(page: &mut Page, report: &AssessmentReport<'_>) {
    let Some(observed) = report.observations else { return };
    page.heading("Seen at that moment");
    let mut table = Table::default();
    for (name, value) in observed.facts.iter() {
        table.row([faint(name), plain(words::fact(name, value))]);
    }
    page.table(2, table);
}
