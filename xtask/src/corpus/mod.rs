//! `cargo xtask corpus`: settles real cases, and compares with what plain tools make of them.
//!
//! A corpus is a folder of cases with `base`, `ours`, `theirs` and `meta.json` each; beside it lies
//! its scorer. The scorer judges everybody's results by one measure, in one run.

mod case;
mod engine;
mod score;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use refit_packs::Packs;

use crate::error::{Error, Result};
use crate::repository::Repository;
use case::Case;

const EXAMPLE: &str = "\
Example:
  cargo xtask corpus ../shared/corpus/settlements --keep /tmp/settled";

/// Options of the command.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub struct Corpus {
    /// The folder of the cases; `score.py` lies beside it
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Only cases with this in their names
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    only: String,
    /// Where results and reports are kept [default: a temporary folder, removed again]
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

impl Corpus {
    /// Settles every case, has all scored, and prints what came of it.
    pub fn perform(&self, repository: &Repository) -> Result<ExitCode> {
        let scratch = repository.root().join(".cache/corpus");
        let keep = self.keep.clone().unwrap_or(scratch);
        let results = keep.join("results");
        if results.exists() {
            std::fs::remove_dir_all(&results).map_err(Error::file("remove", &results))?;
        }
        std::fs::create_dir_all(&results).map_err(Error::file("make", &results))?;
        let packs = Packs::with_folder(repository.root().join("packs"));
        let mut settled = Vec::new();
        for case in Case::all(&self.folder, &self.only)? {
            settled.push(engine::settle(&packs, case, &results)?);
        }
        let scores = score::all(&self.folder, &self.only, &keep)?;
        print!("{}", table::cases(&settled, &scores));
        print!("{}", table::platforms(&settled, &scores));
        Ok(ExitCode::SUCCESS)
    }
}
