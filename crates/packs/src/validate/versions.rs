//! Series, releases and hops.

use crate::HopRule;

use super::{Problems, is_day, not_a_day};

const FILE: &str = "versions.toml";

pub(super) fn check(problems: &mut Problems<'_>) {
    series(problems);
    hops(problems);
}

fn series(problems: &mut Problems<'_>) {
    let all = &problems.pack.versions.series;
    for (index, series) in all.iter().enumerate() {
        let key = |field: &str| format!("series[{index}].{field}");
        if index > 0 && all[index - 1].name >= series.name {
            let what = format!(
                "series {} stands after {}; they must go up",
                series.name,
                all[index - 1].name
            );
            problems.add(FILE, &key("name"), what);
        }
        if !is_day(&series.released) {
            problems.add(FILE, &key("released"), not_a_day(&series.released));
        }
        if let Some(day) = series.end_of_life.as_ref().filter(|day| !is_day(day)) {
            problems.add(FILE, &key("end_of_life"), not_a_day(day));
        }
        if let Some(java) = series.java.as_ref().filter(|j| j.lowest > j.highest_seen) {
            let what = format!("lowest is {}, above highest_seen", java.lowest);
            problems.add(FILE, &key("java.lowest"), what);
        }
        for (release, day) in &series.releases {
            if !release.is_of_series(&series.name) {
                let what = format!("release {release} is not of the series {}", series.name);
                problems.add(FILE, &key("releases"), what);
            }
            if !is_day(day) {
                let key = key(&format!("releases.{release}"));
                problems.add(FILE, &key, not_a_day(day));
            }
        }
    }
}

fn hops(problems: &mut Problems<'_>) {
    let hops = &problems.pack.versions.hop;
    for (index, hop) in hops.iter().enumerate() {
        ends(problems, index, hop);
        if hop.to < hop.from {
            let what =
                format!("the hop goes back from {} to {}; ways would be cyclic", hop.from, hop.to);
            problems.add(FILE, &format!("hop[{index}].to"), what);
        }
        if hops[..index].iter().any(|earlier| is_same(earlier, hop)) {
            let what = format!("a second hop from {} to {}", hop.from, hop.to);
            problems.add(FILE, &format!("hop[{index}].from"), what);
        }
    }
}

fn ends(problems: &mut Problems<'_>, index: usize, hop: &HopRule) {
    let names = problems.pack.series_names();
    let ends = [("from", &hop.from, &hop.from_at_least), ("to", &hop.to, &hop.to_at_least)];
    for (field, series, least) in ends {
        let key = format!("hop[{index}].{field}");
        if !names.contains(series) {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            let what = format!("no series {series}; known are {}", names.join(", "));
            problems.add(FILE, &key, what);
        }
        if let Some(least) = least.as_ref().filter(|least| !least.is_of_series(series)) {
            let what = format!("version {least} is not of the series {series}");
            problems.add(FILE, &format!("{key}_at_least"), what);
        }
    }
}

fn is_same(one: &HopRule, other: &HopRule) -> bool {
    one.from == other.from
        && one.to == other.to
        && one.from_at_least == other.from_at_least
        && one.to_at_least == other.to_at_least
}
