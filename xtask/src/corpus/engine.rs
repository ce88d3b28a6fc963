//! One case, settled by the engine.

use std::fs;
use std::path::Path;
use std::time::Instant;

use refit_model::{Outcome, SettledFile, Settlement};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::{Document, is_refused};

use super::case::{Case, MustReport};
use crate::error::{Error, Result};

/// What came of a case.
pub struct SettledCase {
    pub case: Case,
    pub ending: Ending,
    /// How long reading and settling took, in milliseconds.
    pub milliseconds: f64,
    /// Everything that the report says about what it did, for looking up names.
    pub report: String,
    /// The questions.
    pub questions: Vec<String>,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A result was written.
    Written,
    /// A person must decide.
    Asks,
    /// The merge is refused.
    Refused,
    /// It could not be read, or nothing is known of it.
    Failed(String),
}

impl SettledCase {
    /// What the report should name and does not.
    pub fn unnamed(&self) -> Vec<&MustReport> {
        let expected = self.case.expected.iter().flat_map(|expected| &expected.must_report);
        expected.filter(|must| !self.names(&must.key)).collect()
    }

    /// Whether the report names a key: by its whole path without identities, or by the last of its
    /// parts that has a name of its own.
    pub fn names(&self, key: &str) -> bool {
        let path = plain(key);
        let path = path.trim_start_matches(['-', '/']).trim_end_matches("/text()");
        if path.contains('/') && plain(&self.report).contains(path) {
            return true;
        }
        let part = key.rsplit('/').find(|part| !matches!(*part, "text()" | ""));
        let identified = key.rsplit('/').find(|part| part.contains("[@"));
        let Some(part) = identified.or(part) else { return false };
        let part = part.trim_start_matches(['-', '@']);
        let Some((name, identity)) = part.split_once("[@") else {
            return self.report.contains(part);
        };
        // The engine's paths leave the attribute out where it is the usual one.
        let identity = identity.split(']').next().unwrap_or(identity);
        let (attribute, value) = identity.split_once('=').unwrap_or(("", identity));
        let value = value.trim_matches(['\'', '"']);
        self.report.contains(&format!("{name}[{value}]"))
            || self.report.contains(&format!("{name}[{attribute}={value}]"))
    }
}

/// A text without what stands in brackets, and without the numbers of equal names.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut number = false;
    for character in text.chars() {
        number = character == '#' || number && character.is_ascii_digit();
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '\n' => {
                depth = 0;
                plain.push(character);
            }
            _ if depth == 0 && !number => plain.push(character),
            _ => {}
        }
    }
    plain
}

/// Settles a case, and keeps result and report below `results`.
pub fn settle(packs: &Packs, case: Case, results: &Path) -> Result<SettledCase> {
    let (base, ours, theirs) = (case.side("base")?, case.side("ours")?, case.side("theirs")?);
    let (from, to) = case.about.versions()?;
    let failed = |case: Case, why: String| SettledCase {
        case,
        ending: Ending::Failed(why.clone()),
        milliseconds: 0.0,
        report: why,
        questions: Vec::new(),
    };
    let way =
        packs.settings_of(case.about.pack()).map_err(|error| error.to_string()).and_then(|pack| {
            let known = pack.settings.file.iter().map(|file| file.path.as_str());
            let file = case.about.file_of(known).unwrap_or_else(|| case.about.file());
            FileWay::of_pack(&pack, file, &from, &to).map_err(|error| error.to_string())
        });
    let way = match way {
        Ok(way) => way.to_default(Some(&theirs)),
        Err(why) => return Ok(failed(case, why)),
    };
    let begin = Instant::now();
    let read = || {
        let base = Document::parse(&base, &way.old)?;
        let site = Document::parse(&ours, &way.old)?;
        let new = Document::parse(&theirs, &way.new)?;
        Ok::<_, refit_settings::ParseError>((base, site, new))
    };
    let (base, site, new) = match read() {
        Ok(sides) => sides,
        Err(error) => return Ok(failed(case, error.to_string())),
    };
    let sides = FileSides { base: Some(&base), site: &site, new: Some(&new) };
    let settled = way.settle(sides, &[]);
    let content = settled.print(&site, Some(&new)).ok().flatten();
    let milliseconds = begin.elapsed().as_secs_f64() * 1_000.0;
    let beside = settled.companion;
    let settlement = settled.settlement;
    if let Some(content) = content {
        write(&results.join(&case.about.id), content.expose())?;
    }
    let json = serde_json::to_vec_pretty(&settlement).unwrap_or_default();
    write(&results.join(format!("{}.report.json", case.about.id)), &json)?;
    let ending = match settlement.result {
        SettledFile::Open if settlement.open().any(is_refused) => Ending::Refused,
        SettledFile::Open => Ending::Asks,
        _ => Ending::Written,
    };
    let questions = settlement.open().map(|key| key.key.clone()).collect();
    let mut report = told(&settlement);
    if let Some(beside) = beside {
        report.push_str(&told(&beside.settlement));
        let bytes = beside.print(&site, Some(&new)).ok().flatten();
        let name = beside.settlement.file.rsplit('/').next().unwrap_or_default();
        let path = results.join(format!("{}.beside.{name}", case.about.id));
        write(&path, bytes.as_ref().map_or(b"", |bytes| bytes.expose()))?;
    }
    Ok(SettledCase { case, ending, milliseconds, report, questions })
}

/// What the report says beyond keys of which nothing became.
fn told(settlement: &Settlement) -> String {
    let mut told = format!("{}\n{}\n", settlement.file, settlement.sources.join("\n"));
    for remark in &settlement.remarks {
        told.push_str(&format!("{} {}\n", remark.key.as_deref().unwrap_or_default(), remark.text));
    }
    for key in &settlement.outcomes {
        let quiet = key.site == key.result && key.base == key.new && key.rule.is_none();
        if quiet && key.outcome == Outcome::Kept {
            continue;
        }
        told.push_str(&format!("{} {:?}\n", key.key, key.outcome));
    }
    told
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(Error::file("write", path))
}
