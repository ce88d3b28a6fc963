//! What must hold for a pack to be used at all. What is merely worth knowing is in `notes`.

mod conditions;
mod facts;
mod settings;
mod versions;

use refit_model::{Version, used_parameters};

use crate::source::UNCONFIRMED;
use crate::{PACK_FORMAT, Pack, Problem, VERSION_MARK};

/// Everything that is wrong with the pack in the folder `name`.
pub(crate) fn problems(pack: &Pack, name: &str) -> Vec<Problem> {
    let mut problems = Problems { pack, found: Vec::new() };
    head(&mut problems, name);
    archives(&mut problems);
    commands(&mut problems);
    versions::check(&mut problems);
    settings::check(&mut problems);
    facts::check(&mut problems);
    conditions::check(&mut problems);
    sources(&mut problems);
    problems.found
}

/// Collects problems of one pack.
struct Problems<'a> {
    pack: &'a Pack,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, file: &str, key: &str, what: impl Into<String>) {
        self.found.push(Problem { place: self.pack.place(file, key), what: what.into() });
    }

    /// Adds a problem for each of `names` that was there before.
    fn unique<'n>(
        &mut self,
        file: &str,
        names: impl Iterator<Item = &'n str>,
        key: impl Fn(usize) -> String,
        kind: &str,
    ) {
        let mut seen = Vec::new();
        for (index, name) in names.enumerate() {
            if seen.contains(&name) {
                self.add(file, &key(index), format!("a second {kind} `{name}`"));
            }
            seen.push(name);
        }
    }
}

fn head(problems: &mut Problems<'_>, name: &str) {
    let product = &problems.pack.product;
    if product.format != PACK_FORMAT {
        let what = format!(
            "format {} is not one that this Refit reads; it reads {PACK_FORMAT}",
            product.format
        );
        problems.add("pack.toml", "format", what);
    }
    if product.platform.as_str() != name {
        let what = format!("the folder is called `{name}`, so the platform must be, too");
        problems.add("pack.toml", "platform", what);
    }
    if !is_day(&product.knowledge) {
        problems.add("pack.toml", "knowledge", not_a_day(&product.knowledge));
    }
}

fn archives(problems: &mut Problems<'_>) {
    let pack = problems.pack;
    let archive = &pack.product.archive;
    let patterns = [
        ("archive.coordinates", &archive.coordinates),
        ("archive.file", &archive.file),
        ("archive.top", &archive.top),
    ];
    for (key, pattern) in patterns {
        if pattern.matches(VERSION_MARK).count() != 1 {
            let what = format!("`{pattern}` must have {VERSION_MARK} exactly once");
            problems.add("pack.toml", key, what);
        }
    }
    for (index, known) in archive.known.iter().enumerate() {
        let key = format!("archive.known[{index}].version");
        if pack.versions.series_of(&known.version).is_none() {
            let what = unknown_version(pack, &known.version);
            problems.add("pack.toml", &key, what);
        }
        if let Some(shipped) = pack.shipped.get(&known.version)
            && shipped.archive.digest != known.digest
        {
            let what = format!(
                "shipped/{}.json was read from another archive, {}",
                known.version, shipped.archive.digest
            );
            let key = format!("archive.known[{index}].digest");
            problems.add("pack.toml", &key, what);
        }
    }
    let versions: Vec<_> = archive.known.iter().map(|a| a.version.to_string()).collect();
    let key = |index| format!("archive.known[{index}].version");
    let names = versions.iter().map(String::as_str);
    problems.unique("pack.toml", names, key, "archive of");
}

fn commands(problems: &mut Problems<'_>) {
    let pack = problems.pack;
    let start = &pack.product.start.command;
    if let Err(error) = used_parameters(start) {
        problems.add("pack.toml", "start.command", error.to_string());
    }
    if start.argv.is_empty() {
        problems.add("pack.toml", "start.command.argv", "the command is empty");
    }
    for (index, placeholder) in pack.product.layout.placeholders.iter().enumerate() {
        if let Err(error) = used_parameters(&placeholder.means) {
            let key = format!("layout.placeholders[{index}].means");
            problems.add("pack.toml", &key, error.to_string());
        }
    }
}

/// The types of the settings crate take any text as a source; here they are held to the rule.
fn sources(problems: &mut Problems<'_>) {
    for (place, text) in problems.pack.sources() {
        if text.trim().is_empty() {
            let what = format!("the source is empty; name one, or write `{UNCONFIRMED}`");
            problems.found.push(Problem { place, what });
        }
    }
}

fn unknown_version(pack: &Pack, version: &Version) -> String {
    let series: Vec<_> = pack.series_names().iter().map(Version::to_string).collect();
    format!("version {version} is of no series that the pack knows ({})", series.join(", "))
}

fn is_day(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let number = |part: &str, digits: usize| -> Option<u32> {
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
}

fn not_a_day(text: &str) -> String {
    format!("`{text}` is no day; write it as 2026-11-24")
}
