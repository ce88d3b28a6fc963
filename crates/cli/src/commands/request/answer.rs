//! `refit request answer`: the questionnaire, shown and answered.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use super::files::send;
use super::shown::{each, plain, text};
use super::{name, read};
use crate::commands::api::Api;
use crate::failure::Failure;
use crate::screen::Screen;

/// What is answered.
#[derive(Args, Debug)]
pub struct AnswerArguments {
    /// The case
    #[arg(value_name = "CASE")]
    case: String,
    /// Answers: the question's id and the answer; several choices by repeating it; an empty one
    /// takes the answer back
    #[arg(value_name = "QUESTION=ANSWER", value_parser = pair)]
    answers: Vec<(String, String)>,
    /// A JSON file with answers as the API takes them: {"QUESTION": {"given": {"value": ...}}}
    #[arg(long, value_name = "FILE")]
    answers_file: Option<PathBuf>,
    /// Questions whose answer you do not know
    #[arg(long, value_name = "QUESTION")]
    unknown: Vec<String>,
    /// Files that belong to an answer
    #[arg(long = "file", value_name = "QUESTION=FILE", value_parser = pair)]
    files: Vec<(String, String)>,
    /// The version that the answers are given in view of; the current one, if not said
    #[arg(long, value_name = "VERSION")]
    seen: Option<u64>,
    /// Give the questionnaire back
    #[arg(long)]
    submit: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (question, answer) = text.split_once('=').ok_or("write QUESTION=ANSWER")?;
    Ok((question.trim().to_owned(), answer.to_owned()))
}

impl AnswerArguments {
    pub(super) fn perform(&self, api: &Api, screen: &Screen) -> Result<(), Failure> {
        let case = name(&self.case)?;
        let path = format!("requests/{case}/questionnaire");
        let mut asked = api.get(&path, &[])?;
        let answers = self.given(api, case, &asked)?;
        if !answers.is_empty() {
            let version = self.seen.map_or_else(|| asked["version"].clone(), Value::from);
            asked = api.patch(&path, &json!({ "version": version, "answers": answers }))?;
        }
        if self.submit {
            api.post(&format!("requests/{case}/actions"), &json!("submit-answers"))?;
            asked = api.get(&path, &[])?;
        }
        screen.value(&asked, &shown(&asked))
    }

    /// The answers as the API takes them.
    fn given(&self, api: &Api, case: &str, asked: &Value) -> Result<Map<String, Value>, Failure> {
        let mut given = match self.answers_file.as_deref().map(read).transpose()? {
            None => Map::new(),
            Some(Value::Object(given)) => given,
            Some(_) => return Err(Failure::usage("the file with answers is no JSON object")),
        };
        for (id, answer) in &self.answers {
            let kind = &question(asked, id)?["kind"];
            let before = given.get(id).and_then(|one| one.pointer("/given/value"));
            let value = value(id, kind, answer, before)?;
            let one = value.map_or(Value::Null, |value| json!({ "given": { "value": value } }));
            given.insert(id.clone(), one);
        }
        for id in &self.unknown {
            question(asked, id)?;
            given.insert(id.clone(), json!({ "given": "not-known" }));
        }
        for (id, file) in &self.files {
            let file = Path::new(file);
            let own = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let before = &question(asked, id)?["answer"];
            let sent = send(api, case, file)?;
            let one = given.entry(id.clone()).or_insert_with(|| match before {
                Value::Null => json!({ "given": "not-known" }),
                before => before.clone(),
            });
            let attached = json!({ "name": own, "digest": sent["digest"] });
            match &mut one["attachments"] {
                Value::Array(files) => files.push(attached),
                none => *none = json!([attached]),
            }
        }
        Ok(given)
    }
}

fn question<'a>(asked: &'a Value, id: &str) -> Result<&'a Value, Failure> {
    let mut questions = each(&asked["sections"]).flat_map(|section| each(&section["questions"]));
    questions.find(|question| question["id"] == id).ok_or_else(|| {
        let id = plain(id);
        Failure::usage(format!(
            "`{id}` is not asked now; `refit request answer CASE` shows what is"
        ))
    })
}

/// The value of an answer to a question of this kind; none if it is empty.
fn value(
    id: &str,
    kind: &Value,
    answer: &str,
    before: Option<&Value>,
) -> Result<Option<Value>, Failure> {
    let answer = answer.trim();
    if answer.is_empty() {
        return Ok(None);
    }
    if kind["choices"].is_array() {
        let mut chosen = before.and_then(Value::as_array).cloned().unwrap_or_default();
        chosen.push(json!(answer));
        return Ok(Some(Value::Array(chosen)));
    }
    Ok(Some(match (kind.as_str(), answer) {
        (Some("yes-no"), "yes") => json!(true),
        (Some("yes-no"), "no") => json!(false),
        (Some("yes-no"), _) => return Err(Failure::usage(format!("`{id}`: say yes or no"))),
        _ if kind["number"].is_object() => {
            let number: i64 = answer
                .parse()
                .map_err(|_| Failure::usage(format!("`{id}`: this is no whole number")))?;
            json!(number)
        }
        _ => json!(answer),
    }))
}

/// What is asked and answered.
fn shown(asked: &Value) -> String {
    let mut told = Vec::new();
    for section in each(&asked["sections"]) {
        told.push(text(&section["title"]));
        for question in each(&section["questions"]) {
            let (id, asks) = (text(&question["id"]), text(&question["text"]));
            let mark = if question["is_missing"] == true { "!" } else { " " };
            told.push(format!("{mark} {id}: {asks}"));
            told.extend(answered(question).map(|answer| format!("    {answer}")));
            if !question["contradicted_by"].is_null() {
                let fact = words(&question["contradicted_by"]);
                told.push(format!("    the inventory says: {fact}"));
            }
        }
    }
    let missing = each(&asked["missing"]).count();
    told.push(format!("version {}, {missing} answers are missing", asked["version"]));
    told.join("\n")
}

fn answered(question: &Value) -> Option<String> {
    let answer = &question["answer"];
    if answer.is_null() {
        let fact = &question["prefilled"];
        return (!fact.is_null()).then(|| format!("from the inventory: {}", words(fact)));
    }
    let value = &answer["given"]["value"];
    let given = if value.is_null() { "not known".to_owned() } else { words(value) };
    let files = each(&answer["attachments"]).map(|file| text(&file["name"]));
    let files: Vec<_> = files.collect();
    Some(if files.is_empty() { given } else { format!("{given} ({})", files.join(", ")) })
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => plain(&other.to_string()),
    }
}
