//! Business calendars: when work is done, and the arithmetic of it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{BusinessDuration, WorkTime};

/// The time zones that come with the program. Those of the machine are not asked: the same
/// calendar gives the same moments everywhere.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
/// The most holidays; more than a hundred years of them are a mistake.
const MAX_HOLIDAYS: usize = 2000;
const DAY_MINUTES: u16 = 24 * 60;

/// When work is done: hours of work on each day of the week, in a time zone, without holidays.
///
/// A *business day* is as many hours of work as the longest day of the week has, a *week* is all
/// hours of work of one week. All arithmetic is done in elapsed time between moments, so that a
/// change of the clocks takes or gives exactly what it does to the people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CalendarFields", into = "CalendarFields")]
pub struct BusinessCalendar {
    zone: TimeZone,
    fields: CalendarFields,
}

/// A calendar as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFields {
    /// The IANA name of the time zone, for example `Europe/Vienna`.
    pub time_zone: String,
    /// Hours of work on each day of the week.
    pub week: WorkingWeek,
    /// Days without work, each with its name.
    #[serde(default)]
    pub holidays: BTreeMap<Date, String>,
}

/// Hours of work of each day of the week: in order, not overlapping; none on days off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkingWeek {
    /// Monday.
    pub monday: Vec<WorkingHours>,
    /// Tuesday.
    pub tuesday: Vec<WorkingHours>,
    /// Wednesday.
    pub wednesday: Vec<WorkingHours>,
    /// Thursday.
    pub thursday: Vec<WorkingHours>,
    /// Friday.
    pub friday: Vec<WorkingHours>,
    /// Saturday.
    pub saturday: Vec<WorkingHours>,
    /// Sunday.
    pub sunday: Vec<WorkingHours>,
}

/// A stretch of work within a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingHours {
    /// Its begin.
    pub from: TimeOfDay,
    /// Its end, after the begin; `24:00` is the end of the day.
    pub to: TimeOfDay,
}

/// A time of day in whole minutes, written `HH:MM`, from `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: u16,
}

/// A calendar cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// The time zone is not known.
    #[error("`{0}` is no time zone: use an IANA name, for example Europe/Vienna")]
    UnknownZone(String),
    /// The text is no time of day.
    #[error("`{0}` is no time of day: write HH:MM, from 00:00 to 24:00")]
    NoTime(String),
    /// The hours of a day are empty, out of order, or overlap.
    #[error("the working hours of {0} are empty, out of order, or overlap")]
    Hours(&'static str),
    /// There are no hours of work in the week.
    #[error("the calendar has no hours of work: give at least one day some")]
    NoWork,
    /// There are too many holidays.
    #[error("the calendar has more than {MAX_HOLIDAYS} holidays")]
    TooManyHolidays,
}

impl BusinessCalendar {
    /// Checks and takes a calendar.
    pub fn new(fields: CalendarFields) -> Result<Self, CalendarError> {
        let zone = ZONES
            .get(&fields.time_zone)
            .map_err(|_| CalendarError::UnknownZone(fields.time_zone.chars().take(60).collect()))?;
        fields.week.check()?;
        if fields.holidays.len() > MAX_HOLIDAYS {
            return Err(CalendarError::TooManyHolidays);
        }
        Ok(Self { zone, fields })
    }

    /// Monday to Friday, the same hours each day, no holidays.
    pub fn weekdays(zone: &str, from: TimeOfDay, to: TimeOfDay) -> Result<Self, CalendarError> {
        let day = vec![WorkingHours { from, to }];
        let week = WorkingWeek {
            monday: day.clone(),
            tuesday: day.clone(),
            wednesday: day.clone(),
            thursday: day.clone(),
            friday: day,
            ..WorkingWeek::default()
        };
        let holidays = BTreeMap::new();
        Self::new(CalendarFields { time_zone: zone.to_owned(), week, holidays })
    }

    /// The calendar as it is written down.
    pub fn fields(&self) -> &CalendarFields {
        &self.fields
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The day that `at` is on here.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The first moment of a day here.
    pub fn begin_of(&self, date: Date) -> Timestamp {
        self.moment(date, 0)
    }

    /// The first moment after a day here.
    pub fn end_of(&self, date: Date) -> Timestamp {
        self.moment(date, DAY_MINUTES)
    }

    /// Whether there is work on a day.
    pub fn is_business_day(&self, date: Date) -> bool {
        !self.hours_on(date).is_empty()
    }

    /// How much work an agreed amount is here.
    pub fn work_in(&self, amount: BusinessDuration) -> WorkTime {
        let week = &self.fields.week;
        match amount {
            BusinessDuration::Hours(number) => WorkTime::of_minutes(60).times(number.into()),
            BusinessDuration::Days(number) => {
                let longest = week.days().map(WorkingWeek::minutes).into_iter().max();
                WorkTime::of_minutes(longest.unwrap_or(0)).times(number.into())
            }
            BusinessDuration::Weeks(number) => {
                let whole = week.days().map(WorkingWeek::minutes).into_iter().sum();
                WorkTime::of_minutes(whole).times(number.into())
            }
        }
    }

    /// The first moment at which `work` is done, begun at `from`: for no work, `from` itself.
    /// Beyond the year 9999 it is that year's end.
    pub fn add(&self, from: Timestamp, work: WorkTime) -> Timestamp {
        if work == WorkTime::ZERO {
            return from;
        }
        let mut left = work;
        for (begin, end) in self.stretches(from) {
            let begin = begin.max(from);
            let here = seconds_between(begin, end);
            if here >= left {
                let seconds = i64::try_from(left.seconds()).unwrap_or(i64::MAX);
                return later(begin, SignedDuration::from_secs(seconds));
            }
            left = left.less(here);
        }
        Timestamp::MAX
    }

    /// Work time from `from` to `to`; none if `to` is not later.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> WorkTime {
        let stretches = self.stretches(from).take_while(|(begin, _)| *begin < to);
        let parts = stretches.map(|(begin, end)| seconds_between(begin.max(from), end.min(to)));
        parts.fold(WorkTime::ZERO, WorkTime::plus)
    }

    /// The latest moment from which `work` can be done by `to`; `to` itself for no work.
    pub fn subtract(&self, to: Timestamp, work: WorkTime) -> Timestamp {
        let mut left = work;
        // Where clocks are put back over midnight, the day after has begun before.
        let mut date = self.date_of(to).saturating_add(1.day());
        while left != WorkTime::ZERO {
            for (begin, end) in self.stretches_on(date).into_iter().rev() {
                let end = end.min(to);
                let here = seconds_between(begin, end);
                if here >= left {
                    let seconds = i64::try_from(left.seconds()).unwrap_or(i64::MAX);
                    return later(end, SignedDuration::from_secs(-seconds));
                }
                left = left.less(here);
            }
            let Ok(before) = date.yesterday() else { return Timestamp::MIN };
            date = before;
        }
        to
    }

    /// Stretches of work that end after `from`, in order.
    fn stretches(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let first = self.date_of(from);
        let dates = std::iter::successors(Some(first), |date| date.tomorrow().ok());
        dates.flat_map(|date| self.stretches_on(date)).filter(move |(_, end)| *end > from)
    }

    /// The day's stretches of work as moments: in order, none empty, none overlapping.
    fn stretches_on(&self, date: Date) -> Vec<(Timestamp, Timestamp)> {
        let moments = self.hours_on(date).iter().map(|hours| {
            (self.moment(date, hours.from.minutes), self.moment(date, hours.to.minutes))
        });
        // Hours, and whole days, that clocks leave out are empty.
        moments.filter(|(begin, end)| begin < end).collect()
    }

    fn hours_on(&self, date: Date) -> &[WorkingHours] {
        if self.fields.holidays.contains_key(&date) {
            return &[];
        }
        self.fields.week.of(date.weekday())
    }

    /// The moment of a time of day. Later times are never earlier moments, also from day to day: of
    /// a time that is there twice it is the first, of one that is left out the moment at which
    /// clocks are put forward.
    fn moment(&self, date: Date, minutes: u16) -> Timestamp {
        let (date, minutes) = match minutes {
            DAY_MINUTES => (date.tomorrow().unwrap_or(date), 0),
            minutes => (date, minutes),
        };
        let [hour, minute] =
            [minutes / 60, minutes % 60].map(|part| i8::try_from(part).unwrap_or(0));
        let time = date.at(hour, minute, 0, 0);
        let ambiguous = self.zone.to_ambiguous_timestamp(time);
        let is_left_out = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let moment = ambiguous.compatible().unwrap_or(Timestamp::MAX);
        if !is_left_out {
            return moment;
        }
        // What comes out of a gap is after it, by less than the gap is long.
        let after = later(moment, SignedDuration::from_nanos(1));
        self.zone.preceding(after).next().map_or(moment, |change| change.timestamp())
    }
}

fn seconds_between(from: Timestamp, to: Timestamp) -> WorkTime {
    WorkTime::of_seconds(u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(by).unwrap_or(end)
}

impl WorkingWeek {
    /// The hours of work of a day of the week.
    pub fn of(&self, day: Weekday) -> &[WorkingHours] {
        match day {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    fn days(&self) -> [&[WorkingHours]; 7] {
        DAYS.map(|(day, _)| self.of(day))
    }

    fn minutes(day: &[WorkingHours]) -> u64 {
        day.iter().map(|hours| u64::from(hours.to.minutes - hours.from.minutes)).sum()
    }

    fn check(&self) -> Result<(), CalendarError> {
        for (day, name) in DAYS {
            let hours = self.of(day);
            let is_empty = hours.iter().any(|hours| hours.from >= hours.to);
            if is_empty || hours.windows(2).any(|pair| pair[0].to > pair[1].from) {
                return Err(CalendarError::Hours(name));
            }
        }
        let has_work = self.days().iter().any(|hours| !hours.is_empty());
        has_work.then_some(()).ok_or(CalendarError::NoWork)
    }
}

const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "Monday"),
    (Weekday::Tuesday, "Tuesday"),
    (Weekday::Wednesday, "Wednesday"),
    (Weekday::Thursday, "Thursday"),
    (Weekday::Friday, "Friday"),
    (Weekday::Saturday, "Saturday"),
    (Weekday::Sunday, "Sunday"),
];

impl TimeOfDay {
    /// A full hour, from 0 to 24; later ones are 24.
    pub fn hour(hour: u8) -> Self {
        Self { minutes: (u16::from(hour) * 60).min(DAY_MINUTES) }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let invalid = || CalendarError::NoTime(text.chars().take(20).collect());
        let (hour, minute) = text.split_once(':').ok_or_else(invalid)?;
        let two = |digits: &str| {
            let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| is_two).ok_or_else(invalid)
        };
        let (hour, minute) = (two(hour)?, two(minute)?);
        let minutes = hour * 60 + minute;
        let is_time = minute < 60 && minutes <= DAY_MINUTES;
        is_time.then_some(Self { minutes }).ok_or_else(invalid)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = CalendarError;

    fn try_from(text: String) -> Result<Self, CalendarError> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl TryFrom<CalendarFields> for BusinessCalendar {
    type Error = CalendarError;

    fn try_from(fields: CalendarFields) -> Result<Self, CalendarError> {
        Self::new(fields)
    }
}

impl From<BusinessCalendar> for CalendarFields {
    fn from(calendar: BusinessCalendar) -> Self {
        calendar.fields
    }
}
