//! The picture of a case's time: bars planned against actual, milestones, today, critical path.

use askama::Template;
use askama::filters::Safe;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use refit_desk::{Bar, Timeline};

use crate::html::render;

/// The width of a picture in its own units; the column of names is within it.
const WIDTH: i64 = 960;
const NAMES: i64 = 260;
const RIGHT: i64 = 36;
const TOP: i64 = 46;
const ROW: i64 = 30;
/// Above so many days marks are weeks, and above so many weeks, months.
const DAYS: i64 = 16;
const WEEKS: i64 = 20;
const NAME_LENGTH: usize = 33;

/// A timeline, ready to be drawn.
#[derive(Template)]
#[template(path = "part/timeline.html")]
pub(crate) struct Picture {
    width: i64,
    height: i64,
    names: i64,
    bottom: i64,
    summary: String,
    marks: Vec<Mark>,
    rows: Vec<Row>,
    milestones: Vec<Diamond>,
    has_moved: bool,
    today: i64,
    deadline: i64,
}

/// A line across with its date.
struct Mark {
    x: i64,
    label: String,
}

struct Row {
    name: String,
    title: String,
    y: i64,
    planned: Option<Stretch>,
    first: Option<Stretch>,
    actual: Option<Stretch>,
    expected: Option<Stretch>,
    class: &'static str,
    is_critical: bool,
    is_odd: bool,
}

struct Stretch {
    x: i64,
    width: i64,
}

/// A milestone.
struct Diamond {
    x: i64,
    y: i64,
    title: String,
    is_reached: bool,
}

struct Scale<'a> {
    from: Timestamp,
    seconds: i64,
    zone: &'a TimeZone,
}

impl Picture {
    pub(crate) fn new(timeline: &Timeline, zone: &TimeZone) -> Self {
        let seconds = timeline.until.duration_since(timeline.from).as_secs().max(1);
        let scale = Scale { from: timeline.from, seconds, zone };
        let rows: Vec<_> =
            timeline.bars.iter().enumerate().map(|(index, bar)| row(index, bar, &scale)).collect();
        let bottom = TOP + ROW * i64::try_from(rows.len()).unwrap_or(0);
        Self {
            width: WIDTH,
            height: bottom + ROW,
            names: NAMES,
            bottom,
            summary: summary(timeline, zone),
            marks: scale.marks(timeline.until),
            milestones: milestones(timeline, &scale),
            has_moved: timeline.has_moved(),
            today: scale.x(timeline.now),
            deadline: scale.x(timeline.deadline),
            rows,
        }
    }

    pub(crate) fn html(&self) -> Safe<String> {
        Safe(render(self))
    }
}

impl Scale<'_> {
    fn x(&self, at: Timestamp) -> i64 {
        let room = WIDTH - NAMES - RIGHT;
        let passed = at.duration_since(self.from).as_secs().clamp(0, self.seconds);
        NAMES + passed.saturating_mul(room) / self.seconds
    }

    fn stretch(&self, (from, to): (Timestamp, Timestamp)) -> Stretch {
        let x = self.x(from);
        Stretch { x, width: (self.x(to) - x).max(3) }
    }

    fn date(&self, at: Timestamp) -> String {
        self.zone.to_datetime(at).date().to_string()
    }

    /// A mark for each day, Monday or first of a month, as there is room.
    fn marks(&self, until: Timestamp) -> Vec<Mark> {
        let first = self.zone.to_datetime(self.from).date();
        let last = self.zone.to_datetime(until).date();
        let days = i64::from((last - first).get_days());
        let is_marked = |date: &jiff::civil::Date| {
            if days <= DAYS {
                true
            } else if days <= WEEKS * 7 {
                date.weekday() == jiff::civil::Weekday::Monday
            } else {
                date.day() == 1
            }
        };
        let dates = std::iter::successors(Some(first), |date| date.checked_add(1.day()).ok());
        let dates = dates.take_while(|date| *date <= last).filter(is_marked);
        let mut marks: Vec<Mark> = Vec::new();
        for date in dates {
            let Ok(begin) = self.zone.to_timestamp(date.at(0, 0, 0, 0)) else { continue };
            let x = self.x(begin);
            let has_room = marks.last().is_none_or(|before| x - before.x >= 44);
            if begin >= self.from && has_room {
                marks.push(Mark { x, label: date.strftime("%d %b").to_string() });
            }
        }
        marks
    }
}

fn row(index: usize, bar: &Bar, scale: &Scale<'_>) -> Row {
    Row {
        name: shortened(&bar.title),
        title: title(bar, scale),
        y: TOP + ROW * i64::try_from(index).unwrap_or(0),
        planned: bar.planned.map(|stretch| scale.stretch(stretch)),
        first: bar.planned_first.map(|stretch| scale.stretch(stretch)),
        actual: bar.actual.map(|stretch| scale.stretch(stretch)),
        expected: bar.expected.map(|stretch| scale.stretch(stretch)),
        class: if bar.is_late { "late" } else { bar.state },
        is_critical: bar.is_critical,
        is_odd: index % 2 == 1,
    }
}

fn shortened(title: &str) -> String {
    if title.chars().nth(NAME_LENGTH).is_none() {
        return title.to_owned();
    }
    let short: String = title.chars().take(NAME_LENGTH - 1).collect();
    format!("{}\u{2026}", short.trim_end())
}

fn title(bar: &Bar, scale: &Scale<'_>) -> String {
    let days = |(from, to)| format!("{} to {}", scale.date(from), scale.date(to));
    let planned = bar.planned.map(|stretch| format!(", planned {}", days(stretch)));
    let first = bar.planned_first.map(|stretch| format!(", planned first {}", days(stretch)));
    let actual = bar.actual.map(|stretch| format!(", actual {}", days(stretch)));
    let parts = [planned, first, actual].into_iter().flatten().collect::<String>();
    format!("{}: {}{parts}", bar.title, bar.state)
}

/// A milestone stands where its last activity ends, in the row of that activity.
fn milestones(timeline: &Timeline, scale: &Scale<'_>) -> Vec<Diamond> {
    let diamonds = timeline.milestones.iter().filter_map(|milestone| {
        let at = milestone.reached.or(milestone.planned)?;
        let ends = |bar: &Bar| [bar.actual, bar.planned].into_iter().flatten().any(|b| b.1 == at);
        let is_of = |bar: &Bar| bar.phase == milestone.phase && ends(bar);
        let index = timeline.bars.iter().rposition(is_of)?;
        let word = if milestone.reached.is_some() { "reached" } else { "planned for" };
        let title = format!("{}, {}: {word} {}", milestone.phase, milestone.name, scale.date(at));
        let y = TOP + ROW * i64::try_from(index).unwrap_or(0) + ROW / 2;
        Some(Diamond { x: scale.x(at), y, title, is_reached: milestone.reached.is_some() })
    });
    diamonds.collect()
}

fn summary(timeline: &Timeline, zone: &TimeZone) -> String {
    let date = |at: Timestamp| zone.to_datetime(at).date();
    let done =
        timeline.bars.iter().filter(|bar| matches!(bar.state, "done" | "skipped" | "excluded"));
    let late = timeline.bars.iter().filter(|bar| bar.is_late).count();
    format!(
        "Timeline from {} to {}: {} of {} activities settled, {late} late; today is {}, the \
         deadline is {}. The table below says the same.",
        date(timeline.from),
        date(timeline.until),
        done.count(),
        timeline.bars.len(),
        date(timeline.now),
        // The deadline is the first moment after the last day.
        date(timeline.deadline).yesterday().unwrap_or(date(timeline.deadline)),
    )
}
