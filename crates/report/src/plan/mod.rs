//! Plans: what will be done, with the literal commands, and what becomes of every setting.

mod command;
mod diff;
mod page;
mod text;

use refit_model::{ParameterError, Plan, PointOfNoReturn, Step, Stored};

use crate::Style;
use crate::view::{FileView, PhaseView, QuestionView, StepView};
use crate::words;

pub use command::plan_command;
pub use diff::{Changed, PlanDiff};
pub(crate) use text::{one_file, one_question};

/// How the commands of steps are read.
pub(crate) const COMMANDS: &str = "The commands are what a person with a shell would type instead; \
     words like `has_sum` are the functions that come with a playbook.";

/// A plan, and how its steps are typed.
#[derive(Clone, Copy)]
pub struct PlanReport<'a> {
    /// The plan.
    pub plan: &'a Stored<Plan>,
    /// The run's id, or the word that stands for it while there is none, for example `RUN`.
    pub run: &'a str,
    /// The lines of a shell that do a step, which has its values put in.
    pub commands: &'a dyn Fn(&Step) -> Vec<String>,
}

impl<'a> PlanReport<'a> {
    /// As text for the terminal. Fails where a step names a parameter that has no value.
    pub fn to_text(&self, style: Style) -> Result<String, ParameterError> {
        text::text(self, style)
    }

    /// What stands before the steps, as text for the terminal.
    pub fn to_summary(&self, style: Style) -> String {
        text::head(self, style).finish()
    }

    /// As a page that needs nothing else. Fails where a step names a parameter that has no value.
    pub fn to_html(&self) -> Result<String, ParameterError> {
        page::html(self)
    }

    fn body(&self) -> &'a Plan {
        &self.plan.body
    }

    fn title(&self) -> String {
        let plan = self.body();
        format!(
            "Plan for {} in {}: {} to {}",
            plan.installation, plan.environment, plan.from, plan.to
        )
    }

    /// The steps with their values put in, by phase. Fails where a step names a parameter that has
    /// no value.
    pub fn phases(&self) -> Result<Vec<PhaseView<StepView>>, ParameterError> {
        let steps = self.body().bound_steps(self.run)?;
        let views = steps.iter().enumerate().map(|(index, step)| {
            let cost = match &self.body().point_of_no_return {
                PointOfNoReturn::At { step: at, cost } if *at == step.id => Some(cost.as_str()),
                _ => None,
            };
            (step.phase, StepView::of(index, step, cost, (self.commands)(step)))
        });
        Ok(PhaseView::group(views))
    }

    /// What must still be decided.
    pub fn questions(&self) -> Vec<QuestionView<'a>> {
        let plan = self.body();
        let view = |question| QuestionView::of(&plan.environment, question);
        plan.questions.iter().map(view).collect()
    }

    fn files(&self) -> Vec<FileView<'a>> {
        self.body().settlements.iter().map(FileView::of).collect()
    }

    /// The head of the report: labels and texts.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let plan = self.body();
        let downtime = match plan.steps.iter().filter(|step| step.downtime).count() {
            0 => "none".to_owned(),
            number => format!(
                "{} ({})",
                words::estimate(plan.downtime_milliseconds()),
                words::count(number, "step", "steps")
            ),
        };
        let steps = words::count(plan.steps.len(), "step", "steps");
        let follows =
            plan.playbook.map(|playbook| ("follows", format!("the playbook `{playbook}`")));
        let mut summary = vec![("why", plan.why_this_version.clone())];
        summary.extend(follows);
        summary.extend([
            ("how", words::strategy_words(plan.strategy).to_owned()),
            (
                "knowledge",
                format!("of {} (pack {})", plan.pack.knowledge, plan.pack.digest.short()),
            ),
            ("work", format!("{steps}, {}", words::estimate(plan.estimate_milliseconds()))),
            ("downtime", downtime),
            ("point of no return", point_of_no_return(&plan.point_of_no_return)),
            ("way back", self.way_back()),
        ]);
        summary
    }

    fn way_back(&self) -> String {
        let plan = self.body();
        let keeps =
            plan.way.iter().all(|hop| hop.old_reads_new_store == refit_model::StoreReading::Yes);
        let store = if keeps {
            "the old version reads the new one's store, so every message is kept"
        } else {
            "the store is restored as it was before the new version's start; messages since then \
             are lost, which needs an approval of its own"
        };
        format!("`refit rollback {}` takes the steps back in reverse; {store}", plan.environment)
    }
}

/// The point of no return in words.
pub(crate) fn point_of_no_return(point: &PointOfNoReturn) -> String {
    match point {
        PointOfNoReturn::None(why) => format!("none: {why}"),
        PointOfNoReturn::At { step, cost } => format!("the step `{step}`: {cost}"),
    }
}
