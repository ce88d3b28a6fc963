//! What the server does by itself, round after round: what is due is put in the outbox, what is in
//! the outbox is sent, what is over is forgotten.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use refit_desk::{CaseId, NoticeKind};
use refit_store::{
    AuditHead, CaseFilter, CaseList, CaseOrder, CaseRow, Commit, Cursor, Direction, JsonText,
    StoreError,
};
use tokio::time::{Interval, MissedTickBehavior};
use tracing::{error, info};

use crate::cases;
use crate::failure::Failure;
use crate::installations;
use crate::letters;
use crate::login::later;
use crate::mail;
use crate::portal::Portal;
use crate::webhooks;

/// How many cases are read at once.
const AT_ONCE: u32 = 500;
/// Sessions, links and attempts to log in are forgotten so long after their end.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The end of the audit trail is told so often.
const TELL_END_EVERY: Duration = Duration::from_hours(1);

/// No file is on its way for so long: its server was killed.
const LONGEST_UPLOAD: Duration = Duration::from_hours(24);

/// What was found out about a case: as long as it is at this version, nothing is due before.
#[derive(Clone, Copy, Debug)]
struct Seen {
    version: u64,
    next: Option<Timestamp>,
}

/// Works until the server ends. What fails is tried again in the next round. Programs that do not
/// answer hold no letters up.
pub(crate) async fn run(portal: Portal) {
    tokio::join!(work(&portal), tell_programs(&portal));
}

async fn work(portal: &Portal) {
    let mut rounds = rounds(portal);
    let mut seen = HashMap::new();
    let mut end = None;
    while is_next(portal, &mut rounds).await {
        told(portal, "the audit log's end", tell_end(portal, &mut end).await);
        told(portal, "reminders", remind(portal, &mut seen).await);
        told(portal, "recommendations", installations::offer(portal).await);
        told(portal, "letters", mail::send_all(portal).await);
        told(portal, "forgetting", forget(portal).await);
    }
}

async fn tell_programs(portal: &Portal) {
    let mut rounds = rounds(portal);
    while is_next(portal, &mut rounds).await {
        told(portal, "webhooks", webhooks::send_all(portal).await);
    }
}

fn rounds(portal: &Portal) -> Interval {
    let mut rounds = tokio::time::interval(portal.settings.rounds);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    rounds
}

/// Waits for the next round; false, if the server ends before.
async fn is_next(portal: &Portal, rounds: &mut Interval) -> bool {
    tokio::select! {
        _ = rounds.tick() => true,
        () = portal.ending.cancelled() => false,
    }
}

fn told(portal: &Portal, work: &'static str, outcome: Result<u64, Failure>) {
    portal.metrics.round(work, outcome.is_ok());
    match outcome {
        Ok(0) => {}
        Ok(count) => info!(work, count, "done"),
        Err(failure) => {
            let cause = failure.causes();
            error!(work, what = failure.what, cause, "failed; it is tried again");
        }
    }
}

/// Writes the audit trail's end into the server's log, if it has moved and that was not told for a
/// while: what is kept there shows later whether the trail was cut off or written anew.
async fn tell_end(
    portal: &Portal,
    told: &mut Option<(Instant, AuditHead)>,
) -> Result<u64, Failure> {
    if told.is_some_and(|(when, _)| when.elapsed() < TELL_END_EVERY) {
        return Ok(0);
    }
    let end = portal.store.audit_head().await?;
    if told.is_none_or(|(_, before)| before != end) {
        info!(end = %end, "the audit log's end");
    }
    *told = Some((Instant::now(), end));
    Ok(0)
}

/// Puts reminders and escalations that are due in the outbox; gives how many are new.
async fn remind(portal: &Portal, seen: &mut HashMap<String, Seen>) -> Result<u64, Failure> {
    let (now, rules) = (portal.now(), portal.rules().await?);
    let mut list = CaseList {
        filter: CaseFilter { states: vec!["open".to_owned()], ..CaseFilter::default() },
        order: CaseOrder::Opened,
        direction: Direction::Ascending,
        after: None::<Cursor>,
        limit: AT_ONCE,
    };
    let mut count = 0;
    loop {
        let page = portal.store.cases(&list).await?;
        for row in &page.rows {
            let is_quiet = seen.get(&row.id).is_some_and(|known| known.is_quiet(row, now));
            if !is_quiet {
                let (queued, known) = remind_of(portal, row, &rules, now).await?;
                count += queued;
                seen.insert(row.id.clone(), known);
            }
        }
        list.after = page.next;
        if list.after.is_none() {
            return Ok(count);
        }
    }
}

async fn remind_of(
    portal: &Portal,
    row: &CaseRow,
    rules: &refit_desk::Rules,
    now: Timestamp,
) -> Result<(u64, Seen), Failure> {
    let again = Seen { version: 0, next: None };
    let id = CaseId::new(&row.id).map_err(Failure::internal)?;
    let Some(case) = cases::load(&portal.store, &id).await? else { return Ok((0, again)) };
    let known = Seen { version: case.events, next: case.next_notice(rules, now) };
    // Letters about what happened were put in with it.
    let mut notices = case.notices(rules, now);
    notices.retain(|notice| !matches!(notice.what, NoticeKind::Letter { .. }));
    let outbox = letters::entries(portal, &case, notices, now).await?;
    let Some(columns) = cases::columns(&case, now) else { return Ok((0, known)) };
    if outbox.is_empty() {
        return Ok((0, known));
    }
    let commit = Commit {
        case: row.id.clone(),
        expected: case.events,
        snapshot: JsonText::of(&case)?,
        columns,
        events: Vec::new(),
        outbox,
        at: case.changed.unwrap_or(now),
    };
    match portal.store.commit(&commit).await {
        Ok(committed) => Ok((committed.queued, known)),
        // Somebody acts on it right now; the next round looks again.
        Err(StoreError::Stale { .. }) => Ok((0, again)),
        Err(error) => Err(error.into()),
    }
}

impl Seen {
    /// Whether nothing can be due that was not before.
    fn is_quiet(&self, row: &CaseRow, now: Timestamp) -> bool {
        self.version == row.version && self.next.is_none_or(|next| next > now)
    }
}

/// Forgets sessions, links and attempts that are long over, and files that never came whole.
async fn forget(portal: &Portal) -> Result<u64, Failure> {
    let before = later(portal.now(), -KEPT);
    let forgotten = portal.store.forget_before(before).await?;
    // Files have the machine's time.
    let before = SystemTime::now() - LONGEST_UPLOAD;
    Ok(forgotten + portal.contents.forget_incoming(before).await?)
}
