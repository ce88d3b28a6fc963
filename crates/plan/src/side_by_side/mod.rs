//! Side by side: the new version is unpacked beside the old one; all preparing, merging and
//! backing up happens while the old one serves; then stop, switch, start.

mod backup;
mod prepare;
mod site;
mod switch;

use refit_model::{Condition, FileRecord, Landmark, ParameterError, Step, StepId};

use crate::new_home::NewHome;
use site::broker;

pub(crate) use site::{Side, Site, named};

/// The steps, in their order.
pub(crate) fn steps(
    site: &Site<'_>,
    new_home: &NewHome,
    files: &[FileRecord],
) -> Result<Vec<Step>, ParameterError> {
    let mut steps = prepare::steps(site, new_home, files);
    steps.push(backup::point_a(site));
    steps.push(switch::stop_old(site)?);
    steps.extend(backup::point_b(site));
    steps.extend(switch::move_data(site));
    steps.extend(switch::switch_link(site));
    steps.push(switch::start_new(site, &new_home.places.endpoints)?);
    steps.push(switch::verify_new(site, &new_home.places.endpoints)?);
    steps.extend(backup::seal_b(site));
    Ok(site::chained(steps))
}

/// What to look at when something went wrong.
pub(crate) fn landmarks(site: &Site<'_>, new_home: &NewHome) -> Vec<Landmark> {
    let landmark = |text: &str, condition| Landmark { text: text.to_owned(), condition };
    let old = site.serves(Side::Old, &site.assessment.endpoints, false);
    let new = site.serves(Side::New, &new_home.places.endpoints, false);
    let mut landmarks = vec![
        landmark("${old_version} serves", broker(old)),
        landmark("${new_version} serves", broker(new)),
        landmark("the data are in ${data}", Condition::Exists("${data}".to_owned().into())),
    ];
    if site.assessment.folders.link.is_some() {
        let condition =
            Condition::LinksTo { path: "${home}".to_owned().into(), target: site::home(Side::New) };
        landmarks.push(landmark("${home} leads to the new version", condition));
    }
    landmarks
}

/// The step after which the new version has written to the store.
pub(crate) fn start_step() -> StepId {
    site::id("start-new")
}

/// The steps that a rehearsal does in its scratch folder: those that make the new home.
pub(crate) fn rehearsed(steps: &[Step]) -> Vec<StepId> {
    let makes_home = |step: &&Step| {
        let name = step.id.as_str();
        matches!(name, "fetch-archive" | "unpack-new" | "place-site-files")
            || name.starts_with("write-")
    };
    steps.iter().filter(makes_home).map(|step| step.id.clone()).collect()
}
