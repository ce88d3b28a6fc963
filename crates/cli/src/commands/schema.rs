//! `refit schema`.

use clap::Args;
use refit_app::environment_schema;
use refit_model::ExitCode;

use crate::failure::Ending;
use crate::screen::Screen;

/// Prints the JSON schema of environment files, for editors.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  refit schema > environment.schema.json")]
pub struct Schema {}

impl Schema {
    #[expect(clippy::unused_self, reason = "as every command is performed")]
    pub fn perform(&self, screen: &Screen) -> Ending {
        screen.text(&environment_schema())?;
        Ok(ExitCode::Done)
    }
}
