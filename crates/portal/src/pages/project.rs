//! The pages of a case.

use refit_desk::{ActionKind, Event};
use refit_pages::forms::{FormData, FormErrors};
use refit_pages::{
    CaseView, DecisionsView, DownloadsView, HistoryView, Html, PlaybookView, QuestionnaireView,
    UpgradeView, activities, downloads, history, overview, playbook, questionnaire, upgrade,
};

use super::documents;
use super::questionnaire::GIVE_BACK;
use crate::blocking::blocking;
use crate::documents::{at_hand, known};
use crate::downloads::{host, of_case};
use crate::failure::Failure;
use crate::people;
use crate::planning;
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
    if part == "upgrade" {
        return page(upgrade_page(&visit, None).await?);
    }
    let case = visit.case()?;
    let people = people::of_case(&visit.portal.store, case).await?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let known = known(&visit, forms_of(&part)).await?;
    let is_of_documents = part == "playbook";
    let at_hand = if is_of_documents { at_hand(&contents, case).await? } else { Vec::new() };
    let view = CaseView { documents: &known, at_hand: &at_hand, ..visit.view(case, &people) };
    let shell = visit.shell();
    page(match part.as_str() {
        "activities" => activities(&shell, view),
        "questionnaire" => {
            let gives_back = visit.query.filled(GIVE_BACK).is_some();
            let shown = QuestionnaireView { gives_back, ..QuestionnaireView::default() };
            questionnaire(&shell, view, shown)
        }
        "documents" => refit_pages::documents(&shell, view),
        "downloads" => {
            let (placed, knowledge) = of_case(&visit.portal, &contents, case).await?;
            let host = host(&visit.portal, case);
            let (knowledge, host) = (knowledge.as_deref(), host.as_deref());
            downloads(&shell, view, DownloadsView { downloads: &placed, knowledge, host })
        }
        "playbook" => {
            let versions = documents::versions(&contents, case).await?;
            let asked = (number(&visit, "from"), number(&visit, "to"));
            let asked = asked.0.zip(asked.1);
            let compared = blocking(move || documents::playbook_details(&versions, asked));
            let (versions, comparison) = compared.await??;
            let comparison = comparison.as_ref();
            playbook(&shell, view, PlaybookView { versions: &versions, comparison })
        }
        "history" => {
            let (events, before) = last_events(&visit).await?;
            history(&shell, view, HistoryView { events: &events, before })
        }
        _ => return Err(Failure::not_found()),
    })
}

/// The page of the upgrade; with what was typed to decide, where something is wrong with it.
pub(super) async fn upgrade_page(
    visit: &Visit,
    typed: Option<(&FormData, &FormErrors)>,
) -> Result<Html, Failure> {
    let case = visit.case()?;
    let people = people::of_case(&visit.portal.store, case).await?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let (known, at_hand) =
        (known(visit, forms_of("upgrade")).await?, at_hand(&contents, case).await?);
    let view = CaseView { documents: &known, at_hand: &at_hand, ..visit.view(case, &people) };
    let details = documents::upgrade_details(&contents, case).await?;
    let standing = planning::standing(&visit.portal, case).await?;
    let ways = runs::ways(visit).await?;
    let decisions = details.plan.as_ref().map(|plan| DecisionsView {
        plan,
        planning: &standing,
        data: typed.map(|(data, _)| data),
        errors: typed.map(|(_, errors)| errors),
    });
    let shown = UpgradeView {
        runs: &ways.links,
        lacking: ways.lacking.as_deref(),
        assessments: &details.assessments,
        plans: &details.plans,
        trials: &details.trials,
        settlements: &details.settlements,
        decisions,
    };
    Ok(upgrade(&visit.shell(), view, shown))
}

/// The actions with documents that the page of a part offers.
fn forms_of(part: &str) -> &'static [ActionKind] {
    use ActionKind as K;
    match part {
        "questionnaire" => &[K::RecordInventory],
        "upgrade" => &[
            K::RecordAccessCheck,
            K::RecordAssessment,
            K::PostPlan,
            K::RecordTrial,
            K::DeliverResources,
        ],
        "playbook" => &[K::PostPlaybook, K::RecordOtherUpgrade],
        _ => &[],
    }
}

/// A number of the address.
fn number(visit: &Visit, name: &str) -> Option<u32> {
    visit.query.filled(name)?.parse().ok()
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
