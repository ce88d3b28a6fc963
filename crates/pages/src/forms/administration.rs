//! What an administrator types about organisations, users and webhooks.

use refit_desk::{BusinessCalendar, Line, OfOrganisation, OfUser, OrganisationId, Role, UserId};

use super::calendar;
use super::data::FormData;
use super::error::{FieldError, FormErrors};
use super::field::{Field, FieldKind as K, is_name};

/// An organisation, as an administrator describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationFields {
    /// Its id; cannot be changed later.
    pub id: OrganisationId,
    /// Its name.
    pub name: Line,
    /// Its support plan, if it has one.
    pub support_plan: Option<Line>,
    /// When it works.
    pub calendar: BusinessCalendar,
}

/// A user, as an administrator describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFields {
    /// The id; cannot be changed later.
    pub id: UserId,
    /// The name.
    pub name: Line,
    /// The e-mail address, to which the one-time link goes.
    pub email: Line,
    /// As what.
    pub role: Role,
    /// Of which organisation.
    pub organisation: OrganisationId,
}

/// A webhook, as an administrator describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookFields {
    /// Where it goes; only `https`, or this machine.
    pub url: Line,
    /// The kinds of events that it is told; all, if none is named.
    pub events: Vec<String>,
}

pub(crate) const ORGANISATION: &[Field] = &[
    Field::new("id", "Short name", K::Name(is_name::<OfOrganisation>))
        .help("For example nordwind. It cannot be changed later."),
    Field::new("name", "Name", K::Line).help("It stands in the titles of requests."),
    Field::new("support_plan", "Support plan", K::Line)
        .optional()
        .help("One that the rules of the service know, or another one."),
];

const fn day(name: &'static str, label: &'static str) -> Field {
    Field::new(name, label, K::Line).optional()
}

/// When somebody works. Of an organisation, and of the team.
pub(crate) const CALENDAR: &[Field] = &[
    Field::new("calendar.zone", "Time zone", K::Line).help("For example Europe/Vienna."),
    day("calendar.monday", "Monday").help("For example 09:00-12:00, 13:00-17:00; open: day off."),
    day("calendar.tuesday", "Tuesday"),
    day("calendar.wednesday", "Wednesday"),
    day("calendar.thursday", "Thursday"),
    day("calendar.friday", "Friday"),
    day("calendar.saturday", "Saturday"),
    day("calendar.sunday", "Sunday"),
    Field::new("calendar.holidays", "Days without work", K::Prose)
        .optional()
        .help("One on each line: the day and its name, for example 2026-12-25 Christmas."),
];

const ROLE: K = K::Choice(&[
    ("customer", "customer"),
    ("consultant", "consultant"),
    ("project-manager", "project manager"),
    ("administrator", "administrator"),
]);

pub(crate) const USER: &[Field] = &[
    Field::new("id", "User name", K::Name(is_name::<OfUser>))
        .help("For example anna.berger. It cannot be changed later."),
    Field::new("name", "Name", K::Line),
    Field::new("email", "E-mail address", K::Line).help("The one-time link goes there."),
    Field::new("role", "Role", ROLE),
    Field::new("organisation", "Organisation", K::Name(is_name::<OfOrganisation>)),
];

pub(crate) const WEBHOOK: &[Field] = &[
    Field::new("url", "Address", K::Line)
        .help("It begins with https://. Every message is signed with the webhook's own key."),
    Field::new("events", "Events", K::Lines).optional().help("All, if none is chosen."),
];

/// Reads an organisation.
pub fn read_organisation(data: &FormData) -> Result<OrganisationFields, FormErrors> {
    let mut errors = FormErrors::default();
    let id = needed(data, "id", &mut errors, |text| {
        OrganisationId::new(text.trim()).map_err(|_| FieldError::NoName)
    });
    let name = needed(data, "name", &mut errors, line);
    let support_plan = data.filled("support_plan").map(line).transpose();
    let support_plan = support_plan.map_err(|error| errors.push("support_plan", error)).ok();
    let calendar = calendar::read(data, &mut errors);
    let all = || {
        let (id, name, support_plan) = (id?, name?, support_plan?);
        Some(OrganisationFields { id, name, support_plan, calendar: calendar? })
    };
    all().ok_or(errors)
}

/// The form of an organisation, filled in.
pub fn fill_organisation(organisation: &OrganisationFields) -> FormData {
    let mut data = FormData::new()
        .with("id", organisation.id.as_str())
        .with("name", organisation.name.as_str());
    if let Some(plan) = &organisation.support_plan {
        data.push("support_plan", plan.as_str());
    }
    calendar::fill(&organisation.calendar, &mut data);
    data
}

/// A role as forms send it.
pub(crate) fn role_value(role: Role) -> String {
    role.word().replace(' ', "-")
}

/// Reads a user.
pub fn read_user(data: &FormData) -> Result<UserFields, FormErrors> {
    let mut errors = FormErrors::default();
    let id = needed(data, "id", &mut errors, |text| {
        UserId::new(text.trim()).map_err(|_| FieldError::NoName)
    });
    let name = needed(data, "name", &mut errors, line);
    let email = needed(data, "email", &mut errors, email);
    let role = needed(data, "role", &mut errors, |text| {
        let is_it = |role: &Role| role_value(*role) == text.trim();
        Role::ALL.into_iter().find(is_it).ok_or(FieldError::NoChoice)
    });
    let organisation = needed(data, "organisation", &mut errors, |text| {
        OrganisationId::new(text.trim()).map_err(|_| FieldError::NoName)
    });
    let all = || {
        let (id, name, email, role) = (id?, name?, email?, role?);
        Some(UserFields { id, name, email, role, organisation: organisation? })
    };
    all().ok_or(errors)
}

/// What addresses of webhooks begin with: nothing goes over a network in the clear.
const SAFE: [&str; 4] = ["https://", "http://127.0.0.1:", "http://[::1]:", "http://localhost:"];

/// Reads a webhook, which can be told these kinds of events.
pub fn read_webhook(data: &FormData, known: &[String]) -> Result<WebhookFields, FormErrors> {
    let mut errors = FormErrors::default();
    let url = needed(data, "url", &mut errors, |text| {
        let url = line(text)?;
        let is_safe = SAFE.iter().any(|begin| url.as_str().starts_with(begin));
        let is_safe = is_safe && !url.as_str().contains(' ');
        is_safe.then_some(url).ok_or(FieldError::NoAddress)
    });
    let events: Vec<_> = data.texts("events").map(str::to_owned).collect();
    if events.iter().any(|event| !known.contains(event)) {
        errors.push("events", FieldError::NoChoice);
    }
    let is_fine = errors.is_empty();
    url.filter(|_| is_fine).map(|url| WebhookFields { url, events }).ok_or(errors)
}

fn needed<T>(
    data: &FormData,
    name: &str,
    errors: &mut FormErrors,
    read: impl FnOnce(&str) -> Result<T, FieldError>,
) -> Option<T> {
    let value = data.filled(name).ok_or(FieldError::Missing).and_then(read);
    value.map_err(|error| errors.push(name, error)).ok()
}

fn line(text: &str) -> Result<Line, FieldError> {
    Ok(Line::new(text)?)
}

/// What can be sent to is only known by sending; this refuses what surely cannot.
fn email(text: &str) -> Result<Line, FieldError> {
    let email = line(text)?;
    let parts = email.as_str().rsplit_once('@');
    let is_one = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    let is_word = !email.as_str().contains([' ', ',', ';', '<', '>', '"']);
    (is_one && is_word).then_some(email).ok_or(FieldError::NoEmail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(errors: FormErrors) -> Vec<String> {
        errors.fields.into_keys().collect()
    }

    #[test]
    fn an_organisation_comes_back_from_its_form() {
        let data = FormData::new()
            .with("id", "nordwind")
            .with("name", "Nordwind <b>")
            .with("support_plan", "")
            .with("calendar.zone", "Europe/Vienna")
            .with("calendar.tuesday", "08:00-16:00");
        let organisation = read_organisation(&data).unwrap();
        assert_eq!(organisation.support_plan, None);
        let again = read_organisation(&fill_organisation(&organisation));
        assert_eq!(again, Ok(organisation));
        let empty = wrong(read_organisation(&FormData::new()).unwrap_err());
        assert_eq!(empty, ["calendar.zone", "id", "name"]);
    }

    #[test]
    fn users_need_everything() {
        let data = FormData::new()
            .with("id", "anna.berger")
            .with("name", "Anna Berger")
            .with("email", "anna@nordwind.example")
            .with("role", "project-manager")
            .with("organisation", "team");
        assert_eq!(read_user(&data).unwrap().role, Role::ProjectManager);
        let all = ["email", "id", "name", "organisation", "role"];
        assert_eq!(wrong(read_user(&FormData::new()).unwrap_err()), all);
        for bad in ["anna", "@host.example", "a@b", "a b@c.example", "<a@b.example>", "a@b.c,d"] {
            let mut data = data.clone();
            data = FormData::new().with("email", bad).with_all(&data, "email");
            assert_eq!(wrong(read_user(&data).unwrap_err()), ["email"], "{bad}");
        }
    }

    #[test]
    fn webhooks_go_to_https_alone() {
        let known = ["case".to_owned()];
        let read = |url: &str, event: &str| {
            let data = FormData::new().with("url", url).with("events", event);
            read_webhook(&data, &known)
        };
        assert_eq!(read("https://hooks.example/1", "case").unwrap().events, known);
        for url in ["http://hooks.example", "javascript:alert(1)", "https://a b", ""] {
            assert_eq!(wrong(read(url, "case").unwrap_err()), ["url"], "{url}");
        }
        assert_eq!(wrong(read("https://hooks.example", "other").unwrap_err()), ["events"]);
    }

    impl FormData {
        /// This and all fields of another form but one.
        fn with_all(mut self, other: &Self, but: &str) -> Self {
            for (name, entry) in other.iter().filter(|(name, _)| *name != but) {
                self.push(name, entry.text().unwrap_or_default());
            }
            self
        }
    }
}
