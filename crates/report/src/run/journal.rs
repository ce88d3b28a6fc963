//! A journal as a table.

use refit_execute::Event;

use super::event::describe;
use crate::Style;
use crate::text::{Page, Table, faint, plain};

/// All events of a run, one row each. Times are in UTC.
pub fn journal_text(events: &[Event], style: Style) -> String {
    let mut page = Page::new(style);
    let run = events.first().map(|event| event.run.to_string()).unwrap_or_default();
    page.title(&format!("Journal of the run {run}"));
    page.blank();
    let mut table = Table::with_head(&["#", "at", "about", "what"]);
    for event in events {
        let (about, what) = describe(event);
        table.cells(vec![
            vec![faint(event.sequence.to_string())],
            vec![faint(&event.at)],
            vec![plain(about)],
            what,
        ]);
    }
    page.table(2, table);
    let last = events.last().and_then(|event| event.digest().ok());
    if let Some(digest) = last {
        page.blank();
        page.field(2, "last digest", 13, &[plain(digest.to_string())]);
    }
    page.finish()
}
