//! Making a plan.

use refit_model::{
    Assessment, Decision, FilePair, HostPath, PathPurpose, Plan, PointOfNoReturn, RehearsalSpec,
    Settlement, Strategy, Template,
};

use crate::data_location::{DataLocation, step_path};
use crate::new_home::{NewHome, new_home};
use crate::side_by_side::{self, Side, Site};
use crate::{Inputs, PlanError, lint, old_home, settled};

/// A plan with the texts that it names.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The texts, without secrets.
    pub templates: Vec<Template>,
}

/// Makes the plan. The same inputs give the same plan, to the last byte.
pub fn plan(inputs: &Inputs<'_>) -> Result<Planned, PlanError> {
    let assessment = inputs.assessment;
    if assessment.pack.digest != inputs.pack.reference.digest {
        return Err(PlanError::OtherPack { assessed: assessment.pack.knowledge.clone() });
    }
    let target = assessment.target.as_ref().ok_or(PlanError::NoTarget)?;
    let (data, data_question) = DataLocation::decide(assessment, inputs.decisions);
    let mut configuration = settled::settle_all(inputs, &target.version)?;
    let top = inputs.pack.product.archive.top_of(&target.version);
    let home_path = assessment.folders.install_into.join(top);
    let new_data = data.after(&assessment.folders);
    old_home::follow(&mut configuration, assessment, &home_path, &new_data)?;
    let home = new_home(inputs, configuration);
    let site = Site::new(assessment, inputs.pack, data, &home_path, &home.places.endpoints)?;
    let steps = side_by_side::steps(&site, &home, &assessment.files)?;
    let plan = Plan {
        environment: assessment.environment.clone(),
        installation: assessment.installation.clone(),
        assessment: inputs.digest,
        playbook: inputs.playbook,
        pack: assessment.pack.clone(),
        from: assessment.installed.clone(),
        to: target.version.clone(),
        why_this_version: target.why.clone(),
        way: assessment.way.clone(),
        strategy: Strategy::SideBySide,
        rehearsal: Some(rehearsal(&site, &home, &steps)),
        landmarks: side_by_side::landmarks(&site, &home),
        logs: logs(assessment, &home),
        point_of_no_return: point_of_no_return(assessment),
        parameters: site.parameters,
        steps,
        decisions: used(inputs.decisions, data, &home.settlements),
        questions: home.questions.into_iter().chain(data_question).collect(),
        settlements: home.settlements,
    };
    let notes = lint(&plan);
    if notes.is_empty() {
        Ok(Planned { plan, templates: home.templates })
    } else {
        Err(PlanError::Lint(notes))
    }
}

/// The decisions that this plan rests on: those about its files, and about the plan itself.
fn used(decisions: &[Decision], data: DataLocation, settlements: &[Settlement]) -> Vec<Decision> {
    let concerns = |decision: &&Decision| match decision.subject.split_once('#') {
        Some((file, key)) => settlements.iter().any(|settlement| {
            settlement.file == file && settlement.outcomes.iter().any(|outcome| outcome.key == key)
        }),
        None => data.is_decided_by(&decision.subject),
    };
    let mut used: Vec<_> = decisions.iter().filter(concerns).cloned().collect();
    used.sort();
    used
}

fn point_of_no_return(assessment: &Assessment) -> PointOfNoReturn {
    if assessment.old_reads_new_store() {
        return PointOfNoReturn::None(
            "every hop of the way is known to leave a store that the old version reads: going \
             back keeps all messages, those of the meantime too"
                .into(),
        );
    }
    PointOfNoReturn::At {
        step: side_by_side::start_step(),
        cost: "it is not known that the old version reads a store that the new one has written; \
               going back restores the store as it was at the stop, and messages that came since \
               are lost"
            .into(),
    }
}

fn rehearsal(site: &Site<'_>, home: &NewHome, steps: &[refit_model::Step]) -> RehearsalSpec {
    RehearsalSpec {
        steps: side_by_side::rehearsed(steps),
        copies: store_copies(site.assessment, home),
        overrides: home.places.overrides.clone(),
        running: site.serves(Side::Old, &site.assessment.endpoints, true),
        rehearsed: site.serves(Side::New, &home.places.endpoints, true),
    }
}

/// The stores, and where the scratch copy looks for them.
fn store_copies(assessment: &Assessment, home: &NewHome) -> Vec<FilePair> {
    let data = &assessment.folders.data;
    let stores =
        assessment.written_paths.iter().filter(|written| written.purpose == PathPurpose::Store);
    let mut copies: Vec<FilePair> = stores
        .filter_map(|written| {
            let from = step_path(&written.path, data);
            Some(FilePair { from, to: home.places.store(&written.path, data)? })
        })
        .collect();
    copies.sort_by(|a, b| a.from.cmp(&b.from));
    copies.dedup();
    copies
}

/// The new version's logs, then the old one's.
fn logs(assessment: &Assessment, home: &NewHome) -> Vec<HostPath> {
    let data = &assessment.folders.data;
    let old = assessment
        .written_paths
        .iter()
        .filter(|written| written.purpose == PathPurpose::Log && written.path.is_within(data))
        .map(|written| step_path(&written.path, data));
    let mut logs = home.places.logs.clone();
    logs.extend(old);
    let mut seen = Vec::new();
    logs.retain(|log| {
        let is_new = !seen.contains(log);
        seen.push(log.clone());
        is_new
    });
    logs
}
