//! Lists: requests, the queue, recommendations.

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use refit_desk::{Case, CaseId, Queued, Role};
use refit_pages::{
    Order, QueueView, RecommendationsView, RequestFilter, RequestRow, RequestsView, requests_csv,
};
use refit_store::{Assignee, CaseFilter, CaseList, CaseOrder, Cursor, Direction};

use crate::cases;
use crate::failure::Failure;
use crate::installations;
use crate::people;
use crate::person::Person;
use crate::route::Answer;
use crate::visit::{Visit, page};

/// How many support groups can be chosen, at most.
const MOST_GROUPS: u32 = 100;
/// How many requests are on a page.
const ON_PAGE: usize = 25;
/// How many rows are read at once.
const AT_ONCE: u32 = 50;
/// The most rows of a file for spreadsheets.
const MOST_ROWS: usize = 5000;
/// The most rows that are looked at for one page: a filter that fits nothing ends, too.
const MOST_LOOKED_AT: usize = 10_000;

/// The list of requests.
pub(crate) async fn requests(visit: Visit) -> Answer {
    let filter = RequestFilter::read(&visit.query);
    let after = visit.query.filled("after");
    let cursor = after.map(str::parse::<Cursor>).transpose();
    let cursor = cursor.map_err(|error| Failure::invalid(error.to_string()))?;
    let is_later = cursor.is_some();
    let (rows, next) = rows(&visit, &filter, cursor, ON_PAGE).await?;
    let people = people::everybody(&visit.portal.store).await?;
    let groups = groups(&visit).await?;
    let next = next.map(|next| next.to_string());
    let view = RequestsView {
        filter: &filter,
        rows: &rows,
        people: &people,
        groups: &groups,
        next: next.as_deref(),
        is_later,
    };
    page(refit_pages::requests(&visit.shell(), view))
}

/// The same list as a file for spreadsheets.
pub(crate) async fn csv(visit: Visit) -> Answer {
    let filter = RequestFilter::read(&visit.query);
    let (rows, _) = rows(&visit, &filter, None, MOST_ROWS).await?;
    let people = people::everybody(&visit.portal.store).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"requests.csv\""),
        ),
    ];
    Ok((headers, requests_csv(&rows, &people)).into_response())
}

/// The names of groups that can be chosen; those of the team alone see them.
async fn groups(visit: &Visit) -> Result<Vec<String>, Failure> {
    if !visit.person()?.role().is_team() {
        return Ok(Vec::new());
    }
    Ok(visit.portal.store.groups_of_cases(MOST_GROUPS).await?)
}

/// Rows that the person sees and that fit, and where the next ones begin.
async fn rows(
    visit: &Visit,
    filter: &RequestFilter,
    after: Option<Cursor>,
    most: usize,
) -> Result<(Vec<RequestRow>, Option<Cursor>), Failure> {
    let now = visit.origin.at;
    let mut list = list(visit, visit.person()?, filter, after);
    let (mut rows, mut looked_at) = (Vec::new(), 0);
    loop {
        list.limit = AT_ONCE.min(u32::try_from(most - rows.len()).unwrap_or(AT_ONCE));
        let found = visit.portal.store.cases(&list).await?;
        looked_at += found.rows.len();
        for row in found.rows {
            let actor = &visit.person()?.actor;
            let entry = cases::entry(&visit.portal.store, &row, actor).await?;
            let row = entry.map(|entry| RequestRow::of_entry(&entry, now));
            rows.extend(row.filter(|row| fits(row, filter)));
        }
        list.after = found.next;
        if list.after.is_none() || rows.len() >= most || looked_at >= MOST_LOOKED_AT {
            return Ok((rows, list.after));
        }
    }
}

/// A case of a list, if it is seen: the list's condition is only the fast way.
async fn case(visit: &Visit, id: &str) -> Result<Option<Case>, Failure> {
    let id = CaseId::new(id).map_err(Failure::internal)?;
    let case = cases::load(&visit.portal.store, &id).await?;
    let actor = &visit.person()?.actor;
    Ok(case.filter(|case| case.is_visible_to(actor)))
}

/// What the records cannot be asked for.
fn fits(row: &RequestRow, filter: &RequestFilter) -> bool {
    let is_late = !filter.late || row.summary.is_late;
    let waits = filter.waits_for.is_none_or(|party| row.summary.waits_for == Some(party));
    is_late && waits
}

fn list(visit: &Visit, person: &Person, filter: &RequestFilter, after: Option<Cursor>) -> CaseList {
    let (order, direction) = match filter.order {
        Order::Changed => (CaseOrder::Changed, Direction::Descending),
        Order::Due => (CaseOrder::Due, Direction::Ascending),
        Order::Deadline => (CaseOrder::Deadline, Direction::Ascending),
        Order::Title => (CaseOrder::Title, Direction::Ascending),
    };
    let is_customer = person.role() == Role::Customer;
    let filter = CaseFilter {
        organisation: is_customer.then(|| person.organisation.id.clone()),
        states: filter.state.iter().cloned().collect(),
        assignee: filter.owner.as_ref().map(|owner| Assignee::User(owner.to_string())),
        group: filter.group.clone(),
        due_before: filter.late.then_some(visit.origin.at),
        visible_to: cases::viewer(&person.actor),
    };
    CaseList { filter, order, direction, after, limit: AT_ONCE }
}

/// The team's queue: open cases with a vacant post.
pub(crate) async fn queue(visit: Visit) -> Answer {
    let person = visit.person()?;
    let filter = CaseFilter {
        states: vec!["open".to_owned()],
        visible_to: cases::viewer(&person.actor),
        ..CaseFilter::default()
    };
    let mut list = CaseList {
        filter,
        order: CaseOrder::Assignee,
        direction: Direction::Ascending,
        after: None,
        limit: AT_ONCE,
    };
    let mut queued: Vec<Queued> = Vec::new();
    let mut looked_at = 0;
    loop {
        let found = visit.portal.store.cases(&list).await?;
        looked_at += found.rows.len();
        for row in found.rows.iter().filter(|row| row.columns.assignees.len() < 2) {
            if let Some(case) = case(&visit, &row.id).await? {
                queued.extend(refit_desk::queue([&case], &visit.rules, visit.origin.at));
            }
        }
        list.after = found.next;
        if list.after.is_none() || looked_at >= MOST_LOOKED_AT {
            break;
        }
    }
    queued.sort_by(|a, b| (a.since, a.case.as_str()).cmp(&(b.since, b.case.as_str())));
    page(refit_pages::queue(&visit.shell(), QueueView { cases: &queued }))
}

/// Installations that are due for their next upgrade, of the cases that the person sees.
pub(crate) async fn recommendations(visit: Visit) -> Answer {
    let mut due = Vec::new();
    for one in installations::due(&visit.portal).await? {
        if case(&visit, one.of.case.as_str()).await?.is_some() {
            due.push(one);
        }
    }
    page(refit_pages::recommendations(&visit.shell(), RecommendationsView { due: &due }))
}
