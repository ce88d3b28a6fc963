//! What the operator sees: reports on standard output, progress on standard error.

mod progress;

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use refit_report::Style;
use serde::Serialize;

use crate::arguments::Format;
use crate::failure::Failure;

pub use progress::Progress;

/// Where everything is shown.
#[derive(Debug)]
pub struct Screen {
    format: Format,
    progress: Arc<Progress>,
}

/// A document in all forms that it has. Only the one that was asked for is made.
pub struct Shown<'a, T> {
    /// For programs.
    pub json: &'a T,
    /// For people.
    pub text: Form<'a>,
    /// As a page.
    pub html: Option<Form<'a>>,
}

/// Makes one form of a document.
pub type Form<'a> = &'a dyn Fn() -> Result<String, Failure>;

impl Screen {
    /// A screen for a command.
    pub fn new(format: Format) -> Self {
        Self { format, progress: Arc::new(Progress::new()) }
    }

    /// Where progress is told.
    pub fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// How text for standard output looks.
    #[expect(clippy::unused_self, reason = "the screen is asked, wherever its answer comes from")]
    pub fn style(&self) -> Style {
        style_of(std::io::stdout().is_terminal())
    }

    /// Whether a program reads.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether questions can be asked.
    #[expect(clippy::unused_self, reason = "the screen is asked, wherever its answer comes from")]
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Shows a document in the form that was asked for.
    pub fn document<T: Serialize>(&self, shown: &Shown<'_, T>) -> Result<(), Failure> {
        match self.format {
            Format::Text | Format::OfFile(_) => self.text(&(shown.text)()?),
            Format::Json => self.json(shown.json),
            Format::Html => match &shown.html {
                Some(html) => self.text(&html()?),
                None => Err(Failure::usage("this has no page: use --format text or json")),
            },
        }
    }

    /// Shows a value as JSON, or else a text.
    pub fn value<T: Serialize>(&self, json: &T, text: &str) -> Result<(), Failure> {
        self.document(&Shown { json, text: &|| Ok(text.to_owned()), html: None })
    }

    /// Writes a text to standard output. A reader that went away (`| head`) is no failure.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        self.progress.clear();
        let mut out = std::io::stdout().lock();
        let line_feed = if text.ends_with('\n') { "" } else { "\n" };
        let written =
            out.write_all(text.as_bytes()).and_then(|()| out.write_all(line_feed.as_bytes()));
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::failed(format!("the result cannot be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Writes a file's content to standard output.
    pub fn bytes(&self, content: &[u8]) -> Result<(), Failure> {
        self.progress.clear();
        let mut out = std::io::stdout().lock();
        let written = out.write_all(content).and_then(|()| out.flush());
        written.map_err(|error| Failure::failed(format!("the result cannot be written: {error}")))
    }

    /// Shows a text beside the result: on standard error.
    pub fn aside(&self, text: &str) {
        self.progress.print(text.trim_end());
    }

    fn json<T: Serialize>(&self, value: &T) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(value);
        self.text(&json.map_err(|error| Failure::failed(error.to_string()))?)
    }

    /// Shows what went wrong; as JSON on standard output too where programs read.
    pub fn failure(&self, failure: &Failure) {
        self.progress.print(&format!("refit: {}", failure.text));
        if self.format == Format::Json {
            let json =
                serde_json::json!({ "error": failure.text, "exit_code": failure.code as u8 });
            // The message above has been shown already.
            self.json(&json).ok();
        }
    }
}

/// How text looks on a terminal, or in a file or pipe.
pub fn style_of(terminal: bool) -> Style {
    if !terminal {
        return Style::PLAIN;
    }
    let width =
        terminal_size::terminal_size().map_or(Style::PLAIN.width, |(width, _)| width.0.into());
    let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let unicode = locale.is_none_or(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    });
    Style { colour, width, unicode }
}
