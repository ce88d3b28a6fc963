//! `refit host-session`: the host's end of a connection. Started by Refit over SSH, not by people.

use clap::Args;
use refit_model::ExitCode;

use crate::failure::{Ending, Failure};

/// Answers Refit on another machine over standard input and output
#[derive(Args, Debug)]
pub struct HostSession {}

impl HostSession {
    #[expect(clippy::unused_self, reason = "it has no options")]
    pub fn perform(&self) -> Ending {
        let served = refit_hosts::serve();
        served.map_err(|error| Failure::failed(format!("the session ended: {error}")))?;
        Ok(ExitCode::Done)
    }
}
