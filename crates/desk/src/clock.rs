//! Clocks: how long somebody has for something, and where that stands.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{BusinessCalendar, DurationRange, Party, Prose, WorkTime};

/// A clock that runs in business time from a start, and stands still while the other side holds
/// the ball.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// How long there is.
    pub allotted: DurationRange,
    /// Since when it runs.
    pub started: Timestamp,
    /// The times in which it stood still, in order; only the last may be open.
    pub pauses: Vec<Pause>,
    /// When what it was for was done.
    pub stopped: Option<Timestamp>,
}

/// A time in which a clock stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Who holds the ball.
    pub waits_for: Party,
    /// For what.
    pub why: Prose,
    /// Since when.
    pub since: Timestamp,
    /// Until when; still, if not said.
    pub until: Option<Timestamp>,
}

/// A clock was asked for what it cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClockError {
    /// It stands still already.
    #[error("the clock stands still already")]
    Paused,
    /// It runs already.
    #[error("the clock runs already")]
    Running,
    /// It has stopped for good.
    #[error("the clock has stopped")]
    Stopped,
    /// Its history would go backwards.
    #[error("{0} is before what the clock has seen")]
    Backwards(Timestamp),
}

/// How a due moment comes about, to be shown: every figure that went into it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arithmetic {
    /// The due moment; while the clock stands still, the earliest: as if it ran again now.
    pub due: Timestamp,
    /// The due moment in the customer's or team's time: `Tue 14:00`, with the date if it is not
    /// within the next days.
    pub due_words: String,
    /// How long there is.
    pub allotted: DurationRange,
    /// Since when the clock runs.
    pub started: Timestamp,
    /// The start in the same time.
    pub started_words: String,
    /// Business time in which it stood still before it was due.
    pub paused: WorkTime,
    /// Who holds the ball now, if the clock stands still.
    pub waits_for: Option<Party>,
    /// The time zone of the words.
    pub time_zone: String,
}

impl Clock {
    /// A clock that starts at `started`.
    pub fn start(allotted: DurationRange, started: Timestamp) -> Self {
        Self { allotted, started, pauses: Vec::new(), stopped: None }
    }

    /// Stands still from `since` on.
    pub fn pause(
        &mut self,
        since: Timestamp,
        waits_for: Party,
        why: Prose,
    ) -> Result<(), ClockError> {
        self.check_time(since)?;
        if self.open_pause().is_some() {
            return Err(ClockError::Paused);
        }
        self.pauses.push(Pause { waits_for, why, since, until: None });
        Ok(())
    }

    /// Runs again from `at` on.
    pub fn resume(&mut self, at: Timestamp) -> Result<(), ClockError> {
        self.check_time(at)?;
        match self.pauses.last_mut().filter(|pause| pause.until.is_none()) {
            Some(pause) => pause.until = Some(at),
            None => return Err(ClockError::Running),
        }
        Ok(())
    }

    /// Stops for good; a pause ends with it.
    pub fn stop(&mut self, at: Timestamp) -> Result<(), ClockError> {
        self.check_time(at)?;
        if let Some(pause) = self.pauses.last_mut().filter(|pause| pause.until.is_none()) {
            pause.until = Some(at);
        }
        self.stopped = Some(at);
        Ok(())
    }

    /// Runs again after it had stopped: the time since then was nobody's.
    pub fn reopen(
        &mut self,
        at: Timestamp,
        waited_for: Party,
        why: Prose,
    ) -> Result<(), ClockError> {
        let since = self.stopped.take().ok_or(ClockError::Running)?;
        if at < since {
            self.stopped = Some(since);
            return Err(ClockError::Backwards(at));
        }
        self.pauses.push(Pause { waits_for: waited_for, why, since, until: Some(at) });
        Ok(())
    }

    /// The pause that the clock is in.
    pub fn open_pause(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.until.is_none())
    }

    /// Whether it neither stands still nor has stopped.
    pub fn is_running(&self) -> bool {
        self.stopped.is_none() && self.open_pause().is_none()
    }

    /// Business time used by `now`, without pauses.
    pub fn used(&self, calendar: &BusinessCalendar, now: Timestamp) -> WorkTime {
        let end = self.stopped.unwrap_or(now);
        let stretches = self.running_stretches(end);
        let worked = stretches.map(|(from, to)| calendar.between(from, to.min(end)));
        worked.fold(WorkTime::ZERO, WorkTime::plus)
    }

    /// Business time in which it stood still by `now`.
    pub fn paused(&self, calendar: &BusinessCalendar, now: Timestamp) -> WorkTime {
        let end = self.stopped.unwrap_or(now);
        let still = self
            .pauses
            .iter()
            .map(|pause| calendar.between(pause.since, pause.until.unwrap_or(end).min(end)));
        still.fold(WorkTime::ZERO, WorkTime::plus)
    }

    /// Business time left by `now`, out of the longest that was agreed; none if it is late.
    pub fn left(&self, calendar: &BusinessCalendar, now: Timestamp) -> WorkTime {
        calendar.work_in(self.allotted.most).less(self.used(calendar, now))
    }

    /// The moment at which the longest agreed time is used up. While the clock stands still it is
    /// the earliest such moment, as if it ran again at `now`.
    pub fn due(&self, calendar: &BusinessCalendar, now: Timestamp) -> Timestamp {
        self.moment_of(calendar, now, calendar.work_in(self.allotted.most))
    }

    /// The moment at which the clock has run for `work`, under the same conditions as
    /// [`Clock::due`].
    pub fn moment_of(
        &self,
        calendar: &BusinessCalendar,
        now: Timestamp,
        work: WorkTime,
    ) -> Timestamp {
        let mut left = work;
        let mut begin = self.started;
        for pause in &self.pauses {
            let ran = calendar.between(begin, pause.since);
            if ran >= left {
                break;
            }
            left = left.less(ran);
            begin = pause.until.unwrap_or(now.max(pause.since));
        }
        calendar.add(begin, left)
    }

    /// Whether the agreed time was used up before it stopped, or before `now`.
    pub fn is_late(&self, calendar: &BusinessCalendar, now: Timestamp) -> bool {
        self.used(calendar, now) > calendar.work_in(self.allotted.most)
    }

    /// How the due moment comes about.
    pub fn arithmetic(&self, calendar: &BusinessCalendar, now: Timestamp) -> Arithmetic {
        let due = self.due(calendar, now);
        Arithmetic {
            due,
            due_words: moment_words(calendar, due, now, 0..6),
            allotted: self.allotted,
            started: self.started,
            started_words: moment_words(calendar, self.started, now, -5..1),
            paused: self.paused(calendar, now.min(due.max(self.started))),
            waits_for: self.open_pause().map(|pause| pause.waits_for),
            time_zone: calendar.fields().time_zone.clone(),
        }
    }

    /// The stretches in which it ran, up to `now` if it still runs.
    fn running_stretches(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let begins = std::iter::once(Some(self.started));
        let begins = begins.chain(self.pauses.iter().map(|pause| pause.until));
        let ends = self.pauses.iter().map(|pause| pause.since).chain(std::iter::once(now));
        begins.zip(ends).filter_map(|(begin, end)| Some((begin?, end)))
    }

    fn check_time(&self, at: Timestamp) -> Result<(), ClockError> {
        if self.stopped.is_some() {
            return Err(ClockError::Stopped);
        }
        let last = self.pauses.last().map(|pause| pause.until.unwrap_or(pause.since));
        let seen = last.unwrap_or(self.started);
        (at >= seen).then_some(()).ok_or(ClockError::Backwards(at))
    }
}

impl fmt::Display for Arithmetic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.allotted.most.words();
        let Self { due_words, started_words, .. } = self;
        let not_before = if self.waits_for.is_some() { "not before " } else { "" };
        write!(f, "due {not_before}{due_words}: {amount} from {started_words}")?;
        if self.paused != WorkTime::ZERO {
            write!(f, ", paused {}", self.paused)?;
        }
        match self.waits_for {
            Some(party) => write!(f, ", waits for the {party}"),
            None => Ok(()),
        }
    }
}

/// `Tue 14:00`; with the date if it is not one of the days that are so `near` to the one of `now`:
/// the day's name could be taken for another one.
fn moment_words(
    calendar: &BusinessCalendar,
    at: Timestamp,
    now: Timestamp,
    near: Range<i64>,
) -> String {
    let local = calendar.zone().to_datetime(at);
    let days = local.date().duration_since(calendar.date_of(now)).as_hours() / 24;
    let is_near = near.contains(&days);
    local.strftime(if is_near { "%a %H:%M" } else { "%a %Y-%m-%d %H:%M" }).to_string()
}
