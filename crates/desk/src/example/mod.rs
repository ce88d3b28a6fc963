//! A believable request, walked through the whole table of the process by the desk's own actions:
//! for demonstrations and for tests. Nothing of it is made up beside the rules: what the desk
//! refuses cannot be part of it.

mod answers;
mod cast;
mod delivery;
mod hand_off;
mod preparation;
mod stage;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use refit_model::Digest;

pub use cast::{Cast, Plot, RealTrial, RealUpgrade};
pub use stage::Stage;

use crate::written::{line, prose};
use crate::{Action, Actor, Case, Event, Evidence, Line, Refusal, Rules};

/// What one action brought about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What was done.
    pub action: Action,
    /// The events that came of it.
    pub events: Vec<Event>,
}

/// A case, as far as it was walked.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The case.
    pub case: Case,
    /// What was done, in order.
    pub done: Vec<Done>,
    /// What stands for files in it: each is the content of the digest that the case names.
    pub contents: Vec<String>,
}

/// Walks a request up to a stage: one that was made on this day at two in the afternoon. The days
/// of [`Stage::days`] should be days of work.
pub fn walk(
    cast: &Cast,
    plot: &Plot,
    first: Date,
    until: Stage,
    rules: &Rules,
) -> Result<Walk, Refusal> {
    let case = Case::new(plot.case.clone());
    let walk = Walk { case, done: Vec::new(), contents: Vec::new() };
    let mut story = Story { cast, plot, first, rules, now: Timestamp::UNIX_EPOCH, walk };
    for stage in Stage::ALL.into_iter().filter(|stage| *stage <= until) {
        story.go(stage)?;
    }
    Ok(story.walk)
}

/// What stands for a file of a demonstration.
pub fn content(what: &str) -> String {
    format!("In the demonstration this stands for: {what}\n")
}

/// The digest of [`content`].
pub fn digest(what: &str) -> Digest {
    Digest::of(content(what).as_bytes())
}

/// A walk in the making.
struct Story<'a> {
    cast: &'a Cast,
    plot: &'a Plot,
    first: Date,
    rules: &'a Rules,
    now: Timestamp,
    walk: Walk,
}

impl Story<'_> {
    fn go(&mut self, stage: Stage) -> Result<(), Refusal> {
        match stage {
            Stage::New => self.ask(),
            Stage::Responded => self.respond(),
            Stage::Asked => self.set_up(),
            Stage::Planned => self.plan(),
            Stage::Accepted => self.accept(),
            Stage::Ready => self.give_inputs(),
            Stage::BackedUp => self.back_up(),
            Stage::Upgraded => self.upgrade(),
            Stage::Tested => self.test(),
            Stage::Delivered => self.deliver(),
            Stage::Reviewed => self.review(),
            Stage::OnCall => self.on_call(),
            Stage::Closed => self.close(),
        }
    }

    /// Time goes on, to an hour of a day after the first.
    fn goes_to(&mut self, day: i32, hour: i8, minute: i8) {
        self.now = self.at(day, hour, minute).max(self.now);
    }

    fn at(&self, day: i32, hour: i8, minute: i8) -> Timestamp {
        let zone = self.cast.customer.calendar.zone();
        let time = Time::constant(hour, minute, 0, 0);
        let local = self.day(day).to_datetime(time);
        zone.to_timestamp(local).unwrap_or(self.now)
    }

    /// A day after the first.
    fn day(&self, day: i32) -> Date {
        self.first.saturating_add(jiff::Span::new().days(day))
    }

    fn does(&mut self, by: &Actor, action: Action) -> Result<(), Refusal> {
        let (at, case) = (self.now, &mut self.walk.case);
        let events = case.decide(action.clone(), by, at, self.rules)?;
        for event in &events {
            case.apply(event)?;
        }
        self.walk.done.push(Done { at, by: by.clone(), action, events });
        Ok(())
    }

    /// The digest of what stands for a file, which is kept.
    fn file(&mut self, what: &str) -> Digest {
        let content = content(what);
        let digest = Digest::of(content.as_bytes());
        self.walk.contents.push(content);
        digest
    }

    fn evidence(&mut self, what: &str) -> Evidence {
        Evidence { what: prose(what), digest: self.file(what) }
    }
}

/// Lines of a list.
fn lines(texts: &[&str]) -> Vec<Line> {
    texts.iter().map(|text| line(text)).collect()
}
