//! The journals of this machine's runs, mirrored in the records as they grow.
//!
//! One thread reads, since journals are files. A journal is read on where it was left, and after a
//! restart once from its beginning; what is in the mirror is compared by the digest of its last
//! event, and never changed. While nothing is recorded, a round looks at the times of a few files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use refit_app::{RunEntry, StateDir};
use refit_desk::{CaseId, RunEnd};
use refit_execute::{Event, JournalReader, Payload, RunState, Status};
use refit_model::{Digest, RunId};
use refit_store::{JsonText, MirroredEvent, MirroredRun};
use tokio::runtime::Handle;
use tracing::{error, info, warn};

use super::Upgrades;
use super::end;
use super::halt;
use super::plans::PostedPlans;
use super::trouble::{Trouble, differs};
use crate::failure::Failure;
use crate::portal::Portal;
use crate::record::Origin;

/// How often it is looked whether something was recorded.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long what was refused is left alone.
const REFUSED_FOR: Duration = Duration::from_secs(10);
/// How many events are taken into the records at once.
const AT_ONCE: usize = 200;

/// Follows the journals of this machine until the server ends.
pub(crate) fn follow(portal: &Portal, upgrades: &Upgrades) {
    let handle = Handle::current();
    let mut mirror = Mirror::new(portal, upgrades, &handle);
    loop {
        mirror.round();
        let is_over = handle.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => false,
                () = portal.ending.cancelled() => true,
            }
        });
        if is_over {
            return;
        }
    }
}

/// All runs that are followed.
struct Mirror<'a> {
    portal: &'a Portal,
    state: &'a StateDir,
    handle: &'a Handle,
    runs: BTreeMap<RunId, Followed>,
    plans: PostedPlans,
}

/// One run.
struct Followed {
    entry: RunEntry,
    case: Option<CaseId>,
    /// The journal of a run that goes on, as far as it was read. Without it, it is read from its
    /// beginning: what has ended is not kept open.
    tail: Option<Tail>,
    /// Where the run stood when its journal was read last, and the digest of the last event.
    stood: Option<(RunState, Digest)>,
    /// The files as they were before everything in them was taken over.
    taken: Option<FileTimes>,
    /// How it stands still, and since when, as its journal says.
    stands: Option<(halt::Standing, Timestamp)>,
    /// What of that is in the case; none if that is not known.
    told: Option<halt::Told>,
    /// The end that is in the case.
    recorded: Option<RunEnd>,
    /// Nothing is tried before: what was tried was refused.
    not_before: Option<Instant>,
}

/// A journal that is read on.
struct Tail {
    reader: JournalReader,
    /// The plan that every process on the run must name.
    plan: Digest,
    status: Status,
    last: Digest,
    /// When it was recorded last that it halts.
    halted: Timestamp,
}

impl<'a> Mirror<'a> {
    fn new(portal: &'a Portal, upgrades: &'a Upgrades, handle: &'a Handle) -> Self {
        let (runs, plans) = (BTreeMap::new(), PostedPlans::default());
        Self { portal, state: &upgrades.state, handle, runs, plans }
    }

    /// Looks at all runs once. One that cannot be followed keeps none of the others back.
    fn round(&mut self) {
        let runs = match self.state.runs() {
            Ok(runs) => runs,
            Err(error) => return self.failed(None, &Failure::internal(error)),
        };
        let mut is_refreshed = false;
        for run in runs {
            match self.look_at(&run, &mut is_refreshed) {
                Ok(()) => {}
                Err(Trouble::Failed(failure)) => self.failed(Some(&run), &failure),
                Err(Trouble::Finding(text)) => self.found(&run, &text),
            }
        }
    }

    fn look_at(&mut self, run: &RunId, is_refreshed: &mut bool) -> Result<(), Trouble> {
        if !self.runs.contains_key(run) {
            let followed = self.begin(run)?;
            self.runs.insert(run.clone(), followed);
        }
        let Some(followed) = self.runs.get(run) else { return Ok(()) };
        if followed.not_before.is_some_and(|moment| Instant::now() < moment) {
            return Ok(());
        }
        if followed.case.is_none() {
            let plan = followed.entry.plan;
            let case = self.case_of(&plan, is_refreshed)?;
            let Some(followed) = self.runs.get_mut(run) else { return Ok(()) };
            followed.case = case;
        }
        self.take_over(run)?;
        self.record_end(run)?;
        self.record_halt(run)?;
        self.portal.known.note(run, None);
        Ok(())
    }

    /// A run that is new, or was not looked at since the server began.
    fn begin(&self, run: &RunId) -> Result<Followed, Trouble> {
        let entry = self.state.run(run)?;
        let mirrored = self.handle.block_on(self.portal.store.mirrored_run(run))?;
        let case = mirrored.and_then(|mirrored| mirrored.case);
        let case = case.map(|id| CaseId::new(id).map_err(Failure::internal)).transpose()?;
        Ok(Followed {
            entry,
            case,
            tail: None,
            stood: None,
            taken: None,
            stands: None,
            told: None,
            recorded: None,
            not_before: None,
        })
    }

    /// The case whose plan it is; none where no case has posted it.
    fn case_of(
        &mut self,
        plan: &Digest,
        is_refreshed: &mut bool,
    ) -> Result<Option<CaseId>, Trouble> {
        if !*is_refreshed {
            self.handle.block_on(self.plans.refresh(&self.portal.store))?;
            *is_refreshed = true;
        }
        match self.plans.cases_of(plan).as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            several => {
                let several: Vec<_> = several.iter().map(ToString::to_string).collect();
                Err(Trouble::Finding(format!(
                    "Its plan was posted in several requests ({}): it is shown in none of them.",
                    several.join(", ")
                )))
            }
        }
    }

    /// Takes over what was recorded since.
    fn take_over(&mut self, run: &RunId) -> Result<(), Trouble> {
        let path = self.state.journal_path(run);
        let Some(followed) = self.runs.get_mut(run) else { return Ok(()) };
        let Some(case) = followed.case.clone() else { return Ok(()) };
        // Before it is read: what comes later changes them once more.
        let times = FileTimes::of(&path);
        if times.is_none() || times == followed.taken {
            return Ok(());
        }
        let plan = followed.entry.plan;
        let (tail, from, events) = read_on(followed.tail.take(), &path, run, plan)?;
        let mirrored = self.handle.block_on(self.portal.store.mirrored_run(run))?;
        let new = after_mirror(run, mirrored.as_ref(), from, &events)?;
        for events in new.chunks(AT_ONCE) {
            let store = &self.portal.store;
            self.handle.block_on(store.mirror(
                run,
                Some(case.as_str()),
                events,
                self.portal.now(),
            ))?;
        }
        if !new.is_empty() {
            info!(%run, %case, events = new.len(), "a journal was followed");
        }
        let Some(followed) = self.runs.get_mut(run) else { return Ok(()) };
        let state = tail.status.state;
        followed.stood = Some((state, tail.last));
        followed.stands = halt::of(&tail.status).map(|standing| (standing, tail.halted));
        followed.tail = Some(tail).filter(|_| state.is_open());
        followed.taken = times;
        Ok(())
    }

    /// Records in the case how the run has ended, once for each end.
    fn record_end(&mut self, run: &RunId) -> Result<(), Trouble> {
        let Some(followed) = self.runs.get_mut(run) else { return Ok(()) };
        let (Some(case), Some((state, last))) = (&followed.case, followed.stood) else {
            return Ok(());
        };
        let Some(found) = end::of(state) else {
            followed.recorded = None;
            return Ok(());
        };
        if followed.recorded == Some(found) {
            return Ok(());
        }
        let installed = match found {
            RunEnd::Done => end::installed(self.state, &followed.entry),
            RunEnd::RolledBack | RunEnd::Stopped => None,
        };
        let plan = followed.entry.plan;
        let ended = end::Ended { run, plan, journal: last, end: found, installed };
        self.handle.block_on(end::record(self.portal, case, &ended))?;
        followed.recorded = Some(found);
        Ok(())
    }

    /// Tells the case that a run stands still, and that it goes on.
    fn record_halt(&mut self, run: &RunId) -> Result<(), Trouble> {
        let Some(followed) = self.runs.get_mut(run) else { return Ok(()) };
        let (Some(case), Some(_)) = (&followed.case, followed.stood) else { return Ok(()) };
        let (told, since) = match followed.stands.clone() {
            Some((standing, since)) => (halt::Told::StandsStill(standing), since),
            None => (halt::Told::GoesOn, Timestamp::UNIX_EPOCH),
        };
        if followed.told.as_ref() == Some(&told) {
            return Ok(());
        }
        let of = (run, followed.entry.plan);
        let recording = halt::record(self.portal, case, of, &told, since);
        self.handle.block_on(recording)?;
        followed.told = Some(told);
        Ok(())
    }

    fn found(&mut self, run: &RunId, text: &str) {
        if let Some(followed) = self.runs.get_mut(run) {
            // A journal that was put right is read from its beginning.
            (followed.tail, followed.taken, followed.stood) = (None, None, None);
            followed.not_before = Some(Instant::now() + REFUSED_FOR);
        }
        if !self.portal.known.note(run, Some(text)) {
            return;
        }
        warn!(%run, finding = text, "a run is not followed");
        let details = serde_json::json!({ "run": run, "finding": text });
        let origin = Origin::of_server(self.portal.now());
        let kept = origin
            .record("run-not-followed", None, None, details)
            .map(|record| self.handle.block_on(self.portal.store.record(&record)));
        match kept {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => self.failed(Some(run), &error.into()),
            Err(failure) => self.failed(Some(run), &failure),
        }
    }

    fn failed(&mut self, run: Option<&RunId>, failure: &Failure) {
        self.portal.metrics.round("runs", false);
        if let Some(followed) = run.and_then(|run| self.runs.get_mut(run)) {
            (followed.tail, followed.taken, followed.stood) = (None, None, None);
            followed.not_before = Some(Instant::now() + REFUSED_FOR);
        }
        let cause = failure.causes();
        let run = run.map(ToString::to_string);
        error!(run, what = failure.what, cause, "a run cannot be followed; it is tried again");
    }
}

/// Reads on in a journal: what was recorded after which event. A file that was changed and has
/// nothing new may be another one: it is read from its beginning.
fn read_on(
    tail: Option<Tail>,
    path: &Path,
    run: &RunId,
    plan: Digest,
) -> Result<(Tail, u64, Vec<MirroredEvent>), Trouble> {
    if let Some(mut tail) = tail {
        let (from, events) = (tail.status.sequence, tail.news()?);
        if !events.is_empty() {
            return Ok((tail, from, events));
        }
    }
    let mut tail = Tail::new(path, run, plan)?;
    let events = tail.news()?;
    Ok((tail, 0, events))
}

impl Tail {
    fn new(path: &Path, run: &RunId, plan: Digest) -> Result<Self, Trouble> {
        let reader = JournalReader::open(path, run)?;
        let (status, last, halted) = (Status::default(), Digest::of(b""), Timestamp::UNIX_EPOCH);
        Ok(Self { reader, plan, status, last, halted })
    }

    /// What was recorded since it was asked last, as the mirror keeps it.
    fn news(&mut self) -> Result<Vec<MirroredEvent>, Trouble> {
        let events = self.reader.news()?;
        events.iter().map(|event| self.take(event)).collect()
    }

    fn take(&mut self, event: &Event) -> Result<MirroredEvent, Trouble> {
        if let Payload::Controller { plan, .. } = &event.payload
            && *plan != self.plan
        {
            return Err(Trouble::Finding(format!(
                "The journal is about the plan {}, and the run was begun for {}.",
                plan.short(),
                self.plan.short()
            )));
        }
        self.status.take(event)?;
        if let Payload::Halted { .. } = event.payload {
            self.halted = event.at.parse().map_err(Failure::internal)?;
        }
        self.last = event.digest().map_err(Failure::internal)?;
        let body = JsonText::of(event).map_err(Failure::from)?;
        Ok(MirroredEvent { sequence: event.sequence, digest: self.last, body })
    }
}

/// Those of the events after number `from` that the mirror does not have. They must follow what it
/// has.
fn after_mirror<'a>(
    run: &RunId,
    mirrored: Option<&MirroredRun>,
    from: u64,
    events: &'a [MirroredEvent],
) -> Result<&'a [MirroredEvent], Trouble> {
    let Some(mirrored) = mirrored.filter(|mirrored| mirrored.events > from) else {
        return Ok(events);
    };
    let ahead = usize::try_from(mirrored.events - from).unwrap_or(usize::MAX);
    if events.len() < ahead {
        return Err(Trouble::Finding(format!(
            "The journal of the run {run} on this machine ends with event {}, and {} were seen \
             before: it is an older copy. What was seen stays as it is. Bring the state directory \
             back that the run was made with.",
            from + events.len() as u64,
            mirrored.events
        )));
    }
    if events[ahead - 1].digest != mirrored.last {
        return Err(differs(run, mirrored.events));
    }
    Ok(&events[ahead..])
}

/// Length and time of what a journal is made of: they change with every event.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileTimes([Option<(u64, SystemTime)>; 2]);

impl FileTimes {
    /// None where there is no journal yet.
    fn of(journal: &Path) -> Option<Self> {
        let mut log = journal.as_os_str().to_owned();
        log.push("-wal");
        let [main, log] = [journal.to_owned(), PathBuf::from(log)].map(|path| {
            let found = std::fs::metadata(path).ok()?;
            Some((found.len(), found.modified().ok()?))
        });
        main.is_some().then_some(Self([main, log]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sequence: u64, what: &str) -> MirroredEvent {
        let digest = Digest::of(format!("{what} {sequence}").as_bytes());
        MirroredEvent { sequence, digest, body: JsonText::of(&sequence).unwrap() }
    }

    fn events(numbers: std::ops::RangeInclusive<u64>) -> Vec<MirroredEvent> {
        numbers.map(|number| event(number, "one")).collect()
    }

    fn mirror_of(last: &MirroredEvent) -> MirroredRun {
        let (run, case, changed) = ("staging-1".to_owned(), None, jiff::Timestamp::UNIX_EPOCH);
        MirroredRun { run, case, events: last.sequence, last: last.digest, changed }
    }

    /// What is taken over of the events after `from`, by a mirror that ends with `last`.
    fn taken(
        last: Option<&MirroredEvent>,
        from: u64,
        events: &[MirroredEvent],
    ) -> Result<Vec<u64>, String> {
        let (run, mirror) = ("staging-1".parse().unwrap(), last.map(mirror_of));
        match after_mirror(&run, mirror.as_ref(), from, events) {
            Ok(new) => Ok(new.iter().map(|event| event.sequence).collect()),
            Err(Trouble::Finding(text)) => Err(text),
            Err(Trouble::Failed(failure)) => panic!("{failure}"),
        }
    }

    #[test]
    fn what_the_mirror_has_is_not_taken_again_and_never_another_journal() {
        let (third, other) = (event(3, "one"), event(3, "another"));
        assert_eq!(taken(None, 0, &events(1..=2)), Ok(vec![1, 2]));
        assert_eq!(taken(Some(&third), 0, &events(1..=5)), Ok(vec![4, 5]));
        assert_eq!(taken(Some(&third), 0, &events(1..=3)), Ok(vec![]));
        assert_eq!(taken(Some(&third), 3, &events(4..=5)), Ok(vec![4, 5]));
        // Another server was faster.
        assert_eq!(taken(Some(&third), 2, &events(3..=5)), Ok(vec![4, 5]));
        let older = taken(Some(&third), 0, &events(1..=2)).unwrap_err();
        assert!(older.contains("it is an older copy"), "{older}");
        let differs = taken(Some(&other), 0, &events(1..=5)).unwrap_err();
        assert!(differs.contains("another one than was seen before"), "{differs}");
    }

    #[test]
    fn a_journal_whose_files_are_as_before_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        assert_eq!(FileTimes::of(&path), None);
        std::fs::write(&path, "one").unwrap();
        let before = FileTimes::of(&path);
        assert_eq!(FileTimes::of(&path), before);
        std::fs::write(folder.path().join("journal.sqlite-wal"), "more").unwrap();
        assert_ne!(FileTimes::of(&path), before);
    }
}
