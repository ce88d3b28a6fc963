//! How long lists, cases and events take with 10,000 cases and 1,000,000 events: on SQLite, and on
//! PostgreSQL where the variable `REFIT_BENCH_POSTGRES` holds the URL of an empty database.
//!
//! `cargo bench -p refit-store --features fill`; two numbers after `--` are other counts of cases,
//! and of events of each. It prints; it does not judge.

use std::error::Error;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use refit_model::Secret;
use refit_store::{
    Assignee, CaseFilter, CaseList, CaseOrder, Direction, Filling, KeyFile, Location, RecordFilter,
    Store, Viewer,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

const POSTGRES: &str = "REFIT_BENCH_POSTGRES";
/// How often each question is asked.
const ROUNDS: usize = 400;
/// How many at the same time: about what 200 pages a second need.
const AT_ONCE: usize = 8;

fn main() -> Outcome<()> {
    let numbers: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let filling = Filling {
        cases: numbers.first().copied().unwrap_or(10_000),
        events_per_case: numbers.get(1).copied().unwrap_or(100),
        organisations: 50,
        assignees: 20,
        snapshot_bytes: 20_000,
        at: Timestamp::from_second(1_800_000_000)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let file = Location::File(folder.path().join("records.sqlite"));
        measure("SQLite", &file, &filling).await?;
        if let Ok(url) = std::env::var(POSTGRES) {
            let location = Location::postgres(&Secret::new(url))?;
            measure("PostgreSQL", &location, &filling).await?;
        }
        Ok(())
    })
}

async fn measure(name: &str, location: &Location, filling: &Filling) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(location, &KeyFile::at(folder.path().join("key"))).await?;
    let since = Instant::now();
    store.fill(filling).await?;
    let events = filling.cases * filling.events_per_case;
    println!("{name}: {} cases, {events} events, filled in {:.1?}", filling.cases, since.elapsed());
    for (title, filter) in filters() {
        for (order, direction) in [
            (CaseOrder::Due, Direction::Ascending),
            (CaseOrder::Changed, Direction::Descending),
            (CaseOrder::Group, Direction::Ascending),
        ] {
            let list =
                CaseList { filter: filter.clone(), order, direction, after: None, limit: 50 };
            // A page from the middle: one by one until there.
            let mut middle = list.clone();
            for _ in 0..3 {
                middle.after = store.cases(&middle).await?.next;
            }
            let title = format!("list, {title}, {order:?}");
            asked(&title, &store, move |store| {
                let middle = middle.clone();
                async move { store.cases(&middle).await.map(drop) }
            })
            .await?;
        }
        asked(&format!("count, {title}"), &store, move |store| {
            let filter = filter.clone();
            async move { store.count_cases(&filter).await.map(drop) }
        })
        .await?;
    }
    let case = format!("case-{}", filling.cases / 2);
    let other = case.clone();
    asked("a case", &store, move |store| {
        let case = case.clone();
        async move { store.case(&case).await.map(drop) }
    })
    .await?;
    asked("its events", &store, move |store| {
        let case = other.clone();
        async move { store.events(&case, 20, 50).await.map(drop) }
    })
    .await?;
    asked("the audit trail", &store, |store| async move {
        let filter =
            RecordFilter { organisation: Some("organisation-7".into()), ..RecordFilter::default() };
        store.audit(&filter, Some(500_000), 50).await.map(drop)
    })
    .await?;
    let since = Instant::now();
    println!(
        "  checking the audit trail: {:?} in {:.1?}",
        store.verify_audit(&[]).await?,
        since.elapsed()
    );
    Ok(())
}

fn filters() -> Vec<(&'static str, CaseFilter)> {
    let none = CaseFilter::default();
    let viewer = Viewer { user: "user-3".into(), groups: vec!["group-1".into(), "group-4".into()] };
    vec![
        ("all", none.clone()),
        (
            "one organisation",
            CaseFilter { organisation: Some("organisation-7".into()), ..none.clone() },
        ),
        (
            "one assignee",
            CaseFilter { assignee: Some(Assignee::User("user-3".into())), ..none.clone() },
        ),
        ("open", CaseFilter { states: vec!["open".into()], ..none.clone() }),
        (
            "closed or withdrawn",
            CaseFilter { states: vec!["closed".into(), "withdrawn".into()], ..none.clone() },
        ),
        ("withdrawn", CaseFilter { states: vec!["withdrawn".into()], ..none.clone() }),
        ("what one sees", CaseFilter { visible_to: Some(viewer), ..none }),
    ]
}

/// Asks a question often, several at the same time, and prints how long one took.
async fn asked<A, F>(title: &str, store: &Store, ask: A) -> Outcome<()>
where
    A: Fn(Store) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), refit_store::StoreError>> + Send,
{
    let mut tasks = Vec::new();
    for _ in 0..AT_ONCE {
        let (store, ask) = (store.clone(), ask.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            for _ in 0..ROUNDS / AT_ONCE {
                let since = Instant::now();
                ask(store.clone()).await?;
                times.push(since.elapsed());
            }
            Ok::<_, refit_store::StoreError>(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    times.sort_unstable();
    let part = |percent: usize| times[(times.len() - 1) * percent / 100];
    let longest: Duration = part(100);
    println!("  {title}: p50 {:.2?}, p99 {:.2?}, longest {longest:.2?}", part(50), part(99));
    Ok(())
}
