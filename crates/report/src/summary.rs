//! The summary at the end of a run or of a demonstration.

use crate::Style;
use crate::text::{Page, Table, bad, faint, good, plain};
use crate::words::duration;

/// What was done, how long it took, and where the reports are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// One line about the whole.
    pub title: String,
    /// What was done, in its order.
    pub entries: Vec<SummaryEntry>,
    /// Reports: what it is, and its path.
    pub reports: Vec<(String, String)>,
}

/// One thing that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryEntry {
    /// Where: the environment.
    pub environment: String,
    /// What was done.
    pub what: String,
    /// Who did it: user and machine.
    pub by: String,
    /// Whether it came out as it should.
    pub succeeded: bool,
    /// How long it took, in milliseconds.
    pub milliseconds: Option<u64>,
    /// How long clients were cut off, in milliseconds.
    pub downtime_milliseconds: Option<u64>,
    /// The bare floor of that: stopping the old and starting the new with nothing between.
    pub floor_milliseconds: Option<u64>,
}

impl Summary {
    /// As text for the terminal.
    pub fn to_text(&self, style: Style) -> String {
        let mut page = Page::new(style);
        page.title(&self.title);
        page.blank();
        let mut table = Table::with_head(&["where", "what", "", "took", "downtime", "by"]);
        for entry in &self.entries {
            table.row([
                plain(&entry.environment),
                plain(&entry.what),
                if entry.succeeded { good("ok") } else { bad("FAILED") },
                plain(entry.milliseconds.map(duration).unwrap_or_default()),
                plain(entry.downtime()),
                faint(&entry.by),
            ]);
        }
        page.table(2, table);
        if !self.reports.is_empty() {
            page.heading("Reports");
        }
        let widest = self.reports.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
        for (what, path) in &self.reports {
            page.field(2, what, widest.min(30) + 2, &[plain(path)]);
        }
        page.finish()
    }
}

impl SummaryEntry {
    fn downtime(&self) -> String {
        match (self.downtime_milliseconds, self.floor_milliseconds) {
            (None, _) => String::new(),
            (Some(down), None) => duration(down),
            (Some(down), Some(floor)) => format!("{} (floor {})", duration(down), duration(floor)),
        }
    }
}
