//! The corpus's own scorer, run on everybody's results.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::case::json;
use crate::error::{Error, Result};
use crate::program;

/// The name of the engine's results.
pub const ENGINE: &str = "given";

/// Scores by the tool and the case.
pub type Scores = BTreeMap<(String, String), Score>;

/// What the scorer says about one result.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Score {
    id: String,
    tool: String,
    /// There is a result, without marks of conflicts.
    pub clean: bool,
    /// How long the tool's process took, in milliseconds.
    pub ms: f64,
    /// The result is a file of its format.
    pub parses: bool,
    /// Keys that stand twice and did not before.
    pub dups: Vec<String>,
    /// Changes of the site that are not in the result.
    pub user_lost: Vec<String>,
    /// Changes of the vendor to what the site left alone that are not in the result.
    pub vendor_missed: Vec<String>,
    /// Comments of the site that are not in the result.
    pub comments_lost: Vec<String>,
    /// The checks of `expected.json`.
    pub exp_total: usize,
    /// Those that are met.
    pub exp_ok: usize,
    /// Those that are not.
    pub exp_failed: Vec<String>,
}

impl Score {
    /// Nothing is wrong with the result.
    pub fn is_right(&self) -> bool {
        self.clean
            && self.parses
            && self.dups.is_empty()
            && self.user_lost.is_empty()
            && self.vendor_missed.is_empty()
    }
}

/// Has the results below `keep`, and those of `git merge-file` and `diff3`, scored.
pub fn all(folder: &Path, only: &str, keep: &Path) -> Result<Scores> {
    let scorer = folder.join("../score.py");
    let mut scores = Scores::new();
    let results = keep.join("results");
    let results = results.to_string_lossy();
    for (name, words) in [("engine", ["--check", &results]), ("tools", ["--tools", "git,diff3"])] {
        let answer = keep.join(format!("{name}.json"));
        let mut command = Command::new("python3");
        command.arg(&scorer).args(words).arg("--only").arg(only).arg("--json").arg(&answer);
        command.stdout(Stdio::null());
        program::run(&mut command).map_err(|error| Error::Missing {
            what: format!("a scorer that runs ({error})"),
            how: "it lies beside the cases and needs python3 with lxml and yaml, git and diff3"
                .to_owned(),
        })?;
        let rows: Vec<Score> = json(&answer)?;
        scores.extend(rows.into_iter().map(|row| ((row.tool.clone(), row.id.clone()), row)));
    }
    Ok(scores)
}
