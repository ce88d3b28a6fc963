//! Installations that were upgraded, over all cases: which are due for the next upgrade, and who is
//! told.
//!
//! What is known of each case is kept as long as the case does not change, so that a round looks at
//! the cases alone that did.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use refit_desk::{Case, CaseId, Post, Recipient, Recommendation, Upgraded, recommendations};
use refit_pages::paths;
use refit_store::{CaseFilter, CaseList, CaseOrder, CaseRow, Cursor, Direction};
use serde_json::json;
use tokio::sync::Mutex;

use crate::cases;
use crate::failure::Failure;
use crate::letters::{self, Letter, LetterLink};
use crate::people;
use crate::portal::Portal;
use crate::record::Origin;

/// How many cases are read at once.
const AT_ONCE: u32 = 500;

/// What is known of cases so far.
#[derive(Debug, Default)]
pub(crate) struct Installations(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The cases that upgraded something, and those that did not: at a version.
    cases: HashMap<String, (u64, Vec<Upgraded>)>,
    /// The recommendations that people were told of by this server.
    told: HashSet<String>,
}

/// What is due today, the most urgent first.
pub(crate) async fn due(portal: &Portal) -> Result<Vec<Recommendation>, Failure> {
    let rules = portal.rules().await?;
    let today = rules.team_calendar.date_of(portal.now());
    let mut known = portal.installations.0.lock().await;
    known.look(portal).await?;
    let all = known.cases.values().flat_map(|(_, upgraded)| upgraded);
    Ok(recommendations(all, rules.annual, today))
}

/// Tells people of what has become due, once; gives how many letters are new.
pub(crate) async fn offer(portal: &Portal) -> Result<u64, Failure> {
    let mut count = 0;
    for one in due(portal).await? {
        if !portal.installations.0.lock().await.told.contains(&one.key) {
            count += tell(portal, &one).await?;
            portal.installations.0.lock().await.told.insert(one.key);
        }
    }
    Ok(count)
}

impl Known {
    /// Looks at the cases that changed: the latest change comes first, so that a page of cases that
    /// are all known is the last one.
    async fn look(&mut self, portal: &Portal) -> Result<(), Failure> {
        let mut list = CaseList {
            filter: CaseFilter::default(),
            order: CaseOrder::Changed,
            direction: Direction::Descending,
            after: None::<Cursor>,
            limit: AT_ONCE,
        };
        loop {
            let page = portal.store.cases(&list).await?;
            let mut is_known = true;
            for row in page.rows.iter().filter(|row| !self.has(row)).collect::<Vec<_>>() {
                is_known = false;
                let id = CaseId::new(&row.id).map_err(Failure::internal)?;
                let case = cases::load(&portal.store, &id).await?;
                let upgraded = case.map(|case| upgraded(portal, &case)).unwrap_or_default();
                self.cases.insert(row.id.clone(), (row.version, upgraded));
            }
            list.after = page.next;
            if is_known || list.after.is_none() {
                return Ok(());
            }
        }
    }

    fn has(&self, row: &CaseRow) -> bool {
        self.cases.get(&row.id).is_some_and(|(version, _)| *version == row.version)
    }
}

fn upgraded(portal: &Portal, case: &Case) -> Vec<Upgraded> {
    case.upgraded(|platform, version| end_of_life(portal, platform.as_str(), version.as_str()))
}

/// The end of life of a version, if its pack knows one.
fn end_of_life(portal: &Portal, platform: &str, version: &str) -> Option<Date> {
    let pack = portal.settings.packs.get(platform).ok()?;
    let series = pack.series(&version.parse().ok()?).ok()?;
    series.end_of_life.as_ref()?.parse().ok()
}

/// Puts letters in the outbox: to those who asked for the last upgrade, and to those who led it.
async fn tell(portal: &Portal, due: &Recommendation) -> Result<u64, Failure> {
    let Some(case) = cases::load(&portal.store, &due.of.case).await? else { return Ok(0) };
    let users = people::users(&portal.store, None).await?;
    let now = portal.now();
    let mut entries = Vec::new();
    for user in people::of_recipients(&users, &recipients(&case)) {
        let key = format!("{}/{}", due.key, user.id);
        entries.push(letters::entry(key, &letter(due, &user.id), now)?);
    }
    let (of, about) =
        (due.of.organisation.as_str(), json!({ "case": due.of.case, "key": due.key }));
    let record = Origin::of_server(now).record("upgrade-recommended", None, Some(of), about)?;
    Ok(portal.store.send(&entries, &record).await?)
}

fn recipients(case: &Case) -> Vec<Recipient> {
    let requester = case.request.iter().map(|request| &request.requester);
    let posts = Post::ALL.into_iter().filter_map(|post| case.holder(post));
    requester.chain(posts).cloned().map(Recipient::User).collect()
}

fn letter(due: &Recommendation, to: &str) -> Letter {
    let Upgraded { environment, installation, platform, version, .. } = &due.of;
    let reasons = due.reasons.iter().map(|reason| reason.words()).collect::<Vec<_>>().join(" ");
    Letter {
        to: to.to_owned(),
        subject: format!("The next upgrade is due: {installation} in {environment}"),
        paragraphs: vec![
            format!("{installation} in {environment} runs {platform} {version}. {reasons}"),
            "The page of what is due leads to a new request.".to_owned(),
        ],
        link: LetterLink::Page(paths::RECOMMENDATIONS.to_owned()),
    }
}
