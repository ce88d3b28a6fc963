//! `refit cleanup`: removes what finished runs no longer need, and nothing else.
//!
//! A way back that somebody may still want is never touched: the old version and the restore
//! points of a run go only once the run is finalised, or was taken back and left them behind. The
//! data, the running home and what a link leads to are refused whatever was decided.

use refit_execute::RunState;
use refit_hosts::{Cancel, Change, Deadline, Fence, Host, Reader, Writer};
use refit_model::{Assessment, Digest, HostPath, Plan, ProcessMatch, RunId, Stored};
use serde::Serialize;

use crate::{App, AppError, Result, RunView, Target, reach};

/// How long removing may take.
const REMOVE_SECONDS: u32 = 600;
/// How many entries of a folder are counted to tell its size.
const COUNT_LIMIT: usize = 1_000_000;

/// What can be removed, and what cannot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanupReport {
    /// Whether it was removed, or only looked at.
    pub removed: bool,
    /// Each thing.
    pub items: Vec<CleanupItem>,
}

/// One thing that a run left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanupItem {
    /// What it is.
    pub what: String,
    /// Where it is.
    pub path: HostPath,
    /// Its size in bytes.
    pub bytes: u64,
    /// Why it stays; `None` if it can go.
    pub stays: Option<String>,
}

impl App<'_> {
    /// Looks for what the runs of an installation left, and removes what can go if `remove`.
    pub fn cleanup(&self, target: &Target, remove: bool) -> Result<CleanupReport> {
        let host = reach::host(target)?;
        let reader = Reader::new(&*host, &self.cancel, REMOVE_SECONDS);
        let mut items = Vec::new();
        let runs = self.state.runs_of(target.environment_name(), &target.installation)?;
        let views = runs.iter().map(|entry| self.view(&entry.run)).collect::<Result<Vec<_>>>()?;
        for view in &views {
            for left in left_by(view)? {
                if reader.exists(&left.path)?
                    && !items.iter().any(|item: &CleanupItem| item.path == left.path)
                {
                    items.push(self.judge(target, reader, &views, left)?);
                }
            }
        }
        if remove && let Some(last) = views.last() {
            let paths = items.iter().filter(|item| item.stays.is_none());
            let paths: Vec<_> = paths.map(|item| item.path.clone()).collect();
            remove_all(&*host, last, &paths)?;
        }
        Ok(CleanupReport { removed: remove, items })
    }

    fn judge(
        &self,
        target: &Target,
        reader: Reader<'_>,
        views: &[RunView],
        left: Left<'_>,
    ) -> Result<CleanupItem> {
        let bytes = size(reader, &left.path)?;
        let stays = match left.needed() {
            Some(why) => Some(why),
            None => self.in_use(target, reader, views, &left.path)?,
        };
        Ok(CleanupItem { what: left.what, path: left.path, bytes, stays })
    }

    /// What still uses a path.
    fn in_use(
        &self,
        target: &Target,
        reader: Reader<'_>,
        views: &[RunView],
        path: &HostPath,
    ) -> Result<Option<String>> {
        let real = reader.resolved(path)?;
        let home = reader.resolved(&target.entry().home)?;
        if home.is_within(&real) {
            return Ok(Some("the installation's home is there".into()));
        }
        let pack = self.packs.get(target.entry().platform.as_str())?;
        for (executable, prefix) in pack
            .product
            .process
            .folder_arguments
            .values()
            .map(|prefix| (&pack.product.process.executable, prefix))
        {
            let wanted = ProcessMatch {
                executable: executable.clone(),
                argument_prefix: prefix.clone(),
                folder: real.clone(),
            };
            if !reader.matching(&wanted)?.is_empty() {
                return Ok(Some("a process runs with it".into()));
            }
        }
        for view in views {
            let assessment: Stored<Assessment> = self.state.load(view.plan.body.assessment)?;
            let named = [&assessment.body.folders.data, &parameter(&view.plan.body, "data")?];
            for data in named {
                // A link to data that were moved out holds none.
                if reader.exists(data)? && reader.resolved(data)?.is_within(&real) {
                    return Ok(Some("the data are in it".into()));
                }
            }
        }
        Ok(None)
    }
}

/// Something that a run left on the host.
struct Left<'a> {
    what: String,
    path: HostPath,
    state: RunState,
    run: &'a RunId,
    /// Whether it is the way back of a run that is done.
    way_back: bool,
}

impl Left<'_> {
    /// Why it is still needed.
    fn needed(&self) -> Option<String> {
        let run = self.run;
        match self.state {
            RunState::Finalised | RunState::RolledBack => None,
            _ if !self.way_back => None,
            RunState::Done => Some(format!(
                "it is the way back of the run {run}; finalise that first (`refit finalize`)"
            )),
            state => Some(format!("the run {run} is {}", state.word())),
        }
    }
}

/// What a run may have left.
fn left_by(view: &RunView) -> Result<Vec<Left<'_>>> {
    let plan = &view.plan.body;
    let parameters = plan.run_parameters(view.run.as_str());
    let path = |text: &str| -> Result<HostPath> { Ok(parameters.resolve(text)?.into()) };
    let state = view.status.state;
    let left = |what: String, path: HostPath, way_back: bool| Left {
        what,
        path,
        state,
        run: &view.run,
        way_back,
    };
    let mut all = vec![
        left(
            format!("restore points of the run {}", view.run),
            path("${restore_points}/${run}")?,
            true,
        ),
        left(
            format!("{} set aside by taking back the run {}", plan.to, view.run),
            path("${new_home}.rolled-back-${run}")?,
            false,
        ),
    ];
    if matches!(state, RunState::Done | RunState::Finalised) {
        all.push(left(format!("the old version {}", plan.from), path("${old_home}")?, true));
        let archive = path("${control}/archives/${archive}")?;
        all.push(left(format!("the archive of {}", plan.to), archive, false));
    }
    Ok(all)
}

fn parameter(plan: &Plan, name: &str) -> Result<HostPath> {
    Ok(plan.parameters.resolve(&format!("${{{name}}}"))?.into())
}

fn size(reader: Reader<'_>, path: &HostPath) -> Result<u64> {
    let Some(found) = reader.stat(path)? else { return Ok(0) };
    if found.kind != refit_hosts::Kind::Folder {
        return Ok(found.size);
    }
    let entries = reader.walk(path, COUNT_LIMIT)?;
    Ok(entries.iter().map(|entry| entry.metadata.size).sum())
}

/// Removes under the installation's lock, and only while no run is in charge of it.
fn remove_all(host: &dyn Host, last: &RunView, paths: &[HostPath]) -> Result<()> {
    let run = RunId::new(format!("cleanup-{}", last.plan.digest.short()))
        .map_err(|error| AppError::Usage(error.to_string()))?;
    let control = parameter(&last.plan.body, "control")?;
    let seen = host.last_seen(&control, &run)?.map_or(0, |seen| seen.sequence);
    let epoch = host.take_charge(&control, &run, seen)?;
    let fence = Fence {
        control: control.clone(),
        run: run.clone(),
        epoch,
        sequence: seen + 1,
        intent: Digest::of(b"cleanup"),
        operation: "cleanup".into(),
    };
    // Half a removal is no harm, an unfinished charge is: so it is not cancelled in between.
    let cancel = Cancel::new();
    let writer = Writer::new(host, fence, Deadline::seconds(REMOVE_SECONDS), &cancel);
    let changes: Vec<_> = paths.iter().cloned().map(Change::Remove).collect();
    let removed = writer.make(&changes);
    host.release(&control, &run, epoch)?;
    removed?;
    Ok(())
}
