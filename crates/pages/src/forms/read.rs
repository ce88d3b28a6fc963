//! Reading a form: from what was typed to an action.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use refit_desk::{
    Action, ActionKind, BusinessDuration, Customer, Line, Prose, RequestFields, Section,
    VersionStanding,
};
use refit_model::{Digest, Facts};
use serde::Serialize;
use serde_json::{Map, Value};

use super::data::{FormData, Upload};
use super::error::{FieldError, FormErrors};
use super::field::{Field, FieldKind, Needed};
use super::table::{FormOf, form_of};

/// The most entries of a list.
pub(crate) const MAX_ENTRIES: usize = 200;

/// What a form does not say, and the server knows.
#[derive(Clone, Debug)]
pub struct Supplied<'a> {
    /// The time zone in which moments are typed: the one that the person is shown.
    pub zone: &'a TimeZone,
    /// For a new request: the organisation's record.
    pub customer: Option<&'a Customer>,
    /// For a request: whether the pack knows the version; read the form with
    /// [`parse_request`] to ask it.
    pub version: Option<VersionStanding>,
    /// For an inventory: the facts of the document that was named.
    pub facts: Option<&'a Facts>,
    /// For a questionnaire that is sent: what the pack adds.
    pub additions: &'a [Section],
}

/// Reads a form of this kind of action.
pub fn parse(
    kind: ActionKind,
    data: &FormData,
    supplied: &Supplied<'_>,
) -> Result<Action, FormErrors> {
    let fields = match form_of(kind) {
        FormOf::Fields(fields) => fields,
        FormOf::Questionnaire => return Err(FormErrors::of_whole("These are answers.")),
    };
    let mut body = read_fields(fields, data, supplied.zone)?;
    if kind == ActionKind::NameContact {
        check_periods(data)?;
    }
    supply(kind, supplied, &mut body);
    from_value(tagged(kind, body))
}

/// Periods do not end before they begin.
fn check_periods(data: &FormData) -> Result<(), FormErrors> {
    let mut errors = FormErrors::default();
    for number in 0..data.rows("available", MAX_ENTRIES) {
        let name = |end: &str| format!("available.{number}.{end}");
        let day = |end: &str| data.filled(&name(end)).and_then(|day| day.trim().parse().ok());
        let period: Option<(Date, Date)> = day("from").zip(day("to"));
        if period.is_some_and(|(from, to)| to < from) {
            errors.push(name("to"), FieldError::Backwards);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Reads the fields of a new or changed request.
pub fn parse_request(data: &FormData) -> Result<RequestFields, FormErrors> {
    let FormOf::Fields(fields) = form_of(ActionKind::CreateRequest) else {
        return Err(FormErrors::default());
    };
    let mut body = read_fields(fields, data, &TimeZone::UTC)?;
    from_value(body.remove("fields").unwrap_or_default())
}

fn from_value<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, FormErrors> {
    let unread = |why: serde_json::Error| FormErrors::of_whole(format!("This is no form: {why}."));
    serde_json::from_value(value).map_err(unread)
}

/// An action as it is written down.
fn tagged(kind: ActionKind, body: Map<String, Value>) -> Value {
    let word = super::word(kind);
    if body.is_empty() {
        return Value::String(word);
    }
    Value::Object([(word, Value::Object(body))].into_iter().collect())
}

fn supply(kind: ActionKind, supplied: &Supplied<'_>, body: &mut Map<String, Value>) {
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    match kind {
        ActionKind::CreateRequest => {
            put("customer", supplied.customer.and_then(to_value));
            put("version", supplied.version.and_then(|version| to_value(&version)));
        }
        ActionKind::AmendRequest => {
            put("version", supplied.version.and_then(|version| to_value(&version)));
        }
        ActionKind::RecordInventory => put("facts", supplied.facts.and_then(to_value)),
        ActionKind::SendQuestionnaire => put("additions", to_value(&supplied.additions)),
        _ => {}
    }
}

fn to_value<T: Serialize + ?Sized>(value: &T) -> Option<Value> {
    serde_json::to_value(value).ok()
}

fn read_fields(
    fields: &[Field],
    data: &FormData,
    zone: &TimeZone,
) -> Result<Map<String, Value>, FormErrors> {
    let mut reader = Reader { data, zone, errors: FormErrors::default() };
    let body = reader.read(fields, "");
    if reader.errors.is_empty() { Ok(body) } else { Err(reader.errors) }
}

struct Reader<'a> {
    data: &'a FormData,
    zone: &'a TimeZone,
    errors: FormErrors,
}

impl Reader<'_> {
    /// The values of these fields, whose names are behind `prefix`.
    fn read(&mut self, fields: &[Field], prefix: &str) -> Map<String, Value> {
        let mut body = Map::new();
        for field in fields {
            let name = format!("{prefix}{}", field.name);
            match self.value(field, &name, prefix) {
                Ok(Some(value)) => put(&mut body, field.name, value),
                Ok(None) => {
                    if self.is_needed(field, prefix) {
                        self.errors.push(name, FieldError::Missing);
                    } else if field.kind.is_list() {
                        put(&mut body, field.name, Value::Array(Vec::new()));
                    }
                }
                Err(error) => self.errors.push(name, error),
            }
        }
        body
    }

    fn is_needed(&self, field: &Field, prefix: &str) -> bool {
        match field.needed {
            Needed::Always | Needed::Unless(_) => true,
            Needed::Never => false,
            Needed::With(group) => self.data.has_any_in(&format!("{prefix}{group}")),
        }
    }

    /// The field's value; none if it is not filled in.
    fn value(
        &mut self,
        field: &Field,
        name: &str,
        prefix: &str,
    ) -> Result<Option<Value>, FieldError> {
        let data = self.data;
        match field.kind {
            FieldKind::Tick => Ok(Some(Value::Bool(data.filled(name).is_some()))),
            FieldKind::Rows(fields) => self.rows(fields, name),
            FieldKind::Lines | FieldKind::Names(_) | FieldKind::Numbers | FieldKind::Digests => {
                list(field.kind, data, name)
            }
            FieldKind::File => Ok(data.files(name).next().map(digest_of)),
            FieldKind::Content | FieldKind::Document(_) => match data.files(name).next() {
                Some(file) => Ok(Some(digest_of(file))),
                None => data.filled(name).map(digest).transpose(),
            },
            FieldKind::FileName(of) => {
                let own = data.files(&format!("{prefix}{of}")).next().map(|file| file.name.clone());
                let typed = data.filled(name).map(str::to_owned).or(own);
                typed.map(|text| line(&text)).transpose()
            }
            kind => data.filled(name).map(|text| one(kind, text, self.zone)).transpose(),
        }
    }

    /// Rows without anything filled in are left out.
    fn rows(&mut self, fields: &[Field], name: &str) -> Result<Option<Value>, FieldError> {
        let number = self.data.rows(name, MAX_ENTRIES + 1);
        if number > MAX_ENTRIES {
            return Err(FieldError::TooMany(MAX_ENTRIES));
        }
        let filled = (0..number).map(|row| format!("{name}.{row}"));
        let filled: Vec<_> = filled.filter(|row| self.data.has_any_in(row)).collect();
        let rows = filled.iter().map(|row| Value::Object(self.read(fields, &format!("{row}."))));
        let rows: Vec<_> = rows.collect();
        Ok((!rows.is_empty()).then_some(Value::Array(rows)))
    }
}

fn put(body: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            body.insert(name.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = body.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The value of one text that is filled in.
fn one(kind: FieldKind, text: &str, zone: &TimeZone) -> Result<Value, FieldError> {
    let word = text.trim();
    match kind {
        FieldKind::Line => line(text),
        FieldKind::Prose => Ok(Value::String(Prose::new(text)?.to_string())),
        FieldKind::Name(is_name) => name(is_name, word),
        FieldKind::Date => {
            let date: Date = word.parse().map_err(|_| FieldError::NoDate)?;
            Ok(Value::String(date.to_string()))
        }
        FieldKind::Moment => moment(word, zone),
        FieldKind::Number { least, most } => number(word, least, most),
        FieldKind::Duration => {
            let amount: BusinessDuration = word.parse().map_err(|_| FieldError::NoDuration)?;
            Ok(Value::String(amount.to_string()))
        }
        FieldKind::Digest | FieldKind::Content | FieldKind::Document(_) => digest(word),
        FieldKind::YesNo => match word {
            "yes" => Ok(Value::Bool(true)),
            "no" => Ok(Value::Bool(false)),
            _ => Err(FieldError::NoChoice),
        },
        FieldKind::Choice(choices) => {
            let is_one = choices.iter().any(|(value, _)| *value == word);
            is_one.then(|| Value::String(word.to_owned())).ok_or(FieldError::NoChoice)
        }
        _ => Err(FieldError::Missing),
    }
}

/// The entries of a list: fields with the same name, and lines of each; nothing if there are none.
fn list(kind: FieldKind, data: &FormData, name: &str) -> Result<Option<Value>, FieldError> {
    let separators: &[char] =
        if matches!(kind, FieldKind::Numbers) { &['\n', ','] } else { &['\n'] };
    let entries = data.texts(name).flat_map(|text| text.split(separators)).map(str::trim);
    let entries: Vec<_> = entries.filter(|entry| !entry.is_empty()).take(MAX_ENTRIES + 1).collect();
    if entries.len() > MAX_ENTRIES {
        return Err(FieldError::TooMany(MAX_ENTRIES));
    }
    let values = entries.into_iter().map(|entry| match kind {
        FieldKind::Names(is_name) => self::name(is_name, entry),
        FieldKind::Numbers => number(entry, 1, u32::MAX),
        FieldKind::Digests => digest(entry),
        _ => line(entry),
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    Ok((!values.is_empty()).then_some(Value::Array(values)))
}

fn line(text: &str) -> Result<Value, FieldError> {
    Ok(Value::String(Line::new(text)?.to_string()))
}

fn name(is_name: fn(&str) -> bool, text: &str) -> Result<Value, FieldError> {
    is_name(text).then(|| Value::String(text.to_owned())).ok_or(FieldError::NoName)
}

fn number(text: &str, least: u32, most: u32) -> Result<Value, FieldError> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.map(Value::from).ok_or(FieldError::NoNumber { least, most })
}

fn digest(text: &str) -> Result<Value, FieldError> {
    let digest: Digest = text.trim().parse().map_err(|_| FieldError::NoDigest)?;
    Ok(Value::String(digest.to_string()))
}

fn digest_of(file: &Upload) -> Value {
    Value::String(file.digest.to_string())
}

fn moment(text: &str, zone: &TimeZone) -> Result<Value, FieldError> {
    let local: DateTime = text.parse().map_err(|_| FieldError::NoMoment)?;
    let moment = zone.to_timestamp(local).map_err(|_| FieldError::NoMoment)?;
    Ok(Value::String(moment.to_string()))
}
