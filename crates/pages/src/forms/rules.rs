//! The rules of the service as a form: names, owners and durations of activities, the team's
//! calendar, reminders.

use refit_desk::{
    ActivityRule, Allotment, BusinessDuration, DurationRange, Line, Party, Prose, Rules,
};

use super::calendar;
use super::data::FormData;
use super::error::{FieldError, FormErrors};
use super::field::{Field, FieldKind as K};

/// Fields of the rules that are of no activity.
pub(crate) const GENERAL: &[Field] = &[
    Field::new("title", "Title of cases", K::Line).help("With [Customer] in place of the name."),
    Field::new("assign_within", "Time to assign a request", K::Duration)
        .help("Then it escalates; in the team's calendar."),
    Field::new("remind_before", "Reminders before something is due", K::Line)
        .help("With commas between them, for example 1 day, 2 hours."),
    Field::new("escalate_after", "Escalations after something was due", K::Line)
        .help("For example 0 days, 1 day; 0 days is at once."),
    Field::new("annual.months", "Months after which the next upgrade is due", MONTHS),
    Field::new("annual.days", "Days before an end of life at which it is due", DAYS),
    Field::new("second_factor", "Second factor", FACTOR)
        .help("Who has none is asked to set it up, and gets nowhere else before."),
];
const FACTOR: K = K::Choice(&[
    (FREE, "as everybody likes"),
    (ADMINISTRATORS, "administrators need one"),
    (TEAM, "the whole team needs one"),
]);
const FREE: &str = "free";
const ADMINISTRATORS: &str = "administrators";
const TEAM: &str = "team";
const MONTHS: K = K::Number { least: 1, most: 120 };
const DAYS: K = K::Number { least: 0, most: 3650 };

/// Fields of one activity, behind its prefix.
pub(crate) const ACTIVITY: &[Field] = &[
    Field::new("name", "Name", K::Line),
    Field::new("phase", "Phase", K::Line),
    Field::new("milestone", "Milestone", K::Line),
    Field::new("owner", "Owner", K::Names(|_| true)),
    Field::new("time", "Duration", K::Line).help(
        "For example 2 days, 1 week to 2 weeks, at most 7 days, within KEY of another activity, \
         - for as long as the owner wants, N/A.",
    ),
    Field::new("details", "Details", K::Prose),
];

/// The prefix of the fields of an activity.
pub(crate) fn activity_prefix(rule: &ActivityRule) -> String {
    format!("activity.{}.", rule.key)
}

/// The field of one part of an activity's rule.
fn activity_field(rule: &ActivityRule, part: &str) -> String {
    format!("{}{part}", activity_prefix(rule))
}

/// The form of rules, filled in.
pub fn fill_rules(rules: &Rules) -> FormData {
    let mut data = FormData::new()
        .with("title", rules.title.as_str())
        .with("assign_within", rules.assign_within.to_string())
        .with("remind_before", durations_text(&rules.remind_before))
        .with("escalate_after", durations_text(&rules.escalate_after))
        .with("annual.months", rules.annual.months_since_upgrade.to_string())
        .with("annual.days", rules.annual.days_before_end_of_life.to_string())
        .with("second_factor", factor_word(rules));
    calendar::fill(&rules.team_calendar, &mut data);
    for rule in &rules.process.0 {
        for (part, text) in [
            ("phase", rule.phase.as_str()),
            ("milestone", rule.milestone.as_str()),
            ("name", rule.name.as_str()),
            ("details", rule.details.as_str()),
        ] {
            data.push(activity_field(rule, part), text);
        }
        for owner in &rule.owners {
            data.push(activity_field(rule, "owner"), word(*owner));
        }
        data.push(activity_field(rule, "time"), time_text(&rule.allotment));
    }
    data
}

/// Reads a form of rules: `before` with what was changed. What the form does not ask for stays.
pub fn read_rules(before: &Rules, data: &FormData) -> Result<Rules, FormErrors> {
    let mut errors = FormErrors::default();
    let mut rules = before.clone();
    let mut reader = Reader { data, errors: &mut errors };
    reader.take("title", &mut rules.title, |text| Ok(Line::new(text)?));
    reader.take("assign_within", &mut rules.assign_within, duration);
    reader.take("remind_before", &mut rules.remind_before, durations);
    reader.take("escalate_after", &mut rules.escalate_after, durations);
    reader.take("annual.months", &mut rules.annual.months_since_upgrade, months);
    reader.take("annual.days", &mut rules.annual.days_before_end_of_life, days);
    let mut factor = (rules.administrators_need_second_factor, rules.team_needs_second_factor);
    reader.take("second_factor", &mut factor, factor_of);
    (rules.administrators_need_second_factor, rules.team_needs_second_factor) = factor;
    for rule in &mut rules.process.0 {
        reader.activity(rule);
    }
    if let Some(calendar) = calendar::read(data, &mut errors) {
        rules.team_calendar = calendar;
    }
    // What every field allows may still not fit together.
    if errors.is_empty() {
        errors.whole.extend(rules.problems().iter().map(|one| super::capital(&one.to_string())));
    }
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

struct Reader<'a> {
    data: &'a FormData,
    errors: &'a mut FormErrors,
}

impl Reader<'_> {
    fn take<T>(
        &mut self,
        name: &str,
        place: &mut T,
        read: impl FnOnce(&str) -> Result<T, FieldError>,
    ) {
        match self.data.filled(name).ok_or(FieldError::Missing).and_then(read) {
            Ok(value) => *place = value,
            Err(error) => self.errors.push(name, error),
        }
    }

    fn activity(&mut self, rule: &mut ActivityRule) {
        let field = |part: &str| activity_field(rule, part);
        let [phase, milestone, name, details, owner, time] =
            ["phase", "milestone", "name", "details", "owner", "time"].map(field);
        self.take(&phase, &mut rule.phase, |text| Ok(Line::new(text)?));
        self.take(&milestone, &mut rule.milestone, |text| Ok(Line::new(text)?));
        self.take(&name, &mut rule.name, |text| Ok(Line::new(text)?));
        self.take(&details, &mut rule.details, |text| Ok(Prose::new(text)?));
        self.take(&time, &mut rule.allotment, self::time);
        let owners = Party::ALL.into_iter();
        let is_owner = |party: &Party| self.data.texts(&owner).any(|text| text == word(*party));
        let owners: Vec<_> = owners.filter(is_owner).collect();
        if owners.is_empty() {
            self.errors.push(owner, FieldError::Missing);
        }
        rule.owners = owners;
    }
}

/// A party's word in forms.
pub(crate) fn word(party: Party) -> &'static str {
    match party {
        Party::Customer => "customer",
        Party::Consultant => "consultant",
        Party::ProjectManager => "project-manager",
    }
}

/// How long an activity may take, as it is typed: `2 days`, `1 week to 2 weeks`, `within KEY`,
/// `at most 7 days`, `-` or `N/A`.
fn time_text(allotment: &Allotment) -> String {
    match allotment {
        Allotment::NotApplicable => "N/A".to_owned(),
        Allotment::Open => "-".to_owned(),
        Allotment::Own(range) if range.least == range.most => range.most.to_string(),
        Allotment::Own(range) => format!("{} to {}", range.least, range.most),
        Allotment::Shared(with) => format!("within {with}"),
        Allotment::AtMostDays(days) => format!("at most {days} days"),
    }
}

fn time(text: &str) -> Result<Allotment, FieldError> {
    let text = text.trim();
    if let Some(with) = text.strip_prefix("within ") {
        let with = refit_desk::ActivityKey::new(with.trim()).map_err(|_| FieldError::NoTime)?;
        return Ok(Allotment::Shared(with));
    }
    if let Some(most) = text.strip_prefix("at most ") {
        let days = most.trim().strip_suffix(" days").and_then(|days| days.parse().ok());
        return days.map(Allotment::AtMostDays).ok_or(FieldError::NoTime);
    }
    let amount = |text: &str| text.trim().parse().map_err(|_| FieldError::NoTime);
    match text {
        "N/A" => Ok(Allotment::NotApplicable),
        "-" => Ok(Allotment::Open),
        text => match text.split_once(" to ") {
            None => Ok(Allotment::Own(DurationRange::exactly(amount(text)?))),
            Some((least, most)) => {
                let (least, most) = (amount(least)?, amount(most)?);
                Ok(Allotment::Own(DurationRange { least, most }))
            }
        },
    }
}

fn duration(text: &str) -> Result<BusinessDuration, FieldError> {
    text.trim().parse().map_err(|_| FieldError::NoDuration)
}

fn durations(text: &str) -> Result<Vec<BusinessDuration>, FieldError> {
    text.split(',').map(duration).collect()
}

fn durations_text(durations: &[BusinessDuration]) -> String {
    durations.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn factor_word(rules: &Rules) -> &'static str {
    match (rules.administrators_need_second_factor, rules.team_needs_second_factor) {
        (_, true) => TEAM,
        (true, false) => ADMINISTRATORS,
        (false, false) => FREE,
    }
}

/// Whether administrators, and whether the whole team need a second factor.
fn factor_of(text: &str) -> Result<(bool, bool), FieldError> {
    match text {
        FREE => Ok((false, false)),
        ADMINISTRATORS => Ok((true, false)),
        TEAM => Ok((true, true)),
        _ => Err(FieldError::NoChoice),
    }
}

fn months(text: &str) -> Result<u16, FieldError> {
    within(text, 1, 120)
}

fn days(text: &str) -> Result<u16, FieldError> {
    within(text, 0, 3650)
}

fn within(text: &str, least: u16, most: u16) -> Result<u16, FieldError> {
    let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or(FieldError::NoNumber { least: least.into(), most: most.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_back_from_their_form() {
        let rules = Rules::default();
        assert_eq!(read_rules(&rules, &fill_rules(&rules)), Ok(rules));
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for text in ["N/A", "-", "2 days", "1 week to 2 weeks", "within test", "at most 7 days"] {
            assert_eq!(time_text(&time(text).unwrap()), text);
        }
        for bad in ["", "soon", "within No Name", "at most a week", "1 to 2 days"] {
            assert_eq!(time(bad), Err(FieldError::NoTime), "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let rules = Rules::default();
        let changed = |name: &str, text: &str| {
            let mut data = FormData::new();
            for (known, entry) in fill_rules(&rules).iter() {
                let before = entry.text().unwrap_or_default();
                data.push(known, if known == name { text } else { before });
            }
            read_rules(&rules, &data)
        };
        let name = "activity.respond-to-request.name";
        let new = changed(name, "Say hello").unwrap();
        let said = new.process.get("respond-to-request").unwrap();
        assert_eq!(said.name.as_str(), "Say hello");
        for (name, text) in [
            ("title", " "),
            ("remind_before", "1 day, soon"),
            ("annual.months", "0"),
            ("activity.test.time", "a while"),
            ("activity.test.owner", "nobody"),
            ("calendar.zone", "Middle/Earth"),
        ] {
            let errors = changed(name, text).unwrap_err();
            assert_eq!(errors.fields.keys().collect::<Vec<_>>(), [name]);
        }
        let errors = changed("title", "No place").unwrap_err();
        assert_eq!(errors.whole, ["The title has no `[Customer]`."]);
        let errors = changed("activity.backup-configuration-files.time", "-").unwrap_err();
        assert!(errors.whole[0].contains("has none of its own"), "{errors:?}");
    }
}
