//! The live run.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_model::RunId;

use super::case_view::Subject;
use crate::html::render;
use crate::paths;

/// A run as it is known now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRun {
    /// The run.
    pub run: RunId,
    /// Where it stands, in words.
    pub state: String,
    /// Whether more will come.
    pub is_going_on: bool,
    /// When this was known.
    pub at: Timestamp,
    /// How many steps are settled.
    pub settled: u32,
    /// The steps, in order.
    pub steps: Vec<LiveStep>,
    /// The last lines of the log, redacted.
    pub log: Vec<String>,
    /// What the viewer can do to it.
    pub exits: Vec<RunExit>,
}

/// A step of a live run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveStep {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its phase.
    pub phase: String,
    /// The host.
    pub host: String,
    /// Where it stands, in words.
    pub state: String,
    /// How that looks.
    pub tone: StepTone,
}

/// How the state of a step looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTone {
    /// Not begun.
    Planned,
    /// Going on.
    Going,
    /// Settled.
    Good,
    /// It waits for a person, or is in doubt.
    Care,
    /// It failed.
    Bad,
}

/// Something to be done to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunExit {
    /// Its word in addresses, for example `roll-back`.
    pub word: String,
    /// What the button says.
    pub label: String,
    /// What it does.
    pub meaning: String,
    /// Whether it takes something away.
    pub is_grave: bool,
}

#[derive(Template)]
#[template(path = "part/live.html")]
struct Region<'a> {
    run: &'a LiveRun,
    csrf: &'a str,
    events: String,
    exits: Vec<(String, &'a RunExit)>,
    at: Safe<String>,
}

impl LiveRun {
    /// The region of the run within the page of a case.
    pub(crate) fn html(&self, subject: &Subject<'_>) -> Safe<String> {
        let case = &subject.case().id;
        let exits = self.exits.iter().map(|exit| (paths::run(case, &self.run, &exit.word), exit));
        Safe(render(&Region {
            run: self,
            csrf: subject.shell.csrf,
            events: paths::live(case, &self.run),
            exits: exits.collect(),
            at: subject.moment(self.at).html(),
        }))
    }
}

impl StepTone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Planned => "info",
            Self::Going => "low",
            Self::Good => "good",
            Self::Care => "care",
            Self::Bad => "bad",
        }
    }
}
