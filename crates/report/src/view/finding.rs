//! Findings in the order in which they are read.

use refit_model::{Finding, Severity};

use crate::words::count;

/// The findings of all `lists`: by severity, those that block first.
pub(crate) fn sorted<'a>(lists: &[&'a [Finding]]) -> Vec<&'a Finding> {
    let mut findings: Vec<_> = lists.iter().copied().flatten().collect();
    findings.sort_by_key(|finding| (finding.severity, !finding.blocks, &finding.key));
    findings
}

/// For example: `7 findings: 2 high, 4 medium, 1 info; 1 blocks a run`.
pub(crate) fn totals(findings: &[&Finding]) -> String {
    if findings.is_empty() {
        return "no findings".to_owned();
    }
    let levels = [Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    let parts: Vec<_> = levels
        .into_iter()
        .filter_map(|level| {
            let number = findings.iter().filter(|finding| finding.severity == level).count();
            (number > 0).then(|| format!("{number} {}", level.word()))
        })
        .collect();
    let blocking = findings.iter().filter(|finding| finding.blocks).count();
    let blocks = match blocking {
        0 => "none blocks a run".to_owned(),
        1 => "1 blocks a run".to_owned(),
        number => format!("{number} block a run"),
    };
    format!("{}: {}; {blocks}", count(findings.len(), "finding", "findings"), parts.join(", "))
}
