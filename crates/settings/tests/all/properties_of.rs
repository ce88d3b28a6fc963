//! What holds for any bytes: the fuzz targets check it, and the tests for the files kept as their
//! corpus.

#![allow(clippy::allow_attributes, dead_code, reason = "each fuzz target uses one of these")]

use std::collections::BTreeSet;

use refit_model::{Facts, Lineage, SettledFile, Version};
use refit_settings::{Base, Document, FileSpec, Format, SettleInput, Settled, settle};

/// Separates the three texts of a settlement.
const BETWEEN: &str = "~~~~\n";

/// Reading: what parses prints as it was, names each key once, and reads back without its secrets.
pub fn reading(format: Format, bytes: &[u8]) {
    let spec = FileSpec::plain("conf/file", format);
    let Ok(document) = Document::parse(bytes, &spec) else {
        return;
    };
    let printed = document.print().expect("it was read from bytes");
    assert_eq!(printed.expose(), bytes);
    let keys = document.keys();
    let paths: BTreeSet<_> = keys.iter().map(|key| &key.path).collect();
    assert_eq!(paths.len(), keys.len(), "a path stands twice");
    let template = document.template();
    let again = Document::parse_template(&template, &spec).expect("the template parses");
    assert_eq!(again.keys(), keys);
    assert_eq!(again.template(), template);
}

/// Settling: a first line with the word of the format, then the old default, the site's file and
/// the new default.
pub fn settling(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Some((word, texts)) = text.split_once('\n') else {
        return;
    };
    let Some(&format) = Format::ALL.iter().find(|format| format.word() == word) else {
        return;
    };
    let spec = FileSpec::plain("conf/file", format);
    let texts: Vec<&str> = texts.split(BETWEEN).collect();
    let [base, site, new] = texts[..] else {
        return;
    };
    let read = |text: &str| Document::parse(text.as_bytes(), &spec).ok();
    let (Some(base), Some(site), Some(new)) = (read(base), read(site), read(new)) else {
        return;
    };
    let settled = settled(&base, &site, &new);
    let outcomes = &settled.settlement.outcomes;
    let keys: BTreeSet<_> = outcomes.iter().map(|outcome| &outcome.key).collect();
    assert_eq!(keys.len(), outcomes.len(), "a key has two outcomes");
    if let Some(template) = &settled.content {
        let result = Document::parse_template(template, &spec).expect("the result parses");
        let live = |document: &Document| document.keys().iter().filter(|key| key.live).count();
        assert!(live(&result) <= live(&site) + live(&new), "keys came from nowhere");
    } else {
        assert!(!matches!(settled.settlement.result, SettledFile::Written(_)));
    }
    let unchanged = self::settled(&base, &site, &base);
    assert_eq!(unchanged.settlement.result, SettledFile::AsSite, "the site's file stays");
}

fn settled(base: &Document, site: &Document, new: &Document) -> Settled {
    let target: Version = "2.0".parse().expect("a version");
    settle(&SettleInput {
        base: Some(Base::Document(base)),
        lineage: &Lineage::Shipped(vec![target.clone()]),
        site,
        new: Some(new),
        rules: &[],
        facts: &Facts::new(),
        decisions: &[],
        brought: &[],
        target: &target,
    })
}
