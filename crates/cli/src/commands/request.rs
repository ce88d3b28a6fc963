//! `refit request`: requests of a server, over its API.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use refit_app::{AskSecret, SecretError, read_secret};
use refit_model::{ExitCode, HostPath, Secret, SecretRef};
use serde_json::{Value, json};

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
    --server https://refit.example --token-file token")]
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
    },
    /// List the requests that you see, the latest change first
    List {
        /// Only those that are `open`, `withdrawn` or `closed`
        #[arg(long, value_name = "STANDING")]
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
}

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
            RequestCommand::New { fields } => {
                let made = api.post("requests", &json!({ "fields": read(fields)? }))?;
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

/// All requests, page by page.
fn list(api: &Api, only: Option<&str>, screen: &Screen) -> Result<(), Failure> {
    let mut requests = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut query = vec![("limit", "100")];
        query.extend(only.map(|only| ("state", only)));
        query.extend(after.as_deref().map(|after| ("after", after)));
        let page = api.get("requests", &query)?;
        requests.extend(page["requests"].as_array().cloned().unwrap_or_default());
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    let line = |one: &Value| {
        let waits = one["waits_for"].as_str().map(|whom| format!("waits for the {whom}"));
        let late = if one["is_late"] == true { ", late" } else { "" };
        let deadline = text(&one["deadline"]);
        let (case, state, title) = (text(&one["case"]), text(&one["state"]), text(&one["title"]));
        format!(
            "{case:<20} {state:<10} until {deadline}  {title}  {}{late}",
            waits.unwrap_or_default()
        )
    };
    let lines: Vec<_> = requests.iter().map(line).collect();
    let told = if lines.is_empty() { "there are no requests".to_owned() } else { lines.join("\n") };
    screen.value(&requests, &told)
}

/// All events of a case.
fn events(api: &Api, case: &str) -> Result<Vec<Value>, Failure> {
    let (mut events, mut after) = (Vec::new(), String::from("0"));
    loop {
        let page = api.get(&format!("requests/{case}/events"), &[("after", after.as_str())])?;
        events.extend(page["events"].as_array().cloned().unwrap_or_default());
        match page["next"].as_u64() {
            Some(next) => after = next.to_string(),
            None => return Ok(events),
        }
    }
}

fn shown(request: &Value) -> String {
    let mut told = format!(
        "{}\n{}, {}",
        text(&request["title"]),
        text(&request["case"]),
        text(&request["state"])
    );
    for (words, name) in [
        ("phase", "phase"),
        ("deadline", "deadline"),
        ("due", "next due"),
        ("consultant", "consultant"),
        ("project_manager", "project manager"),
    ] {
        if let Some(value) = request[words].as_str() {
            told += &format!("\n{name}: {}", plain(value));
        }
    }
    for remark in request["remarks"].as_array().into_iter().flatten() {
        told += &format!("\n! {}", text(remark));
    }
    for wait in request["waits"].as_array().into_iter().flatten() {
        let (title, whom) = (text(&wait["title"]), text(&wait["waits_for"]));
        told += &format!("\n{title}: waits for the {whom} since {}", text(&wait["since"]));
        told += &format!(": {}", text(&wait["why"]));
    }
    told += "\n\nActivities";
    for activity in request["activities"].as_array().into_iter().flatten() {
        told += &format!("\n  {:<12} {}", text(&activity["state"]), text(&activity["title"]));
    }
    told
}

fn lines(events: &[Value]) -> String {
    let line = |event: &Value| {
        let (number, at) = (event["number"].as_u64().unwrap_or_default(), text(&event["at"]));
        format!("{number:>4}  {at}  {:<12} {}", text(&event["by"]), text(&event["what"]))
    };
    events.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A text of the server's answer; nothing that would act in a terminal.
fn text(value: &Value) -> String {
    plain(value.as_str().unwrap_or_default())
}

fn plain(text: &str) -> String {
    refit_report::inert(text)
}

/// A case's name as a part of an address.
fn name(case: &str) -> Result<&str, Failure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !case.is_empty() && case.chars().all(is_plain) && !case.starts_with('.') {
        return Ok(case);
    }
    Err(Failure::usage(format!("`{}` is no case; `refit request list` names them", plain(case))))
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
