//! The releases that the pack of a case's platform knows by their content.

use refit_desk::Case;
use refit_model::{Plan, Version};
use refit_packs::{KnownArchive, Pack};
use refit_pages::Download;
use refit_report::size_words;
use refit_store::Blobs;

use crate::documents::load;
use crate::failure::Failure;
use crate::portal::Portal;

/// What stands for the version in the pack's patterns.
const VERSION: &str = "{version}";

/// Newer releases whose content the pack knows, the one that the upgrade leads to first, then the
/// newest; and the day that the knowledge is of.
pub(crate) async fn of_case(
    portal: &Portal,
    contents: &Blobs,
    case: &Case,
) -> Result<(Vec<Download>, Option<String>), Failure> {
    let Some(request) = &case.request else { return Ok((Vec::new(), None)) };
    let Ok(pack) = portal.settings.packs.get(request.fields.platform.as_str()) else {
        return Ok((Vec::new(), None));
    };
    let planned = match case.plan() {
        Some(plan) => load::<Plan>(contents, plan.digest).await?.map(|plan| plan.body.to),
        None => None,
    };
    let current = request.fields.current_version.as_str().parse::<Version>().ok();
    let is_newer =
        |archive: &&KnownArchive| current.as_ref().is_none_or(|current| archive.version > *current);
    let mut newer: Vec<_> = pack.product.archive.known.iter().filter(is_newer).collect();
    newer.sort_by(|a, b| b.version.cmp(&a.version));
    let target = planned.or_else(|| newest_within_reach(&pack, current.as_ref(), &newer));
    newer.sort_by_key(|archive| Some(&archive.version) != target.as_ref());
    let downloads = newer.iter().map(|archive| download(&pack, archive, target.as_ref()));
    Ok((downloads.collect(), Some(pack.product.knowledge.clone())))
}

/// The host on which the newest software is placed, where the platform has a word of its own.
pub(crate) fn host(portal: &Portal, case: &Case) -> Option<String> {
    let platform = &case.request.as_ref()?.fields.platform;
    portal.settings.packs.about(platform.as_str()).ok()?.software_host
}

/// Where an upgrade would lead with all archives that the pack knows.
fn newest_within_reach(
    pack: &Pack,
    current: Option<&Version>,
    newer: &[&KnownArchive],
) -> Option<Version> {
    let versions: Vec<_> = newer.iter().map(|archive| archive.version.clone()).collect();
    pack.newest_target(current?, &versions).ok().map(|target| target.version)
}

fn download(pack: &Pack, archive: &KnownArchive, target: Option<&Version>) -> Download {
    let version = archive.version.to_string();
    let of = |pattern: &str| pattern.replace(VERSION, &version);
    Download {
        file: of(&pack.product.archive.file),
        is_target: target == Some(&archive.version),
        coordinates: of(&pack.product.archive.coordinates),
        digest: archive.digest,
        size: size_words(archive.size_bytes),
        trust: format!("This digest is {} ({}).", archive.trust.words(), archive.source),
        series: series(pack, &archive.version),
        version,
    }
}

/// What the pack knows of a version's series, each with its source.
fn series(pack: &Pack, version: &Version) -> Vec<(&'static str, String)> {
    let Ok(series) = pack.series(version) else { return Vec::new() };
    let mut lines =
        vec![("life", format!("{} ({})", pack.end_of_life_text(version), series.source))];
    if let Some(day) = series.releases.get(version) {
        lines.push(("released", format!("{day} ({})", pack.versions.releases_source)));
    }
    if let Some(java) = &series.java {
        let (lowest, highest) = (java.lowest, java.highest_seen);
        let words = format!("Java {lowest} or later; seen up to {highest} ({})", java.source);
        lines.push(("runs on", words));
    }
    lines
}
