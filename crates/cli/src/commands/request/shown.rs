//! What a server answers, in words.

use serde_json::Value;

use crate::commands::api::Api;
use crate::failure::Failure;
use crate::screen::Screen;

/// All requests, page by page.
pub(super) fn list(api: &Api, only: Option<&str>, screen: &Screen) -> Result<(), Failure> {
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
pub(super) fn events(api: &Api, case: &str) -> Result<Vec<Value>, Failure> {
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

/// A request in words.
pub(super) fn shown(request: &Value) -> String {
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

/// Events, a line each.
pub(super) fn lines(events: &[Value]) -> String {
    let line = |event: &Value| {
        let (number, at) = (event["number"].as_u64().unwrap_or_default(), text(&event["at"]));
        format!("{number:>4}  {at}  {:<12} {}", text(&event["by"]), text(&event["what"]))
    };
    events.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A text of the server's answer; nothing that would act in a terminal.
pub(super) fn text(value: &Value) -> String {
    plain(value.as_str().unwrap_or_default())
}

/// A text; nothing that would act in a terminal.
pub(super) fn plain(text: &str) -> String {
    refit_report::inert(text)
}

/// Documents and files, a line each.
pub(super) fn documents(found: &Value) -> String {
    let mut told = Vec::new();
    for one in each(&found["sent"]) {
        let (key, state, due) = (text(&one["key"]), text(&one["state"]), text(&one["due"]));
        told.push(format!("{key:<22} {state:<11} due {due}  {}", text(&one["title"])));
        let missing = one["missing"].as_str().map(|what| format!("  missing: {}", plain(what)));
        told.extend(missing);
        let file = |file: &Value| format!("  {}  {}", text(&file["digest"]), text(&file["name"]));
        told.extend(each(&one["returned"]).map(file));
    }
    for one in each(&found["files"]) {
        let (version, name) = (one["version"].as_u64().unwrap_or_default(), text(&one["name"]));
        let (kind, digest) = (text(&one["kind"]), text(&one["digest"]));
        told.push(format!("{kind:<22} version {version:<3} {digest}  {name}"));
    }
    for one in each(&found["upgrade"]) {
        let kept = if one["is_kept"] == true { "kept" } else { "not attached" };
        told.push(format!("{:<22} {kept:<11} {}", text(&one["kind"]), text(&one["digest"])));
    }
    or_none(&told, "there are no documents")
}

/// The time of a request.
pub(super) fn timeline(found: &Value) -> String {
    let span = |span: &Value| match (span["from"].as_str(), span["until"].as_str()) {
        (Some(from), Some(until)) => format!("{} to {}", plain(from), plain(until)),
        _ => "-".to_owned(),
    };
    let mut told = vec![format!("deadline: {}", text(&found["deadline"]))];
    if found["handed_over"].is_object() {
        told.push(format!("handed over, as things stand: {}", span(&found["handed_over"])));
    }
    for one in each(&found["activities"]) {
        let late = if one["is_late"] == true { ", late" } else { "" };
        let waits = one["waits_for"].as_str().map(|whom| format!(", waits for the {whom}"));
        let (state, title) = (text(&one["state"]), text(&one["title"]));
        told.push(format!("{title}: {state}{}{late}", plain(&waits.unwrap_or_default())));
        told.push(format!("  planned {}", span(&one["planned"])));
        told.push(format!("  actual  {}", span(&one["actual"])));
    }
    told.join("\n")
}

/// The runs of a request, a line each.
pub(super) fn runs(found: &Value) -> String {
    let mut told: Vec<_> = each(&found["runs"])
        .map(|one| format!("{:<30} {}", text(&one["run"]), text(&one["state"])))
        .collect();
    told.extend(each(&found["recorded"]).map(|one| {
        let (run, end, plan) = (text(&one["run"]), text(&one["end"]), text(&one["plan"]));
        format!("{run:<30} recorded as {end}, of the plan {plan}")
    }));
    or_none(&told, "there are no runs")
}

/// A run, with its steps.
pub(super) fn run(found: &Value) -> String {
    let mut told = vec![format!("{}: {}", text(&found["run"]), text(&found["state"]))];
    if let Some(finding) = found["finding"].as_str() {
        told.push(format!("! {}", plain(finding)));
    }
    if found["waits"].is_object() {
        let wait = &found["waits"];
        told.push(format!("waits for {}: {}", text(&wait["whom"]), text(&wait["why"])));
    }
    told.extend(each(&found["steps"]).map(|step| {
        let (state, time) = (text(&step["state"]), text(&step["time"]));
        format!("  {state:<12} {time:>10}  {}", text(&step["title"]))
    }));
    told.join("\n")
}

/// The entries of a list.
pub(super) fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn or_none(lines: &[String], none: &str) -> String {
    if lines.is_empty() { none.to_owned() } else { lines.join("\n") }
}
