//! The audit trail.

use refit_desk::CaseId;
use refit_pages::{AuditFilter, AuditRow, AuditView, CheckedChain, paths};
use refit_store::{AuditHead, ChainCheck, CheckedPart, Record, RecordFilter};
use serde_json::Value;

use crate::failure::Failure;
use crate::route::Answer;
use crate::visit::{Visit, go, page};

/// What the name of a value ends with that was there before.
const BEFORE: &str = "-before";
/// What stands elsewhere in the row.
const LEFT_OUT: [&str; 2] = ["request", "account"];
/// How many values of a record are shown.
const MOST_VALUES: usize = 8;
/// How much of a value is shown, in characters.
const LONGEST_VALUE: usize = 60;
/// How many records are on a page.
const ON_PAGE: u32 = 100;

/// How many records are checked for one page, at most.
const CHECKED_AT_ONCE: u64 = 20_000;

/// The latest records, or those before one, and how far the chain is whole. What was checked once
/// is not checked again, until somebody asks for it or the server is started anew.
pub(crate) async fn audit(visit: Visit) -> Answer {
    let before = visit.query.filled("before").and_then(|before| before.parse::<u64>().ok());
    let store = &visit.portal.store;
    let filter = AuditFilter::read(&visit.query);
    let AuditFilter { who, case, kind } = filter.clone();
    let wanted = RecordFilter { by: who, case, kind, ..RecordFilter::default() };
    let records = store.audit(&wanted, before, ON_PAGE).await?;
    let end = store.audit_head().await?;
    let total = end.sequence;
    let broken;
    let mut checked = visit.portal.checked.lock().await;
    let chain = match store.verify_audit_on(&mut checked, CHECKED_AT_ONCE).await? {
        ChainCheck::Whole { records } => Ok(CheckedChain { checked: records, total }),
        ChainCheck::Broken { sequence, why } => {
            broken = format!("entry {sequence}: {why}");
            Err(broken.as_str())
        }
    };
    drop(checked);
    let rows: Vec<_> = records.iter().map(row).collect();
    let is_full = records.len() == ON_PAGE as usize;
    let before = records.last().map(|record| record.sequence).filter(|last| is_full && *last > 1);
    let (end, kept) = (end.to_string(), visit.query.filled("kept"));
    let contradiction = match kept {
        Some(text) => contradiction(&visit, text).await?,
        None => None,
    };
    let kept = kept.map(|text| (text, contradiction.as_deref()));
    let view = AuditView { rows: &rows, before, chain, end: &end, kept, filter: &filter };
    page(refit_pages::audit(&visit.shell(), view))
}

/// What contradicts an end of the chain that somebody kept elsewhere.
async fn contradiction(visit: &Visit, kept: &str) -> Result<Option<String>, Failure> {
    match kept.parse::<AuditHead>() {
        Ok(head) => Ok(visit.portal.store.contradiction(&head).await?),
        Err(error) => Ok(Some(error.to_string())),
    }
}

/// Has the chain checked from its beginning.
pub(crate) async fn check_again(visit: Visit) -> Answer {
    *visit.portal.checked.lock().await = CheckedPart::nothing();
    go(paths::AUDIT)
}

fn row(record: &Record) -> AuditRow {
    let content = &record.content;
    let body: Value = content.body.read().unwrap_or_default();
    let told = |name: &str| body[name].as_str().map(str::to_owned);
    let place = record.case.as_ref();
    let case = place.and_then(|place| Some((CaseId::new(&place.case).ok()?, place.sequence)));
    // Of an event it is told what changed: who and when stand beside it.
    let of_event = case.is_some().then(|| body.get("change")).flatten();
    AuditRow {
        number: record.sequence,
        at: content.at,
        who: content.by.clone().or_else(|| told("account")).unwrap_or_default(),
        from: content.address.clone().unwrap_or_default(),
        moved: moved(of_event.unwrap_or(&body)),
        case,
        is_allowed: !matches!(
            content.kind.as_str(),
            "access-refused" | "login-refused" | "login-shut"
        ),
        kind: content.kind.clone(),
        request: told("request").unwrap_or_default(),
    }
}

/// The names and values of a record; a value that was there before stands in front of the new one.
fn moved(body: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    gather("", body, &mut all);
    let before: Vec<_> = all.extract_if(.., |(name, _)| name.ends_with(BEFORE)).collect();
    for (name, old) in before {
        let of = name.trim_end_matches(BEFORE);
        let new = all.iter_mut().find(|(known, value)| known == of && *value != old);
        if let Some((_, value)) = new {
            *value = format!("{old} \u{2192} {value}");
        }
    }
    all.truncate(MOST_VALUES);
    all
}

/// The texts and numbers within a value, each with the last name on the way to it.
fn gather(name: &str, value: &Value, all: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            let told = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
            told.for_each(|(name, value)| gather(name, value, all));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(name, value, all)),
        Value::Null => {}
        Value::String(text) => all.push((name.replace('_', " "), cut(text))),
        other => all.push((name.replace('_', " "), other.to_string())),
    }
}

/// A text, as long as it fits beside others.
fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_VALUE).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_moved_is_told_from_where_to_where() {
        let body = json!({
            "request": "r1", "user": "ben", "role": "consultant", "role-before": "customer",
            "name-before": "Ben", "deep": { "list": [1, null, "x".repeat(80)] },
        });
        let told = moved(&body);
        let told: Vec<_> = told.iter().map(|(name, value)| (name.as_str(), value)).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.contains(&("role", &"customer \u{2192} consultant".to_owned())), "{told:?}");
        assert!(told.contains(&("list", &"1".to_owned())), "{told:?}");
        assert!(told.contains(&("user", &"ben".to_owned())), "{told:?}");
    }
}
