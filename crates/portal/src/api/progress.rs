//! How a request goes on, over the API: its timeline and its runs.

use jiff::Timestamp;
use refit_desk::{ActivityKey, Bar, Milestone};
use refit_model::RunId;
use refit_pages::{LiveRun, LiveStep, RunLink, RunWait};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer;
use crate::failure::Failure;
use crate::route::Answer;
use crate::runs::{self, Looking};
use crate::visit::Visit;

/// The time of a request, planned against actual.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TimelineShown {
    now: String,
    /// The end of the customer's last day.
    deadline: String,
    /// When the upgrade will be handed over, as things stand.
    handed_over: Option<Span>,
    /// One for each activity.
    activities: Vec<ActivityShown>,
    milestones: Vec<MilestoneShown>,
}

/// From one moment to another.
#[derive(Debug, Serialize, JsonSchema)]
struct Span {
    from: String,
    until: String,
}

/// An activity in time.
#[derive(Debug, Serialize, JsonSchema)]
struct ActivityShown {
    key: ActivityKey,
    title: String,
    phase: String,
    owners: Vec<String>,
    state: String,
    /// For whom it waits.
    waits_for: Option<String>,
    /// When it was planned, if everything takes its longest.
    planned: Option<Span>,
    /// When it really went; to now while it goes on.
    actual: Option<Span>,
    /// When the rest of it is expected.
    expected: Option<Span>,
    is_late: bool,
    /// Whether the hand-over comes later if this does.
    is_critical: bool,
}

/// A milestone.
#[derive(Debug, Serialize, JsonSchema)]
struct MilestoneShown {
    phase: String,
    name: String,
    planned: Option<String>,
    reached: Option<String>,
}

/// The runs of a request.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Runs {
    /// Those that the server follows, the latest first.
    runs: Vec<RunListed>,
    /// Those that were recorded, in their order.
    recorded: Vec<Recorded>,
}

/// A run that the server follows.
#[derive(Debug, Serialize, JsonSchema)]
struct RunListed {
    run: RunId,
    state: String,
}

/// The end of a run, as it was recorded.
#[derive(Debug, Serialize, JsonSchema)]
struct Recorded {
    run: RunId,
    plan: refit_model::Digest,
    end: refit_desk::RunEnd,
}

/// A run, with its steps.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunShown {
    run: RunId,
    state: String,
    /// Whether more will come.
    is_going_on: bool,
    /// When this was known.
    at: String,
    /// What is being done now.
    doing: Option<String>,
    /// Whether clients are cut off now.
    is_cut_off: bool,
    waits: Option<Wait>,
    /// What is wrong with what is told here.
    finding: Option<String>,
    /// How many events of the journal this is made of.
    events: u64,
    settled: u32,
    steps: Vec<Step>,
}

/// What a run waits for.
#[derive(Debug, Serialize, JsonSchema)]
struct Wait {
    whom: String,
    why: String,
    /// What is to be done.
    instructions: Vec<String>,
}

/// A step of a run.
#[derive(Debug, Serialize, JsonSchema)]
struct Step {
    id: String,
    title: String,
    phase: String,
    host: String,
    state: String,
    /// How long it took, or is thought to take, with its unit.
    time: String,
}

/// The timeline.
pub(crate) async fn timeline(visit: Visit) -> Answer {
    let timeline = visit.case()?.timeline(visit.origin.at).ok_or_else(Failure::not_found)?;
    answer(&TimelineShown {
        now: timeline.now.to_string(),
        deadline: timeline.deadline.to_string(),
        handed_over: timeline.handed_over.map(span),
        activities: timeline.bars.iter().map(activity).collect(),
        milestones: timeline.milestones.iter().map(milestone).collect(),
    })
}

/// The runs.
pub(crate) async fn runs(visit: Visit) -> Answer {
    let case = visit.case()?;
    let listed = |link: RunLink| RunListed { run: link.run, state: link.state };
    let recorded =
        case.runs.iter().map(|one| Recorded { run: one.run.clone(), plan: one.plan, end: one.end });
    let recorded = recorded.collect();
    let ways = runs::ways(&visit).await?;
    answer(&Runs { runs: ways.links.into_iter().map(listed).collect(), recorded })
}

/// A run.
pub(crate) async fn run(visit: Visit) -> Answer {
    let run: RunId = visit.parameter("run")?;
    let live = Looking::of(&visit, run).await?.look().await?;
    answer(&shown(live))
}

fn span((from, until): (Timestamp, Timestamp)) -> Span {
    Span { from: from.to_string(), until: until.to_string() }
}

fn activity(bar: &Bar) -> ActivityShown {
    ActivityShown {
        key: bar.key.clone(),
        title: bar.title.clone(),
        phase: bar.phase.to_string(),
        owners: bar.owners.iter().map(|owner| owner.word().to_owned()).collect(),
        state: bar.state.to_owned(),
        waits_for: bar.wait.as_ref().map(|wait| wait.waits_for.word().to_owned()),
        planned: bar.planned.map(span),
        actual: bar.actual.map(span),
        expected: bar.expected.map(span),
        is_late: bar.is_late,
        is_critical: bar.is_critical,
    }
}

fn milestone(milestone: &Milestone) -> MilestoneShown {
    MilestoneShown {
        phase: milestone.phase.to_string(),
        name: milestone.name.to_string(),
        planned: milestone.planned.map(|at| at.to_string()),
        reached: milestone.reached.map(|at| at.to_string()),
    }
}

fn shown(live: LiveRun) -> RunShown {
    RunShown {
        run: live.run,
        state: live.state,
        is_going_on: live.is_going_on,
        at: live.at.to_string(),
        doing: live.doing,
        is_cut_off: live.is_cut_off,
        waits: live.wait.map(wait),
        finding: live.finding,
        events: live.events,
        settled: live.settled,
        steps: live.steps.into_iter().map(step).collect(),
    }
}

fn wait(wait: RunWait) -> Wait {
    Wait { whom: wait.whom, why: wait.why, instructions: wait.instructions }
}

fn step(step: LiveStep) -> Step {
    let LiveStep { id, title, phase, host, state, time, .. } = step;
    Step { id, title, phase, host, state, time }
}
