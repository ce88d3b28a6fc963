//! One module for each command: its options, and what is shown.

pub mod access;
mod api;
pub mod approve;
pub mod assess;
pub mod background;
pub mod backup;
pub mod cleanup;
pub mod demo;
pub mod diff;
pub mod discover;
pub mod finalize;
pub mod host_session;
pub mod journal;
mod live;
pub mod note;
pub mod packs;
pub mod plan;
pub mod playbook;
pub mod rehearse;
pub mod request;
pub mod rollback;
pub mod run;
pub mod schema;
pub mod serve;
mod service_file;
pub mod settle;
pub mod show;
pub mod status;
pub mod trial;

use refit_app::App;
use refit_execute::Interrupt;

use crate::arguments::{Arguments, Command};
use crate::failure::Ending;
use crate::screen::Screen;
use crate::session::{self, Asked};

/// What commands work with.
pub struct Context<'a> {
    /// The use cases.
    pub app: App<'a>,
    /// Where things are shown.
    pub screen: &'a Screen,
    /// The operator's wish to stop.
    pub interrupt: Interrupt,
    /// What Ctrl-C means while another process does the work.
    pub asked: Asked,
}

/// Does what was asked for.
pub fn perform(arguments: &Arguments, screen: &Screen) -> Ending {
    match &arguments.command {
        // These need no state directory, and make none.
        Command::Packs(command) => {
            return command.perform(&session::packs(&arguments.global), screen);
        }
        Command::Demo(command) => return command.perform(&arguments.global, screen),
        Command::Schema(command) => return command.perform(screen),
        Command::Request(command) => return command.perform(screen),
        Command::Serve(command) => return command.perform(&arguments.global, screen),
        Command::HostSession(command) => return command.perform(),
        Command::Settle(command) => {
            return command.perform(&session::packs(&arguments.global), screen);
        }
        _ => {}
    }
    let asked = Asked::default();
    let interrupt = session::listen(screen, &asked)?;
    let app = session::open(&arguments.global, screen, &interrupt)?;
    let context = Context { app, screen, interrupt, asked };
    match &arguments.command {
        Command::Discover(command) => command.perform(&context),
        Command::Access(command) => command.perform(&context),
        Command::Assess(command) => command.perform(&context),
        Command::Plan(command) => command.perform(&context),
        Command::Show(command) => command.perform(&context),
        Command::Diff(command) => command.perform(&context),
        Command::Rehearse(command) => command.perform(&context),
        Command::Approve(command) => command.perform(&context),
        Command::Run(command) => command.perform(&context),
        Command::Status(command) => command.perform(&context),
        Command::Note(command) => command.perform(&context),
        Command::Rollback(command) => command.perform(&context),
        Command::Finalize(command) => command.perform(&context),
        Command::Backup(command) => command.perform(&context),
        Command::Cleanup(command) => command.perform(&context),
        Command::Journal(command) => command.perform(&context),
        Command::Playbook(command) => command.perform(&context),
        Command::Trial(command) => command.perform(&context),
        Command::Demo(_)
        | Command::Packs(_)
        | Command::Schema(_)
        | Command::Request(_)
        | Command::Serve(_)
        | Command::Settle(_)
        | Command::HostSession(_) => {
            unreachable!("done above")
        }
    }
}
