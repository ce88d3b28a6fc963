//! The rules: an administrator changes them, and every version is kept.

use refit_pages::forms::{FormData, FormErrors, read_rules};
use refit_pages::{RulesView, paths, rules};
use refit_store::JsonText;
use serde_json::json;

use super::{record, status};
use crate::first::TEAM;
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// The rules.
pub(crate) async fn show(visit: Visit) -> Answer {
    shown(&visit, None, &FormErrors::default())
}

/// Changes them.
pub(crate) async fn save(visit: Visit) -> Answer {
    let form = visit.form()?;
    let changed = match read_rules(&visit.rules, form) {
        Ok(rules) => rules,
        Err(errors) => return shown(&visit, Some(form), &errors),
    };
    let store = &visit.portal.store;
    let version = store.rules().await?.map_or(0, |rules| rules.version);
    let record = record(&visit, "rules-changed", TEAM, json!({ "version": version + 1 }))?;
    store.save_rules(version, &JsonText::of(&changed)?, &record).await?;
    go_saying(paths::RULES, Said::Saved)
}

fn shown(visit: &Visit, data: Option<&FormData>, errors: &FormErrors) -> Answer {
    let view = RulesView { rules: &visit.rules, data, errors };
    page_with(status(errors), rules(&visit.shell(), view))
}
