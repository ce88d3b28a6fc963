//! `refit request`: requests of a server, over its API.

mod answer;
mod files;
mod shown;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use refit_app::{AskSecret, SecretError, read_secret};
use refit_model::{ExitCode, HostPath, Secret, SecretRef};
use serde_json::{Value, json};

use self::shown::{documents, events, lines, list, plain, run, runs, shown, timeline};
use super::api::Api;
use crate::failure::{Ending, Failure};
use crate::screen::Screen;

/// The most bytes of a file with fields or an action.
const MOST: u64 = 1024 * 1024;

/// Requests of a server, over its API.
#[derive(Args, Debug)]
#[command(after_help = "A token is made on the page of one's account in the portal.\n\n\
    Examples:\n  \
    refit request list --server https://refit.example --token-file token\n  \
    refit request show c-0123456789abcdef --server https://refit.example --token-file token\n  \
    refit request new --fields request.json --server https://refit.example --token-file token\n  \
    refit request act c-0123456789abcdef --action respond.json \
    --server https://refit.example --token-file token\n  \
    refit request new --fields request.json --on-behalf ada --word 'She called on Monday.'\n  \
    refit request answer c-0123456789abcdef hosts=2\n  \
    refit request upload c-0123456789abcdef access.odt --document access-details\n  \
    refit request timeline c-0123456789abcdef")]
pub struct RequestArguments {
    #[command(flatten)]
    server: ServerArguments,
    #[command(subcommand)]
    command: RequestCommand,
}

/// Which server, and as whom.
#[derive(Args, Debug)]
struct ServerArguments {
    /// The server's address; plain http only on this machine
    #[arg(long, global = true, value_name = "URL", default_value = "http://127.0.0.1:8642")]
    server: String,
    /// The file with the API token, mode 0600
    #[arg(long, global = true, value_name = "FILE", default_value = ".refit/token")]
    token_file: PathBuf,
}

#[derive(Debug, Subcommand)]
enum RequestCommand {
    /// Make a request
    New {
        /// A JSON file with its fields; `-` for standard input
        #[arg(long, value_name = "FILE")]
        fields: PathBuf,
        /// For somebody of the team: the customer's person who asks
        #[arg(long, value_name = "USER", requires = "word")]
        on_behalf: Option<String>,
        /// How that person has given the word: a call, a letter, a meeting
        #[arg(long, value_name = "TEXT", requires = "on_behalf")]
        word: Option<String>,
    },
    /// List the requests that you see, the latest change first
    List {
        /// Only those that stand so
        #[arg(long, value_name = "STANDING", value_parser = ["open", "withdrawn", "closed"])]
        only: Option<String>,
    },
    /// Show a request: where it stands, and what it waits for
    Show {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
        /// Show its history, too
        #[arg(long)]
        history: bool,
    },
    /// Act on a request
    Act {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
        /// The action's kind, where it needs nothing else: for example take-up
        #[arg(
            long,
            value_name = "KIND",
            conflicts_with = "action",
            required_unless_present = "action"
        )]
        kind: Option<String>,
        /// A JSON file with the action: {"KIND": {...}}; `-` for standard input
        #[arg(long, value_name = "FILE")]
        action: Option<PathBuf>,
    },
    /// Answer the questionnaire; without answers, show what it asks
    #[command(after_help = ANSWER_EXAMPLES)]
    Answer(answer::AnswerArguments),
    /// List documents and files, with their digests
    Documents {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
    },
    /// Send a file: give a document back, post it, or have it at hand for an action
    #[command(after_help = UPLOAD_EXAMPLES)]
    Upload(files::UploadArguments),
    /// Fetch a content by its digest
    #[command(after_help = DOWNLOAD_EXAMPLES)]
    Download(files::DownloadArguments),
    /// Show the time of a request, planned against actual
    Timeline {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
    },
    /// Show the runs of a request, or the steps of one
    Runs {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
        /// The run
        #[arg(value_name = "RUN")]
        run: Option<String>,
    },
    /// Show everything that happened to a request
    History {
        /// The case
        #[arg(value_name = "CASE")]
        case: String,
    },
}

const ANSWER_EXAMPLES: &str = "\
Nothing is overwritten that somebody else has answered since the version that is seen.

Examples:
  refit request answer c-0123456789abcdef
  refit request answer c-0123456789abcdef hosts=2 is-clustered=no 'protocols=OpenWire'
  refit request answer c-0123456789abcdef --unknown client-libraries
  refit request answer c-0123456789abcdef layout='two pairs' --file layout=layout.pdf
  refit request answer c-0123456789abcdef --submit";

const UPLOAD_EXAMPLES: &str = "\
Examples:
  refit request upload c-0123456789abcdef access.odt --document access-details
  refit request upload c-0123456789abcdef notes.pdf --post upgrade-documentation --source vendor
  refit request upload c-0123456789abcdef plan.json";

const DOWNLOAD_EXAMPLES: &str = "\
What comes is checked against the digest before it is kept; a file that is there stays.

Example:
  refit request download c-0123456789abcdef sha256:... --to notes.pdf";

/// The token comes from its file alone.
struct Nobody;

impl AskSecret for Nobody {
    fn ask(&self, _: &str) -> Option<Secret> {
        None
    }
}

impl RequestArguments {
    pub fn perform(&self, screen: &Screen) -> Ending {
        let token = self.server.token()?;
        let api = Api::new(&self.server.server, token)?;
        match &self.command {
            RequestCommand::New { fields, on_behalf, word } => {
                let mut request = json!({ "fields": read(fields)? });
                if let (Some(requester), Some(word)) = (on_behalf, word) {
                    request["on_behalf"] = json!({ "requester": requester, "word": word });
                }
                let made = api.post("requests", &request)?;
                screen.value(&made, &shown(&made))?;
            }
            RequestCommand::List { only } => list(&api, only.as_deref(), screen)?,
            RequestCommand::Show { case, history } => {
                let mut request = api.get(&format!("requests/{}", name(case)?), &[])?;
                let mut text = shown(&request);
                if *history {
                    let events = events(&api, case)?;
                    text += &format!("\n\nHistory\n{}", lines(&events));
                    request["events"] = Value::Array(events);
                }
                screen.value(&request, &text)?;
            }
            RequestCommand::Act { case, kind, action } => {
                let action = match (kind, action) {
                    (Some(kind), _) => json!(kind),
                    (None, Some(file)) => read(file)?,
                    (None, None) => return Err(Failure::usage("say --kind or --action")),
                };
                let acted = api.post(&format!("requests/{}/actions", name(case)?), &action)?;
                let events = acted["events"].as_array().cloned().unwrap_or_default();
                screen.value(&acted, &lines(&events))?;
            }
            RequestCommand::Answer(arguments) => arguments.perform(&api, screen)?,
            RequestCommand::Upload(arguments) => arguments.perform(&api, screen)?,
            RequestCommand::Download(arguments) => arguments.perform(&api, screen)?,
            RequestCommand::Documents { case } => {
                let found = api.get(&format!("requests/{}/documents", name(case)?), &[])?;
                screen.value(&found, &documents(&found))?;
            }
            RequestCommand::Timeline { case } => {
                let found = api.get(&format!("requests/{}/timeline", name(case)?), &[])?;
                screen.value(&found, &timeline(&found))?;
            }
            RequestCommand::Runs { case, run: None } => {
                let found = api.get(&format!("requests/{}/runs", name(case)?), &[])?;
                screen.value(&found, &runs(&found))?;
            }
            RequestCommand::Runs { case, run: Some(of) } => {
                let path = format!("requests/{}/runs/{}", name(case)?, name(of)?);
                let found = api.get(&path, &[])?;
                screen.value(&found, &run(&found))?;
            }
            RequestCommand::History { case } => {
                let events = events(&api, name(case)?)?;
                screen.value(&events, &lines(&events))?;
            }
        }
        Ok(ExitCode::Done)
    }
}

impl ServerArguments {
    fn token(&self) -> Result<Secret, Failure> {
        let path = std::path::absolute(&self.token_file)
            .map_err(|error| Failure::usage(format!("the token's file: {error}")))?;
        read_secret(&SecretRef::File(HostPath::from(path)), &Nobody).map_err(
            |error: SecretError| {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
                let hint = "make a token on your account's page, and put it there with mode 0600";
                Failure::failed(format!("{error}{}; {hint}", cause.unwrap_or_default()))
            },
        )
    }
}

/// A case's name as a part of an address.
fn name(case: &str) -> Result<&str, Failure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !case.is_empty() && case.chars().all(is_plain) && !case.starts_with('.') {
        return Ok(case);
    }
    Err(Failure::usage(format!(
        "`{}` is no name; `refit request list` names the cases",
        plain(case)
    )))
}

/// Reads JSON from a file, or from standard input.
fn read(path: &Path) -> Result<Value, Failure> {
    let failed = |error: std::io::Error| {
        Failure::failed(format!("{} cannot be read: {error}", path.display()))
    };
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MOST).read_to_string(&mut text).map_err(failed)?;
    } else {
        let file = File::open(path).map_err(failed)?;
        file.take(MOST).read_to_string(&mut text).map_err(failed)?;
    }
    serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{} is no JSON: {error}", path.display())))
}
