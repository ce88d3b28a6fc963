//! The window: stop, switch, start. And what must hold after.

use refit_model::{
    Act, Check, Condition, Endpoint, HostPath, ParameterError, Phase, Step, Undo, UndoAct,
};

use super::prepare::{step, undo};
use super::site::{Side, Site, broker, home, within};
use crate::data_location::DataLocation;

/// Stop the old version.
pub(super) fn stop_old(site: &Site<'_>) -> Result<Step, ParameterError> {
    let mut stopped = vec![Condition::Gone(site.process(Side::Old))];
    stopped.extend(site.store_locks().into_iter().map(Condition::Unlocked));
    let stopped = Condition::All(stopped);
    let frame = step(
        site,
        "stop-old",
        Phase::Upgrade,
        "Stop ${old_version}",
        "By SIGTERM to the very process that runs from the old home and owns its connectors. The \
         vendor's stop script is not used: it can stop another broker of the same host.",
    );
    let serves = broker(site.serves(Side::Old, &site.assessment.endpoints, false));
    Ok(Step {
        downtime: true,
        probe: stopped.clone(),
        act: Act::Stop {
            process: site.process(Side::Old),
            within_seconds: site.stop_within(),
            pid_file: Some(site.pid_file(Side::Old)?),
        },
        verify: Check::now(stopped),
        undo: Undo::By(vec![UndoAct {
            probe: serves.clone(),
            act: site.start(Side::Old)?,
            verify: within(serves, site.start_within()),
        }]),
        estimate_milliseconds: site.pack.product.estimates.stop_milliseconds.value,
        ..frame
    })
}

/// Move data that are inside the old home out of it, where that was decided.
pub(super) fn move_data(site: &Site<'_>) -> Option<Step> {
    if site.data != DataLocation::Move {
        return None;
    }
    let (from, to) = (HostPath::from("${old_data}"), HostPath::from("${data}"));
    let moved = Condition::All(vec![
        Condition::LinksTo { path: from.clone(), target: to.clone() },
        Condition::Exists(to.clone()),
    ]);
    let frame = step(
        site,
        "move-data",
        Phase::Upgrade,
        "Move the data out of the old home",
        "By a rename on the same file system, which takes no time and copies nothing. The old \
         place becomes a link, so that scripts and the old version still find them; deleting the \
         old home later cannot delete the data.",
    );
    Some(Step {
        downtime: true,
        probe: moved.clone(),
        act: Act::Move { from: from.clone(), to: to.clone(), leave_link: true },
        verify: Check::now(moved),
        undo: undo(
            Condition::All(vec![Condition::Absent(to.clone()), Condition::Exists(from.clone())]),
            Act::Move { from: to, to: from, leave_link: false },
        ),
        estimate_milliseconds: 10,
        ..frame
    })
}

/// Let the link through which the broker is operated lead to the new home.
pub(super) fn switch_link(site: &Site<'_>) -> Option<Step> {
    site.assessment.folders.link.as_ref()?;
    let link = |target: &str| (HostPath::from("${home}"), HostPath::from(target));
    let (path, target) = link("${new_home}");
    let switched = Condition::LinksTo { path: path.clone(), target: target.clone() };
    let (_, old_target) = link("${old_link_target}");
    let back = Condition::LinksTo { path: path.clone(), target: old_target.clone() };
    let frame = step(
        site,
        "switch-link",
        Phase::Upgrade,
        "Let ${home} lead to the new version",
        "Whatever starts the broker through this link starts the new version from now on. The \
         link is turned at once: there is no moment without it.",
    );
    Some(Step {
        downtime: true,
        probe: switched.clone(),
        act: Act::Link { path: path.clone(), target, set_aside: None },
        verify: Check::now(switched),
        undo: undo(back, Act::Link { path, target: old_target, set_aside: None }),
        estimate_milliseconds: 10,
        ..frame
    })
}

/// Start the new version.
pub(super) fn start_new(site: &Site<'_>, endpoints: &[Endpoint]) -> Result<Step, ParameterError> {
    let serves = broker(site.serves(Side::New, endpoints, false));
    let gone = Condition::Gone(site.process(Side::New));
    let frame = step(
        site,
        "start-new",
        Phase::Upgrade,
        "Start ${new_version}",
        "The start command's exit code says nothing; what counts is that the process that came \
         of it tells the right version at every connector, from the right home with the right data.",
    );
    Ok(Step {
        downtime: true,
        probe: serves.clone(),
        act: site.start(Side::New)?,
        verify: within(serves, site.start_within()),
        undo: Undo::By(vec![UndoAct {
            probe: gone.clone(),
            act: Act::Stop {
                process: site.process(Side::New),
                within_seconds: site.stop_within(),
                pid_file: Some(site.pid_file(Side::New)?),
            },
            verify: Check::now(gone),
        }]),
        estimate_milliseconds: site.pack.product.estimates.start_milliseconds.value,
        ..frame
    })
}

/// Ask the new version again, with its console. Where it has stopped itself since its first answer,
/// running again starts it again, once the cause is gone.
pub(super) fn verify_new(site: &Site<'_>, endpoints: &[Endpoint]) -> Result<Step, ParameterError> {
    let whole = broker(site.serves(Side::New, endpoints, true));
    let linked =
        site.assessment.folders.link.as_ref().map(|_| Condition::LinksTo {
            path: "${home}".to_owned().into(),
            target: home(Side::New),
        });
    let conditions: Vec<_> = linked.into_iter().chain([whole]).collect();
    let frame = step(
        site,
        "verify-new",
        Phase::Test,
        "Ask the new version once more, with its console",
        "A broker whose console cannot have its port answers once and then stops itself; so it is \
         asked again after a while.",
    );
    Ok(Step {
        act: site.start(Side::New)?,
        undo: Undo::Nothing("it is stopped where its start is taken back".into()),
        verify: within(Condition::All(conditions), site.start_within()),
        estimate_milliseconds: site.pack.product.estimates.settle_milliseconds.value
            + site.again_after(),
        ..frame
    })
}
