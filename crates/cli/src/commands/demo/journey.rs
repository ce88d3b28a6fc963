//! The eight points, each with the ordinary commands as processes of their own.

use std::path::Path;
use std::process::Command;

use refit_execute::Interrupt;
use refit_model::ExitCode;

use super::sites::Sites;
use super::teller::Teller;
use crate::failure::{Ending, Failure};

/// Goes the whole way.
pub fn go(sites: &Sites, artifacts: &Path, teller: &Teller<'_>, interrupt: &Interrupt) -> Ending {
    let journey = Journey { sites, artifacts, teller, interrupt };
    journey.assess()?;
    Ok(ExitCode::Done)
}

struct Journey<'a> {
    sites: &'a Sites,
    artifacts: &'a Path,
    teller: &'a Teller<'a>,
    interrupt: &'a Interrupt,
}

impl Journey<'_> {
    fn assess(&self) -> Result<(), Failure> {
        self.teller.point(1, "Assess staging: what is there, and what stands in the way")?;
        self.refit(&["assess", "staging"], &[ExitCode::Done])
    }

    /// Types a command, and expects one of these exit codes.
    fn refit(&self, words: &[&str], expected: &[ExitCode]) -> Result<(), Failure> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        self.teller.command(&words)?;
        let failed = |error: std::io::Error| Failure::failed(format!("refit itself: {error}"));
        let program = std::env::current_exe().map_err(failed)?;
        let artifacts = self.artifacts.canonicalize().map_err(failed)?;
        let status = Command::new(program)
            .current_dir(self.sites.folder())
            .arg("--artifacts")
            .arg(artifacts)
            .args(&words)
            .status()
            .map_err(failed)?;
        if self.interrupt.cancel().is_cancelled() {
            return Err(Failure { text: "interrupted".into(), code: ExitCode::Interrupted });
        }
        let code = status.code().unwrap_or(-1);
        if expected.iter().any(|expected| *expected as i32 == code) {
            return Ok(());
        }
        let words = words.join(" ");
        Err(Failure::failed(format!(
            "`refit {words}` ended with code {code}, which was not expected"
        )))
    }
}
