//! Restore points: A before the stop, B of the stopped store.

use refit_model::{Act, Check, Condition, HostPath, Phase, RestoreItem, Step, Undo, UndoAct};

use crate::data_location::stores;

use super::prepare::{copy_milliseconds, installation_mebibytes, step, store_mebibytes};
use super::site::{Side, Site, broker, home, within};

fn point(name: &str) -> HostPath {
    format!("${{restore_points}}/${{run}}/{name}").into()
}

/// Restore point A: software, configuration and a warm copy of the store.
pub(super) fn point_a(site: &Site<'_>) -> Step {
    let at = point("a");
    let sealed = Condition::RestorePoint(at.clone());
    let frame = step(
        site,
        "restore-point-a",
        Phase::BackUp,
        "Take restore point A: the old home and a warm copy of the store",
        "Everything that a way back needs, taken while the old version serves, read back byte by \
         byte, and restored once into a scratch folder to prove that it can be.",
    );
    Step {
        probe: sealed.clone(),
        act: Act::RestorePoint {
            at: at.clone(),
            items: items_a(site),
            seal: true,
            rehearse_in: Some(point("a-rehearsal")),
        },
        verify: Check::now(sealed),
        undo: ask_old_again(site),
        // Copied, read, copied again for the rehearsal, read twice more.
        estimate_milliseconds: 3 * copy_milliseconds(installation_mebibytes(site)),
        ..frame
    }
}

/// On the way back this comes right after the start of the old version, and outside of the time
/// without service: it is asked once more, since a broker whose console cannot have its port
/// answers once and then stops itself. The restore point is kept.
fn ask_old_again(site: &Site<'_>) -> Undo {
    let whole = broker(site.serves(Side::Old, &site.assessment.endpoints, true));
    Undo::By(vec![UndoAct {
        probe: Condition::Never,
        act: Act::Observe,
        verify: within(whole, site.start_within()),
    }])
}

fn items_a(site: &Site<'_>) -> Vec<RestoreItem> {
    let item = |name: String, path: HostPath| RestoreItem { name, path, warm: true };
    let folders = &site.assessment.folders;
    let mut items = vec![item("home".into(), home(Side::Old))];
    if !folders.data.is_within(&folders.home) {
        for (index, store) in stores(site.assessment).into_iter().enumerate() {
            items.push(item(format!("store-{}", index + 1), store));
        }
    }
    items
}

fn items_b(site: &Site<'_>) -> Vec<RestoreItem> {
    let stores = stores(site.assessment).into_iter().enumerate();
    stores
        .map(|(index, path)| RestoreItem {
            name: format!("store-{}", index + 1),
            path,
            warm: false,
        })
        .collect()
}

/// Restore point B: the stopped store. Its manifest is written after the new version serves. None
/// for a broker that keeps its messages in memory alone.
pub(super) fn point_b(site: &Site<'_>) -> Option<Step> {
    if items_b(site).is_empty() {
        return None;
    }
    let at = point("b");
    let copies: Vec<_> =
        items_b(site).iter().map(|item| Condition::Exists(at.join(&item.name))).collect();
    let taken = Condition::All(copies);
    let frame = step(
        site,
        "restore-point-b",
        Phase::BackUp,
        "Take restore point B: a frozen copy of the stopped store",
        "The store as the old version left it, with every message that it acknowledged. Its cost \
         is downtime: the estimate is for the store's real size.",
    );
    Some(Step {
        downtime: true,
        probe: taken.clone(),
        act: Act::RestorePoint { at, items: items_b(site), seal: false, rehearse_in: None },
        verify: Check::now(taken),
        undo: undo_b(site),
        estimate_milliseconds: copy_milliseconds(store_mebibytes(site)),
        ..frame
    })
}

/// Where the old version does not read the new one's store, going back means restoring B.
fn undo_b(site: &Site<'_>) -> Undo {
    if site.assessment.old_reads_new_store() {
        return Undo::Nothing(
            "the old version reads the store that the new one wrote: everything is kept".into(),
        );
    }
    let at = point("b");
    let sealed = Condition::RestorePoint(at.clone());
    let restored = Condition::SameAs(
        items_b(site)
            .into_iter()
            .map(|item| refit_model::FilePair { from: at.join(&item.name), to: item.path })
            .collect(),
    );
    Undo::By(vec![
        UndoAct {
            probe: sealed.clone(),
            act: Act::Seal { at: at.clone(), items: items_b(site) },
            verify: Check::now(sealed),
        },
        UndoAct {
            probe: restored.clone(),
            act: Act::Restore { from: at, items: items_b(site), aside: point("replaced") },
            verify: Check::now(restored),
        },
    ])
}

/// Reads restore point B back and writes its manifest, where there is one.
pub(super) fn seal_b(site: &Site<'_>) -> Option<Step> {
    if items_b(site).is_empty() {
        return None;
    }
    let at = point("b");
    let sealed = Condition::RestorePoint(at.clone());
    let frame = step(
        site,
        "seal-restore-point-b",
        Phase::Test,
        "Read restore point B back and write its manifest",
        "Put off until here so that it costs no downtime.",
    );
    Some(Step {
        probe: sealed.clone(),
        act: Act::Seal { at, items: items_b(site) },
        verify: Check::now(sealed),
        undo: Undo::Nothing("restore points are kept".into()),
        estimate_milliseconds: 2 * copy_milliseconds(store_mebibytes(site)),
        ..frame
    })
}
