//! Filling a form: from an action to what would be typed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_desk::Action;
use refit_model::Digest;
use serde_json::Value;

use super::data::{FormData, Upload};
use super::field::{Field, FieldKind};
use super::table::{FormOf, form_of};

/// How moments are typed.
pub(crate) const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// The form of an action, filled in; without fields where the action has no form. Files are given
/// by their digests.
pub fn fill(action: &Action, zone: &TimeZone) -> FormData {
    let mut data = FormData::new();
    let FormOf::Fields(fields) = form_of(action.kind()) else { return data };
    let value = serde_json::to_value(action).unwrap_or_default();
    // One that says everything by its kind is written as a word, without a body.
    if let Some(body) = value.as_object().and_then(|tagged| tagged.values().next()) {
        fill_fields(fields, body, "", zone, &mut data);
    }
    data
}

fn fill_fields(fields: &[Field], body: &Value, prefix: &str, zone: &TimeZone, data: &mut FormData) {
    for field in fields {
        let found = field.name.split('.').try_fold(body, |value, part| value.get(part));
        let Some(value) = found.filter(|value| !value.is_null()) else { continue };
        let name = format!("{prefix}{}", field.name);
        match (field.kind, value) {
            (FieldKind::Rows(fields), Value::Array(rows)) => {
                for (index, row) in rows.iter().enumerate() {
                    fill_fields(fields, row, &format!("{name}.{index}."), zone, data);
                }
            }
            (FieldKind::Lines, Value::Array(lines)) => {
                let lines: Vec<_> = lines.iter().map(text).collect();
                data.push(name, lines.join("\n"));
            }
            (_, Value::Array(entries)) => {
                for entry in entries {
                    data.push(name.clone(), text(entry));
                }
            }
            (FieldKind::Tick, Value::Bool(is_so)) => {
                if *is_so {
                    data.push(name, "yes");
                }
            }
            (FieldKind::File, Value::String(digest)) => {
                if let Ok(digest) = digest.parse::<Digest>() {
                    data.push_file(name, Upload { name: String::new(), digest });
                }
            }
            (FieldKind::Moment, Value::String(at)) => data.push(name, moment(at, zone)),
            (_, value) => data.push(name, text(value)),
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

fn moment(at: &str, zone: &TimeZone) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => zone.to_datetime(at).strftime(MOMENT).to_string(),
        Err(_) => at.to_owned(),
    }
}
