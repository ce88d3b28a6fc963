//! Everything that is done while the old version serves.

use refit_model::{
    Act, Check, Condition, FileRecord, HostPath, Owner, Phase, PlannedFile, Step, Undo, UndoAct,
};

use super::site::{Side, Site, broker, home, id};
use crate::new_home::{NewHome, WrittenFile};

/// Copying from disk to disk, slowly estimated, in MiB a second.
const COPY_MEBIBYTES_A_SECOND: u64 = 150;

pub(super) fn steps(site: &Site<'_>, new_home: &NewHome, files: &[FileRecord]) -> Vec<Step> {
    let mut steps = vec![check_inputs(site, files), fetch(site), unpack(site)];
    steps.extend(place(site, new_home));
    steps.extend(new_home.written.iter().map(|file| write(site, file)));
    steps.extend(link_data(site));
    steps
}

/// A step with the usual frame.
pub(super) fn step(site: &Site<'_>, name: &str, phase: Phase, title: &str, reason: &str) -> Step {
    Step {
        id: id(name),
        title: title.to_owned(),
        reason: reason.to_owned(),
        phase,
        host: site.assessment.entry.host.clone(),
        owner: Owner::Refit,
        needs: Vec::new(),
        estimate_milliseconds: 100,
        downtime: false,
        may_skip: false,
        probe: Condition::Never,
        act: Act::Observe,
        verify: Check::now(Condition::All(Vec::new())),
        undo: Undo::Nothing("it changed nothing".into()),
    }
}

/// An undo of one act that is done when `probe` holds.
pub(super) fn undo(probe: Condition, act: Act) -> Undo {
    Undo::By(vec![UndoAct { verify: Check::now(probe.clone()), probe, act }])
}

/// Where Refit puts what it needs on the host during the run.
fn archive_path() -> HostPath {
    "${control}/archives/${archive}".to_owned().into()
}

fn check_inputs(site: &Site<'_>, files: &[FileRecord]) -> Step {
    let planned = files.iter().map(|file| PlannedFile {
        path: HostPath::from("${old_home}").join(crate::literal_path(&file.path)),
        fingerprint: file.fingerprint.clone(),
    });
    let mut conditions = vec![
        Condition::Unchanged(planned.collect()),
        Condition::Absent(home(Side::New)),
        Condition::FreeSpace {
            path: "${install_into}".to_owned().into(),
            bytes: space_needed(site),
        },
        broker(site.serves(Side::Old, &site.assessment.endpoints, true)),
    ];
    if site.data == crate::data_location::DataLocation::Move {
        conditions.insert(2, Condition::Absent("${data}".to_owned().into()));
    }
    let frame = step(
        site,
        "check-inputs",
        Phase::Prepare,
        "Check that everything is as when the plan was made",
        "A plan is right only for what it was made from: the same files, the old version running, \
         room for the new one.",
    );
    Step { verify: Check::now(Condition::All(conditions)), estimate_milliseconds: 5000, ..frame }
}

/// Old home and store copied twice (restore point, its rehearsal), the new home, and some room.
fn space_needed(site: &Site<'_>) -> u64 {
    let mebibytes = 3 * installation_mebibytes(site) + 512;
    mebibytes << 20
}

/// The size of home and stores, rounded up by the assessment so that plans do not go stale.
pub(super) fn installation_mebibytes(site: &Site<'_>) -> u64 {
    fact_mebibytes(site, "home.size_about_mebibytes") + store_mebibytes(site)
}

/// The size of the stores.
pub(super) fn store_mebibytes(site: &Site<'_>) -> u64 {
    fact_mebibytes(site, "store.size_about_mebibytes")
}

fn fact_mebibytes(site: &Site<'_>, name: &str) -> u64 {
    match site.assessment.facts.get(name) {
        Some(refit_model::FactValue::Number(number)) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

/// How long copying so much takes, in milliseconds.
pub(super) fn copy_milliseconds(mebibytes: u64) -> u64 {
    50 + mebibytes * 1000 / COPY_MEBIBYTES_A_SECOND
}

fn fetch(site: &Site<'_>) -> Step {
    let Some(target) = &site.assessment.target else { unreachable!("a site has a target") };
    let digest = target.archive.digest;
    let there = Condition::HasDigest { path: archive_path(), digest };
    let frame = step(
        site,
        "fetch-archive",
        Phase::Prepare,
        "Put the archive of ${new_version} on the host",
        "The archive is checked against the digest that the plan was made with.",
    );
    Step {
        probe: there.clone(),
        act: Act::Fetch { artifact: "${archive}".into(), digest, to: archive_path() },
        verify: Check::now(there),
        undo: undo(Condition::Absent(archive_path()), Act::Remove(vec![archive_path()])),
        estimate_milliseconds: copy_milliseconds(target.archive.size_bytes >> 20),
        ..frame
    }
}

fn unpack(site: &Site<'_>) -> Step {
    let Some(target) = &site.assessment.target else { unreachable!("a site has a target") };
    let (archive, digest, into) = (archive_path(), target.archive.digest, home(Side::New));
    let there = Condition::Unpacked { archive: archive.clone(), digest, into: into.clone() };
    let frame = step(
        site,
        "unpack-new",
        Phase::Prepare,
        "Unpack ${new_version} beside the old version",
        "Side by side: the old version stays untouched and can be started again at any moment.",
    );
    Step {
        probe: there.clone(),
        act: Act::Unpack { archive, digest, into: into.clone() },
        verify: Check::now(there),
        undo: undo(
            Condition::Absent(into.clone()),
            Act::Move {
                from: into,
                to: "${new_home}.rolled-back-${run}".to_owned().into(),
                leave_link: false,
            },
        ),
        estimate_milliseconds: site.pack.product.estimates.unpack_milliseconds.value * 2,
        ..frame
    }
}

/// The site's own files and those that it changed where the vendor changed nothing.
fn place(site: &Site<'_>, new_home: &NewHome) -> Option<Step> {
    if new_home.placed.is_empty() {
        return None;
    }
    let there = Condition::SameAs(new_home.placed.clone());
    let frame = step(
        site,
        "place-site-files",
        Phase::Prepare,
        "Copy the site's own files into the new home",
        "Files that the vendor does not ship (keystores, plugins), and settings in files that the \
         vendor did not change, are taken over byte for byte. They never leave the host.",
    );
    Some(Step {
        probe: there.clone(),
        act: Act::Place(new_home.placed.clone()),
        verify: Check::now(there),
        undo: Undo::Nothing("the new home is set aside as a whole".into()),
        estimate_milliseconds: 200,
        ..frame
    })
}

fn write(site: &Site<'_>, file: &WrittenFile) -> Step {
    let path = home(Side::New).join(&file.path);
    let secrets_from = home(Side::Old);
    let there = Condition::Holds {
        path: path.clone(),
        template: file.template,
        mode: file.mode,
        secrets_from: secrets_from.clone(),
    };
    let frame = step(
        site,
        &format!("write-{}", file.step_name()),
        Phase::Prepare,
        &format!("Write {} with the site's settings", file.path),
        "The vendor's new default with the site's settings re-applied; what became of every key \
         is in the plan's settlements. Secrets come from the old file on the host.",
    );
    Step {
        probe: there.clone(),
        act: Act::WriteFile { path, template: file.template, mode: file.mode, secrets_from },
        verify: Check::now(there),
        undo: Undo::Nothing("the new home is set aside as a whole".into()),
        estimate_milliseconds: 50,
        ..frame
    }
}

fn link_data(site: &Site<'_>) -> Option<Step> {
    if !site.data.needs_link() {
        return None;
    }
    let (path, target) = (home(Side::New).join("data"), HostPath::from("${data}"));
    let there = Condition::LinksTo { path: path.clone(), target: target.clone() };
    let frame = step(
        site,
        "link-data",
        Phase::Prepare,
        "Let the new home's data folder lead to the site's data",
        "The new version finds store, logs and pid file where it looks by default. Nothing is \
         written there before the switch.",
    );
    let vendors = home(Side::New).join("data.as-shipped");
    Some(Step {
        probe: there.clone(),
        act: Act::Link { path, target, set_aside: Some(vendors) },
        verify: Check::now(there),
        undo: Undo::Nothing("the new home is set aside as a whole".into()),
        estimate_milliseconds: 20,
        ..frame
    })
}
