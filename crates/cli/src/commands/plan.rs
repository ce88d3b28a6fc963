//! `refit plan`.

use clap::Args;
use refit_app::PlanRequest;
use refit_model::{Decision, ExitCode, Plan, Stored, Version};
use refit_report::PlanReport;

use super::Context;
use crate::arguments::{Which, Who};
use crate::failure::{Ending, Failure};
use crate::screen::Shown;

/// What stands for the run's id in a plan that has no run yet.
pub const NO_RUN: &str = "RUN";

const EXAMPLES: &str = "\
The installation is assessed anew; nothing is changed on it. A plan with open questions ends with
code 4, one that findings forbid with code 3.

Examples:
  refit plan staging
  refit plan staging --to 5.18.3
  refit plan staging --decide data-location=move --by 'A. Name' --why 'as everywhere'
  refit plan staging --format html > plan.html";

/// Makes a plan, and decides what only people can decide.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct PlanArguments {
    #[command(flatten)]
    which: Which,
    /// The version to go to [default: the newest that the pack knows and the archives hold]
    #[arg(long, value_name = "VERSION")]
    to: Option<Version>,
    /// Answer a question of the plan; kept, and replayed in the next environment
    #[arg(long, value_name = "SUBJECT=CHOICE", value_parser = decision)]
    decide: Vec<(String, String)>,
    /// Take an earlier answer back
    #[arg(long, value_name = "SUBJECT")]
    undecide: Vec<String>,
    #[command(flatten)]
    who: Who,
}

impl PlanArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let plan = context.app.plan(
            &target,
            &PlanRequest {
                to: self.to.clone(),
                decide: self.decisions(),
                undecide: self.undecide.clone(),
            },
        )?;
        show(context, &plan)?;
        let blocking = context.app.blocking(&target)?;
        Ok(if !blocking.is_empty() {
            context.screen.progress().print(&format!(
                "findings forbid this plan: {}; see `refit assess {}`",
                blocking.join(", "),
                target.shown()
            ));
            ExitCode::Blocked
        } else if plan.body.questions.is_empty() {
            ExitCode::Done
        } else {
            ExitCode::NeedsPerson
        })
    }

    fn decisions(&self) -> Vec<Decision> {
        let decision = |(subject, choice): &(String, String)| Decision {
            subject: subject.clone(),
            choice: choice.clone(),
            seen: None,
            by: self.who.by(),
            why: self.who.why.clone(),
        };
        self.decide.iter().map(decision).collect()
    }
}

/// Shows a plan.
pub fn show(context: &Context<'_>, plan: &Stored<Plan>) -> Result<(), Failure> {
    let commands = refit_app::step_commands;
    let report = PlanReport { plan, run: NO_RUN, commands: &commands };
    let failed = |error: refit_model::ParameterError| Failure::failed(error.to_string());
    context.screen.document(&Shown {
        json: plan,
        text: &|| report.to_text(context.screen.style()).map_err(failed),
        html: Some(&|| report.to_html().map_err(failed)),
    })
}

/// `SUBJECT=CHOICE`. A subject may hold `=` in brackets (a key with a condition in it), a choice
/// that is a value may hold anything: it begins after the first `=` that is in no brackets.
fn decision(text: &str) -> Result<(String, String), String> {
    let mut depth = 0_usize;
    let is_between = |(_, c): &(usize, char)| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == '=' && depth == 0
    };
    let (at, _) = text.char_indices().find(is_between).ok_or("give it as SUBJECT=CHOICE")?;
    let (subject, choice) = (&text[..at], &text[at + 1..]);
    if subject.is_empty() || choice.is_empty() {
        return Err("give it as SUBJECT=CHOICE".into());
    }
    Ok((subject.to_owned(), choice.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::decision;

    #[test]
    fn a_decision_is_split_after_the_key() {
        let split = |text: &str| decision(text).unwrap();
        assert_eq!(split("data-location=move"), ("data-location".into(), "move".into()));
        let subject = "conf/activemq.xml#beans/bean[@class=a.B]/property[@name=x]";
        let (found, choice) = split(&format!("{subject}=keep-site"));
        assert_eq!((found.as_str(), choice.as_str()), (subject, "keep-site"));
        let (found, choice) = split(&format!("{subject}=value:a[1]=b]"));
        assert_eq!((found.as_str(), choice.as_str()), (subject, "value:a[1]=b]"));
        assert!(decision("nothing").is_err());
        assert!(decision("=x").is_err());
    }
}
