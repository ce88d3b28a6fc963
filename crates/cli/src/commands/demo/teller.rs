//! What the demonstration says between the commands.

use refit_demo::{DemoError, DemoSite, Started};

use crate::failure::Failure;
use crate::screen::Screen;

/// Tells what comes next.
pub struct Teller<'a> {
    screen: &'a Screen,
}

impl<'a> Teller<'a> {
    /// Tells on this screen.
    pub fn new(screen: &'a Screen) -> Self {
        Self { screen }
    }

    /// What is being done.
    pub fn now(&self, what: &str) {
        self.screen.progress().now(what);
    }

    /// A text that stays.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        self.screen.text(text)
    }

    /// The title of one point of the demonstration.
    pub fn point(&self, number: usize, title: &str) -> Result<(), Failure> {
        let line = "=".repeat(78);
        self.text(&format!("\n{line}\n{number}. {title}\n{line}"))
    }

    /// A command, as it is typed.
    pub fn command(&self, words: &[String]) -> Result<(), Failure> {
        let shown: Vec<_> = words.iter().map(|word| refit_app::shell_word(word)).collect();
        self.text(&format!("\n$ refit {}", shown.join(" ")))
    }

    /// What was made.
    pub fn made(&self, site: &DemoSite, started: &Started) -> Result<(), Failure> {
        let mut text = format!(
            "\n{}: ActiveMQ {} runs as process {}, started in {:.1} s\n",
            site.spec().name,
            started.version,
            started.pid,
            started.took.as_secs_f64()
        );
        let described =
            site.describe().map_err(|error: DemoError| super::sites::failure(&error))?;
        for (subject, what) in described {
            text += &format!("  {subject:<18} {what}\n");
        }
        self.text(&text)
    }
}
