//! Playbooks as documents for a person with a shell alone.
//!
//! Rendered from the playbook alone, parameters are left open as `${name}`; rendered for one
//! environment, its plan's values are put in, and the text is the same.

mod back;
mod front;
mod session;
mod view;

use askama::Template;
use refit_model::{Hop, ParameterError, Plan, Playbook, PointOfNoReturn, Step, Stored};

pub use session::{SecretFile, Session, ShellWord};

use crate::html::render;
use view::View;

/// A playbook, and how its steps are typed.
#[derive(Clone, Copy)]
pub struct PlaybookReport<'a> {
    /// The playbook.
    pub playbook: &'a Stored<Playbook>,
    /// The environment that it is rendered for; `None` leaves the parameters open.
    pub here: Option<PlaybookHere<'a>>,
    /// How a session of the shell begins.
    pub session: &'a Session,
    /// The lines of a shell for a step. For one environment it is given the step with its values
    /// put in, else the step as the playbook has it.
    pub commands: &'a dyn Fn(&Step) -> StepCommands,
}

/// One environment's plan that follows the playbook.
#[derive(Clone, Copy, Debug)]
pub struct PlaybookHere<'a> {
    /// The plan.
    pub plan: &'a Stored<Plan>,
    /// The run's id, or a word that stands for it.
    pub run: &'a str,
    /// What forbids to begin, one line each.
    pub blocking: &'a [String],
}

/// What is typed for one step. One entry is one command; it may have several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepCommands {
    /// Does it.
    pub act: Vec<String>,
    /// Shows that it is done.
    pub verify: Vec<String>,
    /// Takes it back.
    pub undo: Vec<String>,
}

impl<'a> PlaybookReport<'a> {
    /// As Markdown. Fails where a step names a parameter that has no value.
    pub fn to_markdown(&self) -> Result<String, ParameterError> {
        let text = render(&MarkdownPage { view: &View::of(self)? });
        Ok(text.trim_start().to_owned())
    }

    /// As a page that needs nothing else. Fails where a step names a parameter that has no value.
    pub fn to_html(&self) -> Result<String, ParameterError> {
        let view = View::of(self)?;
        Ok(render(&HtmlPage { head: view.head(self.playbook), view: &view }))
    }

    /// The hops: those of this environment, else those that were learned.
    fn way(&self) -> &'a [Hop] {
        self.here.map_or(&self.playbook.body.way, |here| &here.plan.body.way)
    }

    /// The point of no return: that of this environment, else the one that was learned.
    fn point_of_no_return(&self) -> &'a PointOfNoReturn {
        let learned = &self.playbook.body.point_of_no_return;
        self.here.map_or(learned, |here| &here.plan.body.point_of_no_return)
    }
}

#[derive(Template)]
#[template(path = "playbook.md")]
struct MarkdownPage<'a> {
    view: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "playbook.html", whitespace = "minimize")]
struct HtmlPage<'a> {
    head: crate::html::Head,
    view: &'a View<'a>,
}

/// What every playbook covers.
pub(crate) const COVERED: [&str; 2] = [
    "the software of one installation, its configuration files, and the site's own files in it",
    "the place of its data, and the link through which it is operated, if there is one",
];

/// What no playbook covers.
pub(crate) const NOT_COVERED: [&str; 2] = [
    "other installations of the host, and brokers that this one is connected to",
    "clients, the operating system, and Java itself",
];

/// How a playbook is read.
pub(crate) const READING: [&str; 5] = [
    "Begin a session as it stands below. Then do the steps in their order: copy the commands of a \
     step as a whole into that `sh`, as they stand.",
    "Each block of commands stops at the first one that fails, and ends by saying `OK: ...` or \
     `FAILED: ...`. Go on only after `OK`.",
    "Then do what stands under `Verify`, in the same way. Only what is verified is done: an exit \
     code alone proves nothing. `Expect` tells what was seen when the playbook was learned.",
    "Sign each step: a signed list says at any moment where you are.",
    "Steps with the mark `clients are cut off` belong together: read them to the end before you \
     begin with the first.",
];

/// What to do when a step fails.
pub(crate) const FAILED: [&str; 6] = [
    "Nothing after the command that failed was done, and nothing repeats itself. Read the message \
     above `FAILED`: it says what is not as it should be.",
    "Copy the commands under `Verify` of the same step. If they say `OK`, the step is done after \
     all: go on.",
    "If you can mend the cause (room on the disk, a port that something else has taken, a \
     permission), mend it and copy the commands of the step again: each of them can be repeated.",
    "If not, and no step with the mark `clients are cut off` was begun: stop here. The broker serves \
     as before; what was made beside it harms nothing.",
    "If not, and clients are cut off: take the way back, beginning with the step that failed.",
    "This text is followed once. After the way back it is rendered anew for the next attempt: its \
     restore points are of this one.",
];

/// How open parameters are read.
pub(crate) const OPEN: &str = "`${name}` stands for the value of the parameter `name` in your \
     environment; `${run}` for a word that names this run, and stays the same to its end. \
     `refit playbook render --environment NAME` puts the values in.";
