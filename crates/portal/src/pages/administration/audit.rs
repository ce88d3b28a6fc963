//! The audit trail.

use refit_pages::{AuditRow, AuditView, CheckedChain, paths};
use refit_store::{AuditHead, ChainCheck, CheckedPart, Record, RecordFilter};
use serde_json::Value;

use crate::failure::Failure;
use crate::route::Answer;
use crate::visit::{Visit, go, page};

/// How many records are on a page.
const ON_PAGE: u32 = 100;

/// How many records are checked for one page, at most.
const CHECKED_AT_ONCE: u64 = 20_000;

/// The latest records, or those before one, and how far the chain is whole. What was checked once
/// is not checked again, until somebody asks for it or the server is started anew.
pub(crate) async fn audit(visit: Visit) -> Answer {
    let before = visit.query.filled("before").and_then(|before| before.parse::<u64>().ok());
    let store = &visit.portal.store;
    let records = store.audit(&RecordFilter::default(), before, ON_PAGE).await?;
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
    let before = records.last().map(|record| record.sequence).filter(|last| *last > 1);
    let (end, kept) = (end.to_string(), visit.query.filled("kept"));
    let contradiction = match kept {
        Some(text) => contradiction(&visit, text).await?,
        None => None,
    };
    let kept = kept.map(|text| (text, contradiction.as_deref()));
    let view = AuditView { rows: &rows, before, chain, end: &end, kept };
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
    let about = ["case", "user", "organisation", "route", "token", "why", "run", "what", "finding"]
        .into_iter()
        .filter_map(|name| told(name).map(|value| format!("{name} {value}")));
    let what = [content.kind.replace('-', " ")].into_iter().chain(about);
    let place = record.case.iter().map(|place| format!("case {}", place.case));
    AuditRow {
        number: record.sequence,
        at: content.at,
        who: content.by.clone().or_else(|| told("account")).unwrap_or_default(),
        from: content.address.clone().unwrap_or_default(),
        what: what.chain(place).collect::<Vec<_>>().join(", "),
        is_allowed: !matches!(
            content.kind.as_str(),
            "access-refused" | "login-refused" | "login-shut"
        ),
        request: told("request").unwrap_or_default(),
    }
}
