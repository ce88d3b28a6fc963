//! The settlement of one file, by itself.

use askama::Template;
use refit_model::{Decision, Question, QuestionOption, Seen, Settlement};
use serde::Serialize;

use crate::Style;
use crate::html::{Head, render};
use crate::plan::one_file;
use crate::text::{Page, Tone, care, faint, plain, strong};
use crate::view::{FileView, Hunk, LineChange, hunks};
use crate::words::count;

/// What became of every key of one file.
#[derive(Clone, Copy, Debug)]
pub struct SettlementReport<'a> {
    /// The settlement.
    pub settlement: &'a Settlement,
    /// What waits for a person's answer.
    pub questions: &'a [Question],
    /// Who would answer: it stands in the decisions that can be pasted.
    pub by: &'a str,
    /// The site's file and the settled one, both without their secrets; none where there is no
    /// settled file.
    pub texts: Option<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "settlement.html", whitespace = "minimize")]
struct SettlementPage<'a> {
    head: Head,
    questions: Vec<Asked<'a>>,
    file: FileView<'a>,
    /// Whether there are two texts.
    compared: bool,
    hunks: Option<Vec<Hunk>>,
}

/// A question, and a decision that answers it.
struct Asked<'a> {
    question: &'a Question,
    /// The decision in TOML, to be pasted into a file of decisions.
    decision: String,
}

/// How an answer is given.
const ANSWERED: &str = "Paste the blocks into a file, write the choice that is meant, and give the \
     file with `--decisions`.";

/// Why lines are not compared.
const TOO_LONG: &str = "The files are too long to be compared line by line.";
/// Where nothing differs.
const ALIKE: &str = "The settled file is the site's, line by line.";

/// The lines of a decision in TOML.
#[derive(Serialize)]
struct Decisions {
    decision: [Decision; 1],
}

impl<'a> SettlementReport<'a> {
    /// For a terminal.
    pub fn to_text(self, style: Style) -> String {
        let mut page = Page::new(style);
        page.title(&self.title());
        page.blank();
        one_file(&mut page, &FileView::of(self.settlement));
        questions(&mut page, &self.asked());
        match self.hunks() {
            Some(found) => lines(&mut page, &found),
            None if self.texts.is_some() => page.heading_with("Lines", vec![faint(TOO_LONG)]),
            None => {}
        }
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
            questions: self.asked(),
            file: FileView::of(self.settlement),
            compared: self.texts.is_some(),
            hunks: self.hunks(),
        })
    }

    fn title(self) -> String {
        format!("Settlement of {}", self.settlement.file)
    }

    fn hunks(self) -> Option<Vec<Hunk>> {
        self.texts.and_then(|(site, result)| hunks(site, result))
    }

    fn asked(self) -> Vec<Asked<'a>> {
        let asked = |question| Asked { question, decision: self.decision(question) };
        self.questions.iter().map(asked).collect()
    }

    /// The decision for the first option; the others stand beside it.
    fn decision(self, question: &Question) -> String {
        let key = question.subject.split_once('#').map(|(_, key)| key);
        let outcome = self.settlement.outcomes.iter().find(|one| Some(one.key.as_str()) == key);
        let first = question.options.first().map(|option| option.choice.clone());
        let decision = Decision {
            subject: question.subject.clone(),
            choice: first.unwrap_or_default(),
            seen: outcome.map(|one| Seen { site: one.site.clone(), new: one.new.clone() }),
            by: self.by.to_owned(),
            why: String::new(),
        };
        let text = toml::to_string(&Decisions { decision: [decision] })
            .expect("a decision holds texts only");
        with_others(&text, question.options.get(1..).unwrap_or_default())
    }
}

/// The word of an option; what is to follow it as dots.
pub(crate) fn choice(option: &QuestionOption) -> String {
    let value = if option.choice.ends_with(':') { "..." } else { "" };
    format!("{}{value}", option.choice)
}

/// Names the other options beside the choice.
fn with_others(text: &str, others: &[QuestionOption]) -> String {
    let named: Vec<_> = others.iter().map(|option| format!("\"{}\"", choice(option))).collect();
    let line = |line: &str| {
        let beside = line.starts_with("choice = ") && !named.is_empty();
        let beside = if beside { format!(" # or {}", named.join(", or ")) } else { String::new() };
        format!("{line}{beside}")
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

fn questions(page: &mut Page, asked: &[Asked<'_>]) {
    if asked.is_empty() {
        return;
    }
    let waits = care("(nothing is written before they are answered)");
    page.heading_with("Open questions", vec![waits]);
    page.paragraph(2, ANSWERED);
    for Asked { question, decision } in asked {
        page.blank();
        page.spans(2, &[care(format!("{}:", question.subject)), plain(&question.text)]);
        for option in &question.options {
            page.item(4, &[strong(format!("{}:", choice(option))), plain(&option.meaning)]);
        }
        page.blank();
        for line in decision.lines() {
            page.source(4, Tone::Plain, line);
        }
    }
}

fn lines(page: &mut Page, hunks: &[Hunk]) {
    let counted = |change: LineChange| {
        let all = hunks.iter().flat_map(|hunk| &hunk.lines);
        all.filter(|line| line.change == change).count()
    };
    let (gone, come) = (counted(LineChange::Gone), counted(LineChange::Come));
    if gone + come == 0 {
        page.heading_with("Lines", vec![faint(ALIKE)]);
        return;
    }
    let of = |number| count(number, "line", "lines");
    let summary = format!("({} of the site's gone, {} new)", of(gone), of(come));
    page.heading_with("Lines", vec![faint(summary)]);
    for hunk in hunks {
        page.blank();
        let at = format!("site from line {}, result from line {}", hunk.old.start, hunk.new.start);
        page.spans(2, &[faint(at)]);
        for line in &hunk.lines {
            let tone = match line.change {
                LineChange::Same => Tone::Faint,
                LineChange::Gone => Tone::Bad,
                LineChange::Come => Tone::Good,
            };
            page.source(2, tone, format!("{} {}", line.change.mark(), line.text).trim_end());
        }
    }
}
