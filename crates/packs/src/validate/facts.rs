//! Declared facts, and the entries that read them from files.

use refit_settings::KeyPattern;

use crate::{Extraction, FactKind, FactSupplier, Take};

use super::Problems;

const FILE: &str = "facts.toml";

pub(super) fn check(problems: &mut Problems<'_>) {
    let list = &problems.pack.facts;
    let names = list.fact.iter().map(|fact| fact.name.as_str());
    problems.unique(FILE, names, |index| format!("fact[{index}].name"), "fact");
    declarations(problems);
    presences(problems);
    for (index, extraction) in list.extract.iter().enumerate() {
        extracted(problems, index, extraction);
    }
    defaults(problems);
    series_facts(problems);
}

fn declarations(problems: &mut Problems<'_>) {
    for (index, fact) in problems.pack.facts.fact.iter().enumerate() {
        let well_formed = fact.name.split('.').all(|word| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        });
        if !well_formed {
            let what = format!(
                "`{}` is no fact name: write words of lower-case letters, digits and `_`, with dots between",
                fact.name
            );
            problems.add(FILE, &format!("fact[{index}].name"), what);
        }
    }
}

fn presences(problems: &mut Problems<'_>) {
    for (index, presence) in problems.pack.facts.present.iter().enumerate() {
        let key = format!("present[{index}].fact");
        let kinds = [FactKind::Flag];
        declared(problems, &key, &presence.fact, FactSupplier::Presence, &kinds);
    }
}

fn extracted(problems: &mut Problems<'_>, index: usize, extraction: &Extraction) {
    let key = |field: &str| format!("extract[{index}].{field}");
    let kinds: &[FactKind] = match &extraction.take {
        Take::Value => &[FactKind::Text, FactKind::Number, FactKind::Version],
        Take::Values | Take::Star(_) => &[FactKind::List],
        Take::Present | Take::IsTrue => &[FactKind::Flag],
        Take::Constant(_) => &[FactKind::Flag, FactKind::Number, FactKind::Text],
        Take::JvmProperty(_) => &[FactKind::Text, FactKind::Number],
    };
    let by = FactSupplier::Extraction;
    declared(problems, &key("fact"), &extraction.fact, by, kinds);
    if let Take::Constant(value) = &extraction.take
        && let Some(fact) = problems.pack.facts.declared(&extraction.fact)
        && !fact.kind.fits(value)
    {
        let what = format!("the value is no {}, which the fact is", fact.kind.word());
        problems.add(FILE, &key("take"), what);
    }
    if let Take::Star(number) = extraction.take
        && !(1..=stars(&extraction.key)).contains(&number)
    {
        let what = format!("the key pattern has no star number {number}");
        problems.add(FILE, &key("take"), what);
    }
}

fn declared(
    problems: &mut Problems<'_>,
    key: &str,
    name: &str,
    by: FactSupplier,
    kinds: &[FactKind],
) {
    let Some(fact) = problems.pack.facts.declared(name) else {
        problems.add(FILE, key, format!("the fact `{name}` is not declared"));
        return;
    };
    if fact.by != by {
        let what = format!(
            "the fact `{name}` is declared as supplied by {}, not by {}",
            fact.by.word(),
            by.word()
        );
        problems.add(FILE, key, what);
    }
    if !kinds.contains(&fact.kind) {
        let what =
            format!("the fact `{name}` is a {}, which this entry cannot give", fact.kind.word());
        problems.add(FILE, key, what);
    }
}

fn defaults(problems: &mut Problems<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for (index, extraction) in problems.pack.facts.extract.iter().enumerate() {
        let Some(value) = &extraction.absent else {
            continue;
        };
        let key = format!("extract[{index}].absent");
        if seen.contains(&extraction.fact.as_str()) {
            let what = format!("a second default for the fact `{}`", extraction.fact);
            problems.add(FILE, &key, what);
        }
        seen.push(&extraction.fact);
        let fact = problems.pack.facts.declared(&extraction.fact);
        if let Some(fact) = fact.filter(|fact| !fact.kind.fits(value)) {
            let what = format!("the default is no {}, which the fact is", fact.kind.word());
            problems.add(FILE, &key, what);
        }
    }
}

fn series_facts(problems: &mut Problems<'_>) {
    let pack = problems.pack;
    for (index, series) in pack.versions.series.iter().enumerate() {
        for (name, value) in &series.facts {
            for side in ["installed", "target"] {
                let full = format!("{side}.{name}");
                let key = format!("series[{index}].facts.{name}");
                let fits = pack
                    .facts
                    .declared(&full)
                    .is_some_and(|fact| fact.by == FactSupplier::Series && fact.kind.fits(value));
                if !fits {
                    let what =
                        format!("no fact `{full}` of this kind is declared as supplied by series");
                    problems.add("versions.toml", &key, what);
                }
            }
        }
    }
}

/// How many stars a pattern has; `**` is one.
fn stars(pattern: &KeyPattern) -> u32 {
    let text = pattern.0.replace("**", "*");
    u32::try_from(text.matches('*').count()).unwrap_or(u32::MAX)
}
