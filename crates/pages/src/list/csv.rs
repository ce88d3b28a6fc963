//! The list of requests for spreadsheets.

use refit_desk::{StateMachine as _, Summary, UserId};

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
        "open",
        "waits for",
        "since",
        "due",
        "late",
        "consultant",
        "project manager",
        "support group",
        "deadline",
        "deadline at risk",
        "changed",
    ];
    let mut csv = line(names.map(str::to_owned));
    for row in rows {
        let Summary { consultant, project_manager, .. } = &row.summary;
        let name = |user: &Option<UserId>| user.as_ref().map(|user| people.name(user).to_owned());
        let [consultant, manager] = [consultant, project_manager].map(name);
        let one = &row.summary;
        csv += &line([
            one.id.to_string(),
            one.title.clone(),
            one.customer.to_string(),
            format!("{} {}", row.platform, row.version),
            one.state.word().to_owned(),
            text(one.phase.as_ref()),
            one.open.join("; "),
            text(one.waits_for),
            text(one.waits_since),
            text(one.due),
            if one.is_late { "yes" } else { "no" }.to_owned(),
            text(consultant),
            text(manager),
            text(row.group.as_ref()),
            one.deadline.to_string(),
            if one.is_deadline_at_risk { "yes" } else { "no" }.to_owned(),
            one.changed.to_string(),
        ]);
    }
    csv
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
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
