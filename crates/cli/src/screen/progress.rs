//! What goes on: one line that changes on a terminal, lines in a log.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use refit_report::Style;

use super::style_of;

/// How often the line is drawn again on a terminal.
const REDRAW: Duration = Duration::from_millis(100);

/// Tells what goes on, on standard error.
#[derive(Debug)]
pub struct Progress {
    terminal: bool,
    bar: Mutex<Option<ProgressBar>>,
    begun: Instant,
}

impl Progress {
    /// Nothing goes on yet.
    pub fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { terminal, bar: Mutex::new(None), begun: Instant::now() }
    }

    /// Whether a person looks at it.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// How lines on standard error look.
    pub fn style(&self) -> Style {
        style_of(self.terminal)
    }

    /// What is being done now: on a terminal a line that the next one replaces.
    pub fn now(&self, what: &str) {
        if self.terminal {
            self.with_bar(|bar| bar.set_message(what.to_owned()));
        } else {
            self.print(&format!("{:>7.1}s  {what}", self.begun.elapsed().as_secs_f64()));
        }
    }

    /// A line that stays.
    pub fn print(&self, line: &str) {
        let line = line.trim_end_matches('\n');
        let bar = self.bar.lock().ok().and_then(|bar| bar.clone());
        match bar {
            Some(bar) => bar.println(line),
            // Nothing can be told where not even this can be written.
            None => writeln!(std::io::stderr(), "{line}").unwrap_or(()),
        }
    }

    /// Takes the changing line away.
    pub fn clear(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }

    /// Does something with the changing line out of the way.
    pub fn hidden<T>(&self, work: impl FnOnce() -> T) -> T {
        self.clear();
        work()
    }

    fn with_bar(&self, change: impl FnOnce(&ProgressBar)) {
        let Ok(mut bar) = self.bar.lock() else { return };
        change(bar.get_or_insert_with(new_bar));
    }
}

fn new_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {elapsed:>4}  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(REDRAW);
    bar
}
