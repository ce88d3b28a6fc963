//! What both formats of a playbook show.

use refit_model::{
    Decision, ParameterError, Parameters, Phase, Playbook, PlaybookNote, PlaybookStep,
    PointOfNoReturn, Step, Stored, TrialSummary, used_parameters,
};

use super::back::{BackView, way_back};
use super::front::{hints, prerequisites, purpose, roles};
use super::{PlaybookReport, Session, StepCommands};
use crate::html::Head;
use crate::view::{FileView, PhaseView, StepView};
use crate::words;

/// A playbook, made ready.
pub(super) struct View<'a> {
    pub(super) title: &'a str,
    pub(super) facts: Vec<(&'static str, String)>,
    /// Decisions that are open in this environment.
    pub(super) open_questions: usize,
    /// What forbids to begin.
    pub(super) blocking: &'a [String],
    pub(super) purpose: String,
    pub(super) prerequisites: Vec<String>,
    pub(super) roles: Vec<(String, String)>,
    pub(super) bound: bool,
    pub(super) parameters: Vec<ParameterView<'a>>,
    pub(super) session: &'a Session,
    pub(super) files: Vec<FileView<'a>>,
    pub(super) decisions: &'a [Decision],
    pub(super) phases: Vec<PhaseView<PlaybookStepView<'a>>>,
    pub(super) back: BackView,
    pub(super) trials: &'a [TrialSummary],
    pub(super) hints: Vec<String>,
    pub(super) notes: &'a [PlaybookNote],
    pub(super) digest: String,
    pub(super) made: &'a str,
}

/// A parameter and its values.
pub(super) struct ParameterView<'a> {
    pub(super) name: &'a str,
    pub(super) meaning: &'a str,
    pub(super) learned: &'a str,
    /// The value in the environment that the playbook is rendered for.
    pub(super) here: Option<&'a str>,
}

/// A step, with what was learned about it.
pub(super) struct PlaybookStepView<'a> {
    pub(super) step: StepView,
    pub(super) verify_commands: Vec<String>,
    pub(super) undo_commands: Vec<String>,
    pub(super) measured: Option<String>,
    /// What was seen where the playbook was learned.
    pub(super) seen: String,
    pub(super) attempts: u32,
    pub(super) by_hand: Option<&'a str>,
    pub(super) notes: &'a [PlaybookNote],
    /// Whether only this environment's plan has it.
    pub(super) only_here: bool,
}

/// A step with its values, what the playbook says of it, and what is typed.
pub(super) struct BoundStep<'a> {
    pub(super) step: Step,
    pub(super) learned: Option<&'a PlaybookStep>,
    pub(super) commands: StepCommands,
}

impl<'a> View<'a> {
    pub(super) fn of(report: &PlaybookReport<'a>) -> Result<Self, ParameterError> {
        let playbook = &report.playbook.body;
        let plan = report.here.map(|here| &here.plan.body);
        let steps = bound_steps(report)?;
        let settlements = plan.map_or(&playbook.settlements, |plan| &plan.settlements);
        let decisions = plan.map_or(&playbook.decisions, |plan| &plan.decisions);
        Ok(Self {
            title: &playbook.title,
            facts: facts(report),
            open_questions: plan.map_or(0, |plan| plan.questions.len()),
            blocking: report.here.map_or(&[], |here| here.blocking),
            purpose: purpose(playbook),
            prerequisites: prerequisites(report, &steps),
            roles: roles(&steps),
            bound: report.here.is_some(),
            parameters: parameters(report),
            session: report.session,
            decisions,
            files: settlements.iter().map(FileView::of).collect(),
            back: way_back(report, &steps),
            hints: hints(report, &steps)?,
            phases: phases(report, steps),
            trials: &playbook.trials,
            notes: &playbook.notes,
            digest: report.playbook.digest.to_string(),
            made: &report.playbook.created,
        })
    }

    pub(super) fn head(&self, playbook: &Stored<Playbook>) -> Head {
        Head::of("Playbook", self.title.to_owned(), self.facts.clone(), playbook)
    }
}

fn facts(report: &PlaybookReport<'_>) -> Vec<(&'static str, String)> {
    let playbook = &report.playbook.body;
    let downtime = playbook.downtime_milliseconds.map_or_else(
        || "not measured".to_owned(),
        |down| format!("{} where it was learned", words::duration(down)),
    );
    let mut facts = vec![
        ("upgrade", format!("{} {} to {}", playbook.pack.platform, playbook.from, playbook.to)),
        (
            "learned",
            format!(
                "on {} in {}, run {}",
                playbook.installation, playbook.environment, playbook.run
            ),
        ),
        ("downtime", downtime),
        (
            "knowledge",
            format!("of {} (pack {})", playbook.pack.knowledge, playbook.pack.digest.short()),
        ),
        ("playbook", format!("`{}`", report.playbook.digest)),
        ("plan that was run", format!("`{}`", playbook.plan)),
        ("journal", format!("`{}`", playbook.journal)),
    ];
    if let Some(here) = report.here {
        let plan = &here.plan.body;
        facts.insert(0, ("rendered for", format!("{} in {}", plan.installation, plan.environment)));
        facts.push(("plan for here", format!("`{}`", here.plan.digest)));
    }
    facts
}

fn parameters<'a>(report: &PlaybookReport<'a>) -> Vec<ParameterView<'a>> {
    let values = report.here.map(|here| &here.plan.body.parameters);
    let parameters = report.playbook.body.parameters.iter();
    parameters
        .map(|parameter| ParameterView {
            name: &parameter.name,
            meaning: &parameter.meaning,
            learned: &parameter.learned,
            here: values.and_then(|values| values.get(&parameter.name)),
        })
        .collect()
}

/// The steps of this environment's plan, else those of the playbook, ready to be read.
fn bound_steps<'a>(report: &PlaybookReport<'a>) -> Result<Vec<BoundStep<'a>>, ParameterError> {
    let learned = &report.playbook.body.steps;
    let Some(here) = report.here else {
        return learned
            .iter()
            .map(|learned| {
                let commands = (report.commands)(&learned.step);
                Ok(BoundStep { step: left_open(&learned.step)?, learned: Some(learned), commands })
            })
            .collect();
    };
    let steps = here.plan.body.bound_steps(here.run)?.into_iter();
    Ok(steps
        .map(|step| {
            let learned = learned.iter().find(|learned| learned.step.id == step.id);
            let commands = (report.commands)(&step);
            BoundStep { step, learned, commands }
        })
        .collect())
}

/// The step with `${name}` left as it is, and `$$` as the plain dollar sign that it stands for.
fn left_open(step: &Step) -> Result<Step, ParameterError> {
    open_parameters(step)?.bind(step)
}

fn open_parameters<T: serde::Serialize>(value: &T) -> Result<Parameters, ParameterError> {
    let names = used_parameters(value)?;
    Ok(names.into_iter().map(|name| (name.clone(), format!("${{{name}}}"))).collect())
}

/// A text of the playbook with this environment's values; with open ones where there are none.
pub(super) fn resolved(report: &PlaybookReport<'_>, text: &str) -> String {
    let parameters = match report.here {
        Some(here) => Ok(here.plan.body.run_parameters(here.run)),
        None => open_parameters(&text),
    };
    let resolved = parameters.and_then(|parameters| parameters.resolve(text));
    resolved.unwrap_or_else(|_| text.to_owned())
}

fn phases<'a>(
    report: &PlaybookReport<'a>,
    steps: Vec<BoundStep<'a>>,
) -> Vec<PhaseView<PlaybookStepView<'a>>> {
    let views = steps.into_iter().enumerate();
    PhaseView::group(views.map(|(index, bound)| -> (Phase, _) {
        (bound.step.phase, step_view(report, index, bound))
    }))
}

fn step_view<'a>(
    report: &PlaybookReport<'a>,
    index: usize,
    bound: BoundStep<'a>,
) -> PlaybookStepView<'a> {
    let no_return = match report.point_of_no_return() {
        PointOfNoReturn::At { step, cost } if *step == bound.step.id => Some(cost.as_str()),
        _ => None,
    };
    let learned = bound.learned;
    PlaybookStepView {
        step: StepView::of(index, &bound.step, no_return, bound.commands.act),
        verify_commands: bound.commands.verify,
        undo_commands: bound.commands.undo,
        measured: learned.and_then(|step| step.measured_milliseconds).map(words::duration),
        seen: learned.map(|step| resolved(report, &step.seen)).unwrap_or_default(),
        attempts: learned.map_or(1, |step| step.attempts),
        by_hand: learned.and_then(|step| step.by_hand.as_deref()),
        notes: learned.map(|step| step.notes.as_slice()).unwrap_or_default(),
        only_here: learned.is_none(),
    }
}
