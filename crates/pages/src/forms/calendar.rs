//! Business calendars as fields of a form.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use refit_desk::{BusinessCalendar, CalendarFields, TimeOfDay, WorkingHours, WorkingWeek};

use super::data::FormData;
use super::error::{FieldError, FormErrors};

/// The most days without work that a form takes.
const MAX_HOLIDAYS: usize = 500;
/// The longest name of one.
const MAX_HOLIDAY: usize = 80;

/// The fields of the days of the week.
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads the fields of a calendar; what is wrong is told beside them.
pub(super) fn read(data: &FormData, errors: &mut FormErrors) -> Option<BusinessCalendar> {
    let zone = data.filled("calendar.zone").map(|zone| zone.trim().to_owned());
    match &zone {
        None => errors.push("calendar.zone", FieldError::Missing),
        // It is told together with what else is wrong.
        Some(zone) => {
            let hours = (TimeOfDay::hour(9), TimeOfDay::hour(17));
            if let Err(error) = BusinessCalendar::weekdays(zone, hours.0, hours.1) {
                errors.push("calendar.zone", error);
            }
        }
    }
    let hours = DAYS.map(|day| {
        let name = format!("calendar.{day}");
        hours(data.text(&name).unwrap_or_default()).map_err(|error| errors.push(name, error)).ok()
    });
    let holidays = holidays(data.text("calendar.holidays").unwrap_or_default());
    let holidays = holidays.map_err(|error| errors.push("calendar.holidays", error)).ok();
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = hours;
    let week = WorkingWeek {
        monday: monday?,
        tuesday: tuesday?,
        wednesday: wednesday?,
        thursday: thursday?,
        friday: friday?,
        saturday: saturday?,
        sunday: sunday?,
    };
    let fields = CalendarFields { time_zone: zone?, week, holidays: holidays? };
    match BusinessCalendar::new(fields) {
        Ok(calendar) => Some(calendar),
        Err(error) => {
            let name = match error {
                refit_desk::CalendarError::UnknownZone(_) => "calendar.zone",
                _ => "calendar.monday",
            };
            errors.push(name, error);
            None
        }
    }
}

/// A week as most have it, in a time zone: what the form of a new organisation begins with.
pub(crate) fn usual_week(zone: &TimeZone) -> FormData {
    let mut data = FormData::new().with("calendar.zone", zone.iana_name().unwrap_or("UTC"));
    for day in &DAYS[..5] {
        data.push(format!("calendar.{day}"), "09:00-17:00");
    }
    data
}

/// Fills in the fields of a calendar.
pub(super) fn fill(calendar: &BusinessCalendar, data: &mut FormData) {
    let fields = calendar.fields();
    data.push("calendar.zone", fields.time_zone.as_str());
    let week = &fields.week;
    let days = [
        &week.monday,
        &week.tuesday,
        &week.wednesday,
        &week.thursday,
        &week.friday,
        &week.saturday,
        &week.sunday,
    ];
    for (day, hours) in DAYS.into_iter().zip(days) {
        let hours = hours.iter().map(|hours| format!("{}-{}", hours.from, hours.to));
        data.push(format!("calendar.{day}"), hours.collect::<Vec<_>>().join(", "));
    }
    let holidays = fields.holidays.iter().map(|(date, name)| format!("{date} {name}"));
    data.push("calendar.holidays", holidays.collect::<Vec<_>>().join("\n"));
}

/// `09:00-12:00, 13:00-17:00`; nothing for a day off.
fn hours(text: &str) -> Result<Vec<WorkingHours>, FieldError> {
    let stretches = text.split(',').map(str::trim).filter(|stretch| !stretch.is_empty());
    let stretch = |text: &str| {
        let (from, to) = text.split_once('-').ok_or(FieldError::NoHours)?;
        let time = |text: &str| text.trim().parse::<TimeOfDay>().map_err(|_| FieldError::NoHours);
        Ok(WorkingHours { from: time(from)?, to: time(to)? })
    };
    stretches.take(MAX_HOLIDAYS).map(stretch).collect()
}

/// A day and its name on each line.
fn holidays(text: &str) -> Result<BTreeMap<Date, String>, FieldError> {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MAX_HOLIDAYS {
        return Err(FieldError::TooMany(MAX_HOLIDAYS));
    }
    let holiday = |line: &str| {
        let (date, name) = line.split_once(' ').unwrap_or((line, "day off"));
        let date: Date = date.parse().map_err(|_| FieldError::NoDate)?;
        let name: String = name.trim().chars().take(MAX_HOLIDAY).collect();
        Ok((date, refit_desk::Line::new(&name)?.to_string()))
    };
    lines.into_iter().map(holiday).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_comes_back_from_its_fields() {
        let data = FormData::new()
            .with("calendar.zone", " Europe/Vienna ")
            .with("calendar.monday", "09:00-12:00, 13:00-17:30")
            .with("calendar.sunday", "")
            .with("calendar.holidays", "2026-12-25 Christmas\r\n\r\n2026-12-26");
        let mut errors = FormErrors::default();
        let calendar = read(&data, &mut errors).unwrap();
        assert!(errors.is_empty());
        assert_eq!(calendar.fields().week.monday.len(), 2);
        let names: Vec<_> = calendar.fields().holidays.values().collect();
        assert_eq!(names, ["Christmas", "day off"]);
        let mut again = FormData::new();
        fill(&calendar, &mut again);
        assert_eq!(read(&again, &mut errors), Some(calendar));
    }

    #[test]
    fn what_is_wrong_is_told_beside_its_field() {
        let wrong = |name: &str, text: &str| {
            let mut data = FormData::new();
            for (field, good) in [("calendar.zone", "UTC"), ("calendar.monday", "09:00-17:00")] {
                data.push(field, if field == name { text } else { good });
            }
            data.push("calendar.holidays", if name == "calendar.holidays" { text } else { "" });
            let mut errors = FormErrors::default();
            assert_eq!(read(&data, &mut errors), None);
            errors.fields.keys().cloned().collect::<Vec<_>>()
        };
        for (name, text) in [
            ("calendar.zone", "Middle/Earth"),
            ("calendar.zone", ""),
            ("calendar.monday", "nine to five"),
            ("calendar.monday", "17:00-09:00"),
            ("calendar.monday", ""),
            ("calendar.holidays", "Christmas"),
        ] {
            assert_eq!(wrong(name, text), [name], "{text}");
        }
    }
}
