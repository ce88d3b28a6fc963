//! The pages of a case.

use refit_desk::Event;
use refit_pages::{
    DocumentsView, HistoryView, PlaybookView, QuestionnaireView, UpgradeView, activities,
    documents, history, overview, playbook, questionnaire, upgrade,
};

use crate::failure::Failure;
use crate::people;
use crate::route::Answer;
use crate::runs;
use crate::visit::{Visit, page};

/// How many events are on a page of the history.
const EVENTS_ON_PAGE: u64 = 100;

/// The first page.
pub(crate) async fn show(visit: Visit) -> Answer {
    let case = visit.case()?;
    let people = people::of_case(&visit.portal.store, case).await?;
    page(overview(&visit.shell(), visit.view(case, &people)))
}

/// A part of it, which has a page of its own.
pub(crate) async fn show_part(visit: Visit) -> Answer {
    let part: String = visit.parameter("part")?;
    let case = visit.case()?;
    let people = people::of_case(&visit.portal.store, case).await?;
    let (shell, view) = (visit.shell(), visit.view(case, &people));
    page(match part.as_str() {
        "activities" => activities(&shell, view),
        "questionnaire" => questionnaire(&shell, view, QuestionnaireView::default()),
        "documents" => documents(&shell, view, DocumentsView::default()),
        "upgrade" => {
            let ways = runs::ways(&visit).await?;
            let (runs, lacking) = (&ways.links[..], ways.lacking.as_deref());
            upgrade(&shell, view, UpgradeView { runs, lacking, ..UpgradeView::default() })
        }
        "playbook" => playbook(&shell, view, PlaybookView::default()),
        "history" => {
            let (events, before) = last_events(&visit).await?;
            history(&shell, view, HistoryView { events: &events, before })
        }
        _ => return Err(Failure::not_found()),
    })
}

/// A page of the history, the latest first, and where the next one begins.
async fn last_events(visit: &Visit) -> Result<(Vec<Event>, Option<u64>), Failure> {
    let case = visit.case()?;
    let before = visit.query.filled("before").and_then(|before| before.parse::<u64>().ok());
    let before = before.unwrap_or(u64::MAX).min(case.events + 1);
    let first = before.saturating_sub(EVENTS_ON_PAGE).max(1);
    let limit = u32::try_from(before - first).unwrap_or_default();
    let records = visit.portal.store.events(case.id.as_str(), first - 1, limit).await?;
    let events: Result<Vec<Event>, _> =
        records.iter().rev().map(|record| record.content.body.read()).collect();
    Ok((events?, (first > 1).then_some(first)))
}
