//! The audit trail.

use refit_pages::{AuditRow, AuditView};
use refit_store::{ChainCheck, Record, RecordFilter};
use serde_json::Value;

use crate::route::Answer;
use crate::visit::{Visit, page};

/// How many records are on a page.
const ON_PAGE: u32 = 100;

/// The latest records, or those before one, and whether the whole chain is whole.
pub(crate) async fn audit(visit: Visit) -> Answer {
    let before = visit.query.filled("before").and_then(|before| before.parse::<u64>().ok());
    let store = &visit.portal.store;
    let records = store.audit(&RecordFilter::default(), before, ON_PAGE).await?;
    let broken;
    let chain = match store.verify_audit(&[]).await? {
        ChainCheck::Whole { records } => Ok(records),
        ChainCheck::Broken { sequence, why } => {
            broken = format!("entry {sequence}: {why}");
            Err(broken.as_str())
        }
    };
    let rows: Vec<_> = records.iter().map(row).collect();
    let before = records.last().map(|record| record.sequence).filter(|last| *last > 1);
    page(refit_pages::audit(&visit.shell(), AuditView { rows: &rows, before, chain }))
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
