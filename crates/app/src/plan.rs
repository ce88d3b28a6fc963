//! `refit plan`.

use std::collections::{BTreeMap, BTreeSet};

use refit_model::{Assessment, Decision, Digest, Plan, Playbook, Seen, Stored, Template, Version};
use refit_packs::Pack;
use refit_plan::{Inputs, plan};

use crate::{App, AppError, Newest, Result, StateError, Target};

/// What a plan is asked for with.
#[derive(Clone, Debug, Default)]
pub struct PlanRequest {
    /// The version to go to; the newest within reach where it is not given.
    pub to: Option<Version>,
    /// New decisions. What was seen when they were made is added.
    pub decide: Vec<Decision>,
    /// Subjects of decisions that are taken back.
    pub undecide: Vec<String>,
}

impl App<'_> {
    /// Assesses anew, and makes a plan from what was found and decided.
    pub fn plan(&self, target: &Target, request: &PlanRequest) -> Result<Stored<Plan>> {
        let pair = self.assess(target, request.to.as_ref())?;
        let newest = self.newest(target)?;
        let playbook = self.still_followed(&newest, &pair.assessment.body)?;
        let decisions = with_new(newest.decisions, request);
        let planned = match self.plan_from(&pair.assessment, &decisions, playbook) {
            // What forbids a run may well leave too little to make a plan of.
            Err(AppError::Plan(_)) if !pair.blocking().is_empty() => {
                let keys = pair.blocking().iter().map(|finding| finding.key.clone()).collect();
                return Err(AppError::Blocked { keys, target: target.shown() });
            }
            planned => planned?,
        };
        check_decisions(target, &planned.0.body, request)?;
        // What was seen when it was decided is kept with it: the next environment is asked again
        // where it shows something else.
        let decisions: Vec<_> =
            decisions.into_iter().map(|decision| with_seen(decision, &planned.0.body)).collect();
        let plan = if decisions == planned.1 {
            planned.0
        } else {
            self.plan_from(&pair.assessment, &decisions, playbook)?.0
        };
        self.update(target, |newest| {
            newest.plan = Some(plan.digest);
            newest.decisions = decisions;
            newest.playbook = playbook;
        })?;
        Ok(plan)
    }

    /// The playbook that was applied, as long as the upgrade is the one that it is about.
    fn still_followed(&self, newest: &Newest, assessment: &Assessment) -> Result<Option<Digest>> {
        let Some(digest) = newest.playbook else { return Ok(None) };
        let playbook = match self.state.load::<Playbook>(digest) {
            Ok(playbook) => playbook.body,
            Err(StateError::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let to = assessment.target.as_ref().map(|target| &target.version);
        let same = to == Some(&playbook.to) && assessment.installed != playbook.to;
        Ok(same.then_some(digest))
    }

    /// Makes a plan from a stored assessment; gives it with the decisions it was made with.
    pub(crate) fn plan_from(
        &self,
        assessment: &Stored<Assessment>,
        decisions: &[Decision],
        playbook: Option<Digest>,
    ) -> Result<(Stored<Plan>, Vec<Decision>)> {
        let pack = self.packs.get(assessment.body.pack.platform.as_str())?;
        let templates = self.templates_of(&assessment.body)?;
        let planned = plan(&inputs(assessment, &templates, &pack, decisions, playbook))?;
        for template in planned.templates {
            self.state.save(template)?;
        }
        Ok((self.state.save(planned.plan)?, decisions.to_vec()))
    }

    fn templates_of(&self, assessment: &Assessment) -> Result<BTreeMap<Digest, Template>> {
        let of_site = assessment.files.iter().filter_map(|file| file.template);
        let digests: BTreeSet<_> =
            of_site.chain(assessment.target_files.values().copied()).collect();
        let mut templates = BTreeMap::new();
        for digest in digests {
            templates.insert(digest, self.state.load::<Template>(digest)?.body);
        }
        Ok(templates)
    }
}

/// A decision about something that is no question is a mistake, and is told.
fn check_decisions(target: &Target, plan: &Plan, request: &PlanRequest) -> Result<()> {
    for Decision { subject, choice, seen, .. } in &request.decide {
        let open = plan.questions.iter().find(|question| question.subject == *subject);
        if let Some(question) = open {
            let known: Vec<_> =
                question.options.iter().map(|option| option.choice.as_str()).collect();
            if seen.is_some() && known.iter().any(|known| choice.starts_with(known)) {
                return Err(AppError::Stale {
                    what: format!("the decision about `{subject}`"),
                    why: "the site's value or the vendor's is another one by now".to_owned(),
                    how: "look at both, and decide anew".to_owned(),
                });
            }
            return Err(AppError::Usage(format!(
                "`{choice}` is no answer to `{subject}`; the answers are: {}",
                known.join(", ")
            )));
        }
        let used = plan.decisions.iter().any(|decision| decision.subject == *subject);
        if !used {
            return Err(AppError::Usage(format!(
                "`{subject}` is no question of this plan; `refit plan {}` shows the questions",
                target.shown()
            )));
        }
    }
    Ok(())
}

fn inputs<'a>(
    assessment: &'a Stored<Assessment>,
    templates: &'a BTreeMap<Digest, Template>,
    pack: &'a Pack,
    decisions: &'a [Decision],
    playbook: Option<Digest>,
) -> Inputs<'a> {
    Inputs {
        assessment: &assessment.body,
        digest: assessment.digest,
        templates,
        pack,
        decisions,
        playbook,
    }
}

/// Earlier decisions with the new ones in place of those on the same subject.
fn with_new(mut decisions: Vec<Decision>, request: &PlanRequest) -> Vec<Decision> {
    let is_new = |subject: &String| request.decide.iter().any(|new| new.subject == *subject);
    decisions.retain(|decision| {
        !is_new(&decision.subject) && !request.undecide.contains(&decision.subject)
    });
    decisions.extend(request.decide.iter().cloned());
    decisions.sort();
    decisions
}

/// The decision with the two sides that it was made between, where it is about a key.
pub(crate) fn with_seen(mut decision: Decision, plan: &Plan) -> Decision {
    let Some((file, key)) = decision.subject.split_once('#') else { return decision };
    let settlement = plan.settlements.iter().find(|settlement| settlement.file == file);
    let outcome = settlement
        .and_then(|settlement| settlement.outcomes.iter().find(|outcome| outcome.key == key));
    if let (None, Some(outcome)) = (&decision.seen, outcome) {
        decision.seen = Some(Seen { site: outcome.site.clone(), new: outcome.new.clone() });
    }
    decision
}
