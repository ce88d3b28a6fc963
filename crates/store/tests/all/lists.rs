//! Lists of cases: each case once, in order, whatever the filter.

use std::cmp::Ordering;

use fastrand::Rng;
use proptest::prelude::*;
use refit_store::{
    Assignee, CaseFilter, CaseList, CaseOrder, CaseRow, Commit, Cursor, Direction, JsonText,
    ListColumns, Store, StoreError, Viewer,
};

use crate::samples::{at, commit, organisation, record};
use crate::site::{Site, on_both};

on_both!(
    every_list_is_as_a_plain_sort_would_have_it,
    a_page_goes_on_although_rows_come_and_go,
    a_cursor_of_another_list_is_refused,
);

const CASES: usize = 120;
const STATES: [&str; 3] = ["closed", "open", "withdrawn"];

/// Cases with many equal values, so that their ids must decide.
async fn fill(store: &Store) -> Vec<CaseRow> {
    for id in ["acme", "beta"] {
        store.save_organisation(&organisation(id), &record("made", 0)).await.unwrap();
    }
    let mut rng = Rng::with_seed(6);
    let mut cases = Vec::new();
    for number in 0..CASES {
        // Ids in another order than time.
        let case = format!("c{:03}", (number * 37) % CASES);
        let changes = i64::try_from(number).unwrap();
        let columns = columns(&mut rng);
        let one = Commit { columns, at: at(changes), ..commit(&case, 0, 1) };
        store.commit(&one).await.unwrap();
        cases.push(CaseRow { id: case, version: 1, columns: one.columns, changed: one.at });
    }
    cases
}

fn columns(rng: &mut Rng) -> ListColumns {
    let users = ["Zoe", "ann", "bob"];
    let count = rng.usize(0..3);
    ListColumns {
        title: rng.choice(["x", "X", "y z", "ä"]).unwrap().to_owned(),
        organisation: rng.choice(["acme", "beta"]).unwrap().to_owned(),
        state: rng.choice(STATES).unwrap().to_owned(),
        assignees: rng.choose_multiple(users, count).into_iter().map(Into::into).collect(),
        group: rng.choice([None, Some("north"), Some("south")]).unwrap().map(Into::into),
        viewers: rng.choose_multiple(users, 1).into_iter().map(Into::into).collect(),
        due: rng.bool().then(|| at(rng.i64(0..5))),
        shown: JsonText::of(&rng.u8(..)).unwrap(),
        deadline: rng.bool().then(|| jiff::civil::date(2027, rng.i8(1..4), 3)),
        opened: at(rng.i64(0..10)),
    }
}

fn filters() -> Vec<CaseFilter> {
    let none = CaseFilter::default();
    let viewer = |groups: &[&str]| {
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        Some(Viewer { user: "bob".to_owned(), groups })
    };
    vec![
        none.clone(),
        CaseFilter { organisation: Some("acme".to_owned()), ..none.clone() },
        CaseFilter { states: vec!["open".to_owned(), "closed".to_owned()], ..none.clone() },
        CaseFilter { assignee: Some(Assignee::User("bob".to_owned())), ..none.clone() },
        CaseFilter { assignee: Some(Assignee::Nobody), ..none.clone() },
        CaseFilter { group: Some("south".to_owned()), ..none.clone() },
        CaseFilter { due_before: Some(at(3)), ..none.clone() },
        CaseFilter { visible_to: viewer(&[]), ..none.clone() },
        CaseFilter { visible_to: viewer(&["north", "' OR 1 = 1 --"]), ..none.clone() },
        CaseFilter {
            organisation: Some("beta".to_owned()),
            states: vec!["open".to_owned()],
            due_before: Some(at(4)),
            visible_to: viewer(&["north"]),
            ..none
        },
    ]
}

/// What the filters mean, said in another way.
fn fits(filter: &CaseFilter, row: &CaseRow) -> bool {
    let columns = &row.columns;
    let is_tied =
        |user: &String| columns.assignees.contains(user) || columns.viewers.contains(user);
    filter.organisation.as_ref().is_none_or(|one| *one == columns.organisation)
        && (filter.states.is_empty() || filter.states.contains(&columns.state))
        && filter.assignee.as_ref().is_none_or(|assignee| match assignee {
            Assignee::User(user) => columns.assignees.contains(user),
            Assignee::Nobody => columns.assignees.is_empty(),
        })
        && filter.group.as_ref().is_none_or(|group| columns.group.as_ref() == Some(group))
        && filter.due_before.is_none_or(|due| columns.due.is_some_and(|one| one < due))
        && filter.visible_to.as_ref().is_none_or(|viewer| {
            let group = columns.group.as_ref();
            group.is_none_or(|group| viewer.groups.contains(group)) || is_tied(&viewer.user)
        })
}

/// What the orders mean, said in another way.
fn compare(order: CaseOrder, one: &CaseRow, other: &CaseRow) -> Ordering {
    let (a, b) = (&one.columns, &other.columns);
    let last = at(1_000_000_000);
    let by_key = match order {
        CaseOrder::Due => a.due.unwrap_or(last).cmp(&b.due.unwrap_or(last)),
        CaseOrder::Deadline => a.deadline.cmp(&b.deadline),
        CaseOrder::Changed => one.changed.cmp(&other.changed),
        CaseOrder::Opened => a.opened.cmp(&b.opened),
        CaseOrder::Title => a.title.cmp(&b.title),
        CaseOrder::Organisation => a.organisation.cmp(&b.organisation),
        CaseOrder::State => a.state.cmp(&b.state),
        CaseOrder::Assignee => a.assignees.first().cmp(&b.assignees.first()),
        CaseOrder::Group => a.group.cmp(&b.group),
    };
    by_key.then_with(|| one.id.cmp(&other.id))
}

async fn every_list_is_as_a_plain_sort_would_have_it(site: &Site) {
    let cases = fill(&site.store).await;
    assert_eq!(site.store.groups_of_cases(100).await.unwrap(), ["north", "south"]);
    assert_eq!(site.store.groups_of_cases(1).await.unwrap(), ["north"]);
    let mut shown = 0;
    for filter in filters() {
        let mut fitting: Vec<_> = cases.iter().filter(|row| fits(&filter, row)).collect();
        assert!(!fitting.is_empty(), "a filter that nothing fits shows nothing: {filter:?}");
        let count = site.store.count_cases(&filter).await.unwrap();
        assert_eq!(count, fitting.len() as u64, "{filter:?}");
        for order in CaseOrder::ALL {
            for direction in Direction::ALL {
                fitting.sort_by(|one, other| {
                    let ascending = compare(order, one, other);
                    if direction == Direction::Ascending { ascending } else { ascending.reverse() }
                });
                let list =
                    CaseList { filter: filter.clone(), order, direction, after: None, limit: 17 };
                let all = all_pages(&site.store, list).await;
                assert_eq!(all.iter().collect::<Vec<_>>(), fitting, "{filter:?} {order:?}");
                shown += all.len();
            }
        }
    }
    assert!(shown > 10 * CASES, "{shown}");
}

/// All rows, page by page; cursors pass through URLs.
async fn all_pages(store: &Store, mut list: CaseList) -> Vec<CaseRow> {
    let mut rows = Vec::new();
    loop {
        let page = store.cases(&list).await.unwrap();
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        let text = next.to_string();
        assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        list.after = Some(text.parse().unwrap());
    }
}

fn by_opening() -> CaseList {
    CaseList {
        filter: CaseFilter::default(),
        order: CaseOrder::Opened,
        direction: Direction::Ascending,
        after: None,
        limit: 3,
    }
}

async fn a_page_goes_on_although_rows_come_and_go(site: &Site) {
    let store = &site.store;
    store.save_organisation(&organisation("acme"), &record("made", 0)).await.unwrap();
    for (case, opened) in [("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)] {
        let mut one = commit(case, 0, 1);
        one.columns.opened = at(opened);
        store.commit(&one).await.unwrap();
    }
    let page = store.cases(&by_opening()).await.unwrap();
    // One comes before the place, and the row of the place itself goes away.
    let mut earlier = commit("f", 0, 1);
    earlier.columns.opened = at(0);
    store.commit(&earlier).await.unwrap();
    let mut moved = commit("c", 1, 1);
    moved.columns.opened = at(9);
    store.commit(&moved).await.unwrap();
    let rest = store.cases(&CaseList { after: page.next, ..by_opening() }).await.unwrap();
    let ids: Vec<_> = rest.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!((ids.as_slice(), rest.next), (["d", "e", "c"].as_slice(), None));
}

async fn a_cursor_of_another_list_is_refused(site: &Site) {
    let store = &site.store;
    store.save_organisation(&organisation("acme"), &record("made", 0)).await.unwrap();
    for case in ["a", "b", "c", "d"] {
        store.commit(&commit(case, 0, 1)).await.unwrap();
    }
    let after = store.cases(&by_opening()).await.unwrap().next;
    assert!(after.is_some());
    let others = [
        CaseList { order: CaseOrder::Due, after: after.clone(), ..by_opening() },
        CaseList { direction: Direction::Descending, after, ..by_opening() },
    ];
    for list in others {
        assert!(matches!(store.cases(&list).await, Err(StoreError::Invalid(_))));
    }
}

proptest! {
    /// Whatever comes in a URL is read or refused.
    #[test]
    fn cursors_of_strangers_do_no_harm(text in ".{0,80}", json in "[ -~]{0,60}") {
        use base64::Engine as _;
        for text in [text, base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)] {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
            }
        }
    }
}
