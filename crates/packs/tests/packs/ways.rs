//! Ways and targets: against a search that tries everything, and on the small pack.

use crate::common::PackFiles;
use std::collections::BTreeMap;

use proptest::prelude::*;
use refit_model::{Digest, DigestTrust, Hop, StoreReading, Version};
use refit_packs::{ArchiveJudgement, HopRule, Series, Source, Versions};

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn source() -> Source {
    Source::try_from("here".to_owned()).expect("a source that is not empty")
}

/// Versions whose series are `0.` to `5.`, with the given hops between series.
fn versions(hops: &[(u32, u32, Option<u32>)]) -> Versions {
    let series = |number: u32| Series {
        name: version(&number.to_string()),
        released: "2020-01-01".to_owned(),
        end_of_life: None,
        source: source(),
        java: None,
        facts: BTreeMap::new(),
        facts_source: source(),
        releases: BTreeMap::new(),
    };
    let rule = |&(from, to, least): &(u32, u32, Option<u32>)| HopRule {
        from: version(&from.to_string()),
        from_at_least: least.map(|least| version(&format!("{from}.{least}"))),
        to: version(&to.to_string()),
        to_at_least: None,
        old_reads_new_store: StoreReading::Unknown,
        source: source(),
    };
    Versions {
        releases_source: source(),
        series: (0..6).map(series).collect(),
        hop: hops.iter().map(rule).collect(),
    }
}

/// Every chain of allowed hops, by trying everything.
fn all_chains(
    versions: &Versions,
    from: &Version,
    to: &Version,
    through: &[Version],
) -> Vec<Vec<Version>> {
    if from == to {
        return vec![vec![to.clone()]];
    }
    let mut chains = Vec::new();
    let mut nexts: Vec<&Version> = through.iter().chain([to]).collect();
    nexts.sort();
    nexts.dedup();
    for next in nexts {
        if versions.hop.iter().any(|rule| rule.allows(from, next)) {
            for mut chain in all_chains(versions, next, to, through) {
                chain.insert(0, from.clone());
                chains.push(chain);
            }
        }
    }
    chains
}

/// The shortest chain; of those the one with the newest versions, compared from the end.
fn best(chains: Vec<Vec<Version>>) -> Option<Vec<Version>> {
    let from_the_end = |chain: &Vec<Version>| chain.iter().rev().cloned().collect::<Vec<_>>();
    let shortest = chains.iter().map(Vec::len).min()?;
    let mut chains: Vec<_> = chains.into_iter().filter(|c| c.len() == shortest).collect();
    chains.sort_by_key(from_the_end);
    chains.pop()
}

fn stations(hops: &[Hop], from: &Version) -> Vec<Version> {
    let mut stations = vec![from.clone()];
    stations.extend(hops.iter().map(|hop| hop.to.clone()));
    stations
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_way_is_the_best_of_all_chains(
        hops in proptest::collection::vec(
            (0_u32..6, 0_u32..6, proptest::option::of(0_u32..3)),
            0..12,
        ),
        through in proptest::collection::vec((0_u32..6, 0_u32..3), 0..8),
        from in (0_u32..6, 0_u32..3),
        to in (0_u32..6, 0_u32..3),
    ) {
        let point = |(series, release): (u32, u32)| version(&format!("{series}.{release}"));
        let versions = versions(&hops);
        let through: Vec<_> = through.into_iter().map(point).collect();
        let (from, to) = (point(from), point(to));
        let (from, to) = if from <= to { (from, to) } else { (to, from) };
        let found = versions.way(&from, &to, &through).map(|hops| stations(&hops, &from));
        prop_assert_eq!(found, best(all_chains(&versions, &from, &to, &through)));
        for reached in versions.within_reach(&from, &through) {
            prop_assert!(versions.way(&from, &reached, &through).is_some());
        }
    }
}

#[test]
fn ways_of_the_small_pack() {
    let pack = PackFiles::valid().load().unwrap();
    let way = |from: &str, to: &str| {
        let (from, to) = (version(from), version(to));
        let way = pack.way(&from, &to).map(|hops| stations(&hops, &from));
        way.map_err(|error| error.to_string())
    };
    let expected = ["1.0.0", "1.0.5", "1.1.0", "2.0.0"].map(version);
    assert_eq!(way("1.0.0", "2.0.0"), Ok(expected.to_vec()));
    assert_eq!(way("1.1.0", "1.1.0"), Ok(vec![version("1.1.0")]));
    assert_eq!(
        way("2.0.0", "1.1.0"),
        Err("1.1.0 is older than 2.0.0; Refit upgrades, it does not downgrade".to_owned())
    );
    assert_eq!(
        way("1.0.0", "4.0.0"),
        Err("the pack `demo` of 2026-11-24 knows no version 4.0.0; it knows the series 1.0, 1.1, 2.0".to_owned())
    );
    assert_eq!(
        way("1.1.0", "1.1.3"),
        Err("no supported way leads from 1.1.0 to 1.1.3; within reach are: 2.0.0".to_owned())
    );
}

#[test]
fn the_newest_target_needs_archives_on_the_way() {
    let pack = PackFiles::valid().load().unwrap();
    let choose = |from: &str, archives: &[&str]| {
        let archives: Vec<_> = archives.iter().map(|text| version(text)).collect();
        let chosen = pack.newest_target(&version(from), &archives);
        chosen
            .map(|chosen| (chosen.version.to_string(), chosen.way.len(), chosen.why))
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        choose("1.0.5", &["2.0.0", "1.0.5", "1.1.0", "2.0.1-rc1"]),
        Ok((
            "2.0.0".to_owned(),
            2,
            "2.0.0 is the newest version within reach of which there is an archive (archives: 1.0.5, 1.1.0, 2.0.0, 2.0.1-rc1); the vendor maintains the series 2.0; knowledge of 2026-11-24".to_owned()
        ))
    );
    assert_eq!(
        choose("1.0.0", &["2.0.0", "1.0.5"]),
        Ok((
            "1.0.5".to_owned(),
            1,
            "1.0.5 is the newest version within reach of which there is an archive (archives: 1.0.5, 2.0.0); the vendor ended the series 1.0 on 2021-01-01; no supported way leads through the archives to: 2.0.0; newer, but without an archive here: 1.1.0; knowledge of 2026-11-24".to_owned()
        ))
    );
    assert_eq!(
        choose("1.1.0", &["1.0.5", "1.1.0"]),
        Err("none of the archives is of a version above 1.1.0 that can be reached; there are: 1.0.5, 1.1.0".to_owned())
    );
}

#[test]
fn archives_are_judged_by_their_content() {
    let pack = PackFiles::valid().load().unwrap();
    let judge =
        |text: &str, content: &[u8]| pack.judge_archive(&version(text), Digest::of(content));
    let observed = ArchiveJudgement::Known(DigestTrust::Observed);
    assert_eq!(judge("1.1.0", b""), observed);
    let wrong = ArchiveJudgement::Wrong { expected: Digest::of(b"") };
    assert_eq!(judge("1.1.0", b"x"), wrong);
    assert_eq!(judge("2.0.0", b"x"), ArchiveJudgement::Unknown);
}
