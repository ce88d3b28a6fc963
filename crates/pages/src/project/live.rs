//! The live run: a page of its own, whose region is sent anew while the run goes on.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_model::RunId;

use super::case_view::{CaseView, Part, Subject};
use crate::html::render;
use crate::{Html, Shell, paths};

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
    /// Since when a process works on it, while one does.
    pub since: Option<Timestamp>,
    /// When it began.
    pub begun: Option<Timestamp>,
    /// When it came to its end.
    pub ended: Option<Timestamp>,
    /// How long clients were cut off, as it was measured, with its unit.
    pub downtime: Option<String>,
    /// What is being done now.
    pub doing: Option<String>,
    /// Whether clients are cut off now.
    pub is_cut_off: bool,
    /// What it waits for.
    pub wait: Option<RunWait>,
    /// What is wrong with what is shown here.
    pub finding: Option<String>,
    /// How many events this is made of.
    pub events: u64,
    /// How many steps are settled.
    pub settled: u32,
    /// The steps, in order.
    pub steps: Vec<LiveStep>,
    /// The last lines of the log, redacted.
    pub log: Vec<LogLine>,
    /// What the viewer can do to it.
    pub exits: Vec<RunExit>,
    /// What can be done on the machine that it is done from.
    pub commands: Vec<RunCommand>,
}

/// A line of a run's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was recorded; none for what belongs to the line before.
    pub at: Option<Timestamp>,
    /// What it says.
    pub text: String,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunWait {
    /// For whom, with the article, for example `the consultant`.
    pub whom: String,
    /// Why.
    pub why: String,
    /// What is to be done.
    pub instructions: Vec<String>,
    /// What was true when it began to wait, and the end of the broker's logs if something failed.
    pub seen: Vec<String>,
}

/// A command of the machine that a run is done from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunCommand {
    /// What it does.
    pub meaning: String,
    /// What is typed.
    pub command: String,
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
    /// How long it took, or is thought to take, with its unit.
    pub time: String,
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
    /// Whether it takes something away: then it is asked why.
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
    since: Option<Safe<String>>,
    /// When it began and ended, and the downtime: labels and texts.
    facts: Vec<(&'static str, Safe<String>)>,
    /// The log with times in the viewer's zone.
    log: Vec<String>,
    zone: &'a str,
}

#[derive(Template)]
#[template(path = "run.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    subject: Subject<'a>,
    run: &'a LiveRun,
}

/// The page of a run.
pub fn run(shell: &Shell<'_>, case: CaseView<'_>, run: &LiveRun) -> Html {
    let subject = Subject::new(shell, case, Part::Upgrade);
    let title = format!("Run {}: {}", run.run, subject.name());
    Html::of(&Page { shell, title, here: paths::REQUESTS, subject, run })
}

/// The region of a run alone, which takes the place of the one before on a page that is open.
pub fn run_region(shell: &Shell<'_>, case: CaseView<'_>, run: &LiveRun) -> String {
    run.html(&Subject::new(shell, case, Part::Upgrade)).0
}

impl Page<'_> {
    fn region(&self) -> Safe<String> {
        self.run.html(&self.subject)
    }

    fn upgrade(&self) -> String {
        paths::part(&self.subject.case().id, Part::Upgrade.words().1)
    }
}

impl LiveRun {
    fn html(&self, subject: &Subject<'_>) -> Safe<String> {
        let case = &subject.case().id;
        let exits = self.exits.iter().map(|exit| (paths::run(case, &self.run, &exit.word), exit));
        Safe(render(&Region {
            run: self,
            csrf: subject.shell.csrf,
            events: paths::run_events(case, &self.run),
            exits: exits.collect(),
            at: subject.moment(self.at).html(),
            since: self.since.map(|since| subject.moment(since).html()),
            facts: self.facts(subject),
            log: self.log.iter().map(|line| line.words(subject.zone())).collect(),
            zone: subject.zone().iana_name().unwrap_or("UTC"),
        }))
    }

    fn facts(&self, subject: &Subject<'_>) -> Vec<(&'static str, Safe<String>)> {
        let moment = |label, at: Option<Timestamp>| at.map(|at| (label, subject.moment(at).html()));
        let downtime = self.downtime.as_ref().map(|text| crate::show::own(text));
        let downtime = downtime.map(|text| ("Measured downtime", text));
        let all = [moment("Begun", self.begun), moment("Ended", self.ended), downtime];
        all.into_iter().flatten().collect()
    }
}

impl LogLine {
    fn words(&self, zone: &TimeZone) -> String {
        let Some(at) = self.at else { return self.text.clone() };
        format!("{}  {}", zone.to_datetime(at).strftime("%H:%M:%S"), self.text)
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
