//! The page: what text is written to.

use super::wrap::{Line, columns, longest_word, wrap};
use super::{Span, Table, Tone, faint, plain, strong};
use crate::{Style, inert};

/// Text under way.
pub(crate) struct Page {
    style: Style,
    text: String,
}

impl Page {
    pub(crate) fn new(style: Style) -> Self {
        Self { style, text: String::new() }
    }

    /// The finished text.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// The page's title.
    pub(crate) fn title(&mut self, text: &str) {
        self.flow("", "", &[strong(text)]);
    }

    /// A heading, with an empty line before it.
    pub(crate) fn heading(&mut self, text: &str) {
        self.blank();
        self.flow("", "", &[strong(text)]);
    }

    /// A heading with words of another tone behind it.
    pub(crate) fn heading_with(&mut self, text: &str, behind: Vec<Span>) {
        self.blank();
        let spans: Vec<_> = [strong(text)].into_iter().chain(behind).collect();
        self.flow("", "", &spans);
    }

    /// An empty line, where there is none yet.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Running text.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        self.spans(indent, &[plain(text)]);
    }

    /// Running text in several tones.
    pub(crate) fn spans(&mut self, indent: usize, spans: &[Span]) {
        let lead = " ".repeat(indent);
        self.flow(&lead, &lead, spans);
    }

    /// An entry of a list.
    pub(crate) fn item(&mut self, indent: usize, spans: &[Span]) {
        let mark = if self.style.unicode { "•" } else { "-" };
        let (first, rest) = (" ".repeat(indent) + mark + " ", " ".repeat(indent + 2));
        self.flow(&first, &rest, spans);
    }

    /// A label and what belongs to it, beside each other; below each other where the text is one
    /// word that would have to be cut.
    pub(crate) fn field(&mut self, indent: usize, label: &str, width: usize, spans: &[Span]) {
        let label = self.inert(label);
        let rest = " ".repeat(indent + width);
        let fits = longest_word(spans) + indent + width <= self.style.prose_columns();
        let gap = if fits { width.saturating_sub(columns(&label)) } else { 0 };
        let mut lead = vec![plain(" ".repeat(indent)), faint(label), plain(" ".repeat(gap))];
        if gap == 0 {
            self.write_line(&lead);
            let rest = if fits { rest } else { " ".repeat(indent + 2) };
            lead = vec![plain(rest.clone())];
            return self.flow_after(&lead, &rest, spans);
        }
        self.flow_after(&lead, &rest, spans);
    }

    /// A line of a log or of a command's output, with its spaces; broken where it is too long.
    pub(crate) fn verbatim(&mut self, indent: usize, text: &str) {
        let shown = self.inert(text);
        if indent + columns(&shown) <= self.style.columns() {
            return self.write_line(&[plain(" ".repeat(indent)), faint(shown)]);
        }
        let own = shown.len() - shown.trim_start().len();
        let first = " ".repeat(indent + own.min(20));
        self.flow_after(&[plain(first.as_str())], &format!("{first}  "), &[faint(shown)]);
    }

    /// A line of a file behind a mark: never broken, with its spaces.
    pub(crate) fn source(&mut self, indent: usize, tone: Tone, text: &str) {
        let shown = inert::block(text).replace('\n', " ").replace('\t', "    ");
        let shown = if self.style.unicode { shown } else { inert::ascii(&shown) };
        self.write_line(&[plain(" ".repeat(indent)), Span::new(tone, shown)]);
    }

    /// A command to be typed: never broken.
    pub(crate) fn command(&mut self, indent: usize, command: &str) {
        for (index, line) in command.split('\n').enumerate() {
            let prompt = if index == 0 { "$ " } else { "  " };
            let lead = " ".repeat(indent) + prompt;
            // A tab may be part of the command, and does not act on its own.
            let shown = inert::block(line);
            let shown = if self.style.unicode { shown } else { inert::ascii(&shown) };
            self.write_line(&[faint(lead), Span::new(Tone::Plain, shown)]);
        }
    }

    /// A table.
    pub(crate) fn table(&mut self, indent: usize, table: Table) {
        let table = table.map(|text| self.inert(text));
        for mut line in table.lines(self.style.columns().saturating_sub(indent)) {
            line.insert(0, plain(" ".repeat(indent)));
            self.write_line(&line);
        }
    }

    fn flow(&mut self, first: &str, rest: &str, spans: &[Span]) {
        self.flow_after(&[plain(first)], rest, spans);
    }

    /// Writes inert spans after `lead`, and on further lines after `rest`, which is not shorter.
    fn flow_after(&mut self, lead: &[Span], rest: &str, spans: &[Span]) {
        let shown: Vec<_> =
            spans.iter().map(|span| Span::new(span.tone, self.inert(&span.text))).collect();
        let width = self.style.prose_columns().saturating_sub(rest.len()).max(1);
        let mut lines = wrap(&shown, width);
        if lines.is_empty() {
            lines.push(Line::new());
        }
        for (index, line) in lines.into_iter().enumerate() {
            let before = if index == 0 { lead.to_vec() } else { vec![plain(rest)] };
            self.write_line(&before.into_iter().chain(line).collect::<Vec<_>>());
        }
    }

    /// Writes spans that are inert already.
    fn write_line(&mut self, spans: &[Span]) {
        let end = spans.iter().rposition(|span| !span.text.trim_end().is_empty());
        let shown = &spans[..end.map_or(0, |end| end + 1)];
        for (index, span) in shown.iter().enumerate() {
            let last = index + 1 == shown.len();
            let text = if last { span.text.trim_end() } else { span.text.as_str() };
            self.text += &span.tone.paint(text, self.style.colour);
        }
        self.text.push('\n');
    }

    fn inert(&self, text: &str) -> String {
        let shown = inert::line(text);
        if self.style.unicode { shown } else { inert::ascii(&shown) }
    }
}
