//! The command `refit`: parses the command line, calls a use case, shows what came of it.
//!
//! Reports and tables go to standard output, progress and errors to standard error. Nothing is
//! asked where there is no terminal. The exit codes are those of [`refit_model::ExitCode`].

mod arguments;
mod commands;
mod failure;
mod screen;
mod session;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::Arguments;
use screen::Screen;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return arguments::usage(&error),
    };
    let screen = Screen::new(arguments.global.format);
    match commands::perform(&arguments, &screen) {
        Ok(code) => code.into(),
        Err(failure) => {
            screen.failure(&failure);
            failure.code.into()
        }
    }
}
