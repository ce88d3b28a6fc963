//! The settlement of one file, by itself.

use askama::Template;
use refit_model::Settlement;

use crate::Style;
use crate::html::{Head, render};
use crate::plan::one_file;
use crate::text::Page;
use crate::view::FileView;

/// What became of every key of one file.
#[derive(Clone, Copy, Debug)]
pub struct SettlementReport<'a> {
    /// The settlement.
    pub settlement: &'a Settlement,
}

#[derive(Template)]
#[template(path = "settlement.html", whitespace = "minimize")]
struct SettlementPage<'a> {
    head: Head,
    file: FileView<'a>,
}

impl SettlementReport<'_> {
    /// For a terminal.
    pub fn to_text(self, style: Style) -> String {
        let mut page = Page::new(style);
        page.title(&self.title());
        page.blank();
        one_file(&mut page, &FileView::of(self.settlement));
        page.finish()
    }

    /// As a page.
    pub fn to_html(self) -> String {
        render(&SettlementPage {
            head: Head {
                kind: "Settlement",
                title: self.title(),
                facts: Vec::new(),
                made: String::new(),
                digest: String::new(),
            },
            file: FileView::of(self.settlement),
        })
    }

    fn title(self) -> String {
        format!("Settlement of {}", self.settlement.file)
    }
}
