//! The list of requests for spreadsheets.

use crate::People;

use super::RequestRow;

/// What begins a cell that a spreadsheet would run.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The rows as comma-separated values, with a line of names. A cell that a spreadsheet would take
/// for a formula begins with an apostrophe.
pub fn requests_csv(rows: &[RequestRow], people: &People) -> String {
    let names = [
        "case",
        "title",
        "customer",
        "platform",
        "state",
        "phase",
        "waits for",
        "consultant",
        "project manager",
        "support group",
        "deadline",
        "late",
        "changed",
    ];
    let mut csv = line(names.map(str::to_owned));
    for row in rows {
        let name = |user: &Option<refit_desk::UserId>| {
            user.as_ref().map(|user| people.name(user).to_owned()).unwrap_or_default()
        };
        let waits: Vec<_> =
            row.waits.iter().map(|wait| format!("{}: {}", wait.whom, wait.what)).collect();
        csv += &line([
            row.case.to_string(),
            row.title.clone(),
            row.customer.clone(),
            row.platform.clone(),
            row.state.to_owned(),
            row.phase.clone().unwrap_or_default(),
            waits.join("; "),
            name(&row.consultant),
            name(&row.manager),
            row.group.clone().unwrap_or_default(),
            row.deadline.to_string(),
            if row.is_late { "yes" } else { "no" }.to_owned(),
            row.changed.to_string(),
        ]);
    }
    csv
}

fn line<const N: usize>(cells: [String; N]) -> String {
    cells.map(|cell| quoted(&cell)).join(",") + "\r\n"
}

fn quoted(cell: &str) -> String {
    let begin = cell.trim_start_matches(' ');
    let guard = if begin.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for (cell, expected) in [
            ("plain", "\"plain\""),
            ("say \"hi\", you", "\"say \"\"hi\"\", you\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            (" +1", "\"' +1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-2", "\"'-2\""),
            ("\t=1", "\"'\t=1\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
