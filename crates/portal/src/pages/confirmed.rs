//! What somebody is about to confirm, in words: a digest alone tells nobody what it is.

use refit_desk::{ActionKind, Case};
use refit_model::Plan;
use refit_pages::{PlanDetail, paths};

use super::actions::{Confirmed, Confirming, confirm};
use crate::documents::kept;
use crate::failure::Failure;
use crate::visit::Visit;

/// A label and a text.
type Line = (&'static str, String);

/// What a plan's facts say that matters to whoever accepts it.
const OF_PLAN: [(&str, &str); 3] = [
    ("downtime", "Downtime"),
    ("point of no return", "Point of no return"),
    ("way back", "Way back"),
];

/// Asks for the password before an action, or looks at it.
pub(super) async fn confirm_action(visit: &Visit, kind: ActionKind) -> Result<Confirmed, Failure> {
    let (form, case) = (visit.form()?, visit.case()?);
    let title = case.request.as_ref().map_or("", |request| request.title.as_str());
    let mut about = vec![("Request", title.to_owned())];
    about.extend(match kind {
        ActionKind::AcceptPlan => plan(visit, case).await?,
        _ => playbook(case),
    });
    if form.filled("accepts_extension").is_some()
        && let Some(extension) = refit_pages::extension(case)
    {
        about.push(("Longer time", format!("{}: {}", extension.range.words(), extension.why)));
    }
    let digests = ["plan", "playbook"].into_iter().filter_map(|name| form.text(name));
    about.extend(digests.map(|digest| ("Its digest", digest.to_owned())));
    let (path, back) = (paths::action(&case.id, kind), place(case, kind));
    confirm(visit, &Confirming { what: kind.words(), about: &about, path: &path, back: &back })
        .await
}

/// The page on which it is read.
fn place(case: &Case, kind: ActionKind) -> String {
    let part = if kind == ActionKind::AcceptPlan { "upgrade" } else { "playbook" };
    paths::part(&case.id, part)
}

/// The plan that counts: as far as the case has it, from which version to which, and what it costs.
async fn plan(visit: &Visit, case: &Case) -> Result<Vec<Line>, Failure> {
    let Some(posted) = case.plan() else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    if let Some(plan) = kept::<Plan>(&visit.portal, case, posted.digest).await? {
        let body = &plan.body;
        let (installation, environment) = (&body.installation, &body.environment);
        let upgrade = format!(
            "{installation} in {environment}, from version {} to version {}",
            body.from, body.to
        );
        lines.push(("Upgrade", upgrade));
        let facts = PlanDetail::of(&plan).facts;
        lines.extend(OF_PLAN.into_iter().filter_map(|(name, label)| {
            let (_, text) = facts.iter().find(|(known, _)| *known == name)?;
            Some((label, text.clone()))
        }));
    }
    lines.push(("In words", posted.summary.to_string()));
    Ok(lines)
}

/// The version of the Playbook that counts.
fn playbook(case: &Case) -> Vec<Line> {
    let version = case.playbook().into_iter();
    let lines = version.flat_map(|version| {
        [
            ("Playbook", format!("version {}", version.number)),
            ("What is new in it", version.summary.to_string()),
        ]
    });
    lines.collect()
}
