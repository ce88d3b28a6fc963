//! Environment files: read, checked, and their JSON Schema.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use refit_model::{
    ENVIRONMENT_SCHEMA, Environment, HostEntry, HostName, HostPath, Installation, Transport,
};
use thiserror::Error;

/// An environment and the file that it was read from.
#[derive(Clone, Debug)]
pub struct EnvironmentFile {
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub environment: Environment,
}

/// An environment file cannot be used.
#[derive(Debug, Error)]
pub enum EnvironmentError {
    /// No file of this name.
    #[error(
        "there is no environment `{name}`: looked for {}; write its file, or let `refit discover` \
         print one",
        shown(looked_for)
    )]
    NotFound {
        /// What was given.
        name: String,
        /// Where it was looked for.
        looked_for: Vec<PathBuf>,
    },
    /// The file cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What it says is wrong.
    #[error("{path}:{place}: {message}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Where in it.
        place: Place,
        /// What is wrong, and what was expected.
        message: String,
    },
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The key, with dots between its parts; empty if the file cannot be parsed so far.
    pub key: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)?;
        if self.key.is_empty() { Ok(()) } else { write!(f, ": `{}`", self.key) }
    }
}

fn shown(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    paths.join(" and ")
}

/// Reads the environment that is given by its name or by the path of its file.
pub fn read_environment(given: &str, folder: &Path) -> Result<EnvironmentFile, EnvironmentError> {
    let is_toml = Path::new(given).extension().is_some_and(|end| end == "toml");
    let is_path = given.contains('/') || is_toml;
    let looked_for = if is_path {
        vec![PathBuf::from(given)]
    } else {
        vec![folder.join(format!("{given}.toml")), PathBuf::from(format!("{given}.toml"))]
    };
    let path = looked_for.iter().find(|path| path.exists()).cloned();
    let path = path.ok_or_else(|| EnvironmentError::NotFound {
        name: given.to_owned(),
        looked_for: looked_for.clone(),
    })?;
    let text = fs::read_to_string(&path)
        .map_err(|source| EnvironmentError::Unreadable { path: path.clone(), source })?;
    let environment = parse(&path, &text)?;
    let file = EnvironmentFile { path, environment };
    // A copied file whose name alone was changed would mix two environments up.
    let name = file.environment.name.as_str();
    if !is_path && name != given {
        let message = format!("the file is named `{given}`, the environment in it `{name}`");
        return Err(file.mistake(&["name"], format!("{message}: give both the same name")));
    }
    Ok(file)
}

/// Parses and checks the text of an environment file.
pub fn parse(path: &Path, text: &str) -> Result<Environment, EnvironmentError> {
    let wrong = |place, message| EnvironmentError::Wrong { path: path.to_owned(), place, message };
    let environment: Environment = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let key = key_at(text, at);
        wrong(place_at(text, at, key), error.message().to_owned())
    })?;
    match first_mistake(&environment) {
        None => Ok(environment),
        Some((key, message)) => {
            let at = offset_of(text, &key).unwrap_or(0);
            Err(wrong(place_at(text, at, key.join(".")), message))
        }
    }
}

impl EnvironmentFile {
    /// A mistake that only shows beside other knowledge: where it stands, and what was expected.
    pub(crate) fn mistake(&self, key: &[&str], message: String) -> EnvironmentError {
        let key: Vec<_> = key.iter().map(|part| (*part).to_owned()).collect();
        // Without the text the place is the file's beginning; the key is named either way.
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let place = place_at(&text, offset_of(&text, &key).unwrap_or(0), key.join("."));
        EnvironmentError::Wrong { path: self.path.clone(), place, message }
    }
}

/// The JSON Schema of environment files.
///
/// # Panics
/// Never: a schema is plain JSON.
pub fn environment_schema() -> String {
    let schema = schemars::schema_for!(Environment);
    serde_json::to_string_pretty(&schema).expect("a schema is plain JSON")
}

/// The first thing that parses and still cannot be: its key, and what was expected.
fn first_mistake(environment: &Environment) -> Option<(Vec<String>, String)> {
    if environment.schema != ENVIRONMENT_SCHEMA {
        let message =
            format!("this Refit reads environment files with schema {ENVIRONMENT_SCHEMA}");
        return Some((vec!["schema".into()], message));
    }
    if environment.installations.is_empty() {
        let message = "an environment has at least one installation".to_owned();
        return Some((vec!["installations".into()], message));
    }
    environment.hosts.iter().find_map(ssh_mistake).or_else(|| installation_mistake(environment))
}

/// What cannot be handed to OpenSSH.
fn ssh_mistake((name, host): (&HostName, &HostEntry)) -> Option<(Vec<String>, String)> {
    let Transport::Ssh(address) = &host.transport else { return None };
    let (last, message) = address.mistake()?;
    let key = ["hosts", name.as_str(), "transport", "ssh", last];
    Some((key.map(str::to_owned).to_vec(), message))
}

fn installation_mistake(environment: &Environment) -> Option<(Vec<String>, String)> {
    environment.installations.iter().find_map(|(name, installation)| {
        let key = |last: &str| vec!["installations".into(), name.to_string(), last.to_owned()];
        if !environment.hosts.contains_key(&installation.host) {
            let known: Vec<_> = environment.hosts.keys().map(ToString::to_string).collect();
            let known = known.join(", ");
            let message =
                format!("there is no host `{}`; the hosts are: {known}", installation.host);
            return Some((key("host"), message));
        }
        let (last, path) =
            paths(installation).into_iter().find(|(_, path)| !path.is_plain_absolute())?;
        let message = format!("`{path}` is no absolute path without `.` and `..`");
        Some((key(last), message))
    })
}

fn paths(installation: &Installation) -> Vec<(&'static str, &HostPath)> {
    let optional = [
        ("base", &installation.base),
        ("data", &installation.data),
        ("java_home", &installation.java_home),
        ("new_java_home", &installation.new_java_home),
        ("install_into", &installation.install_into),
        ("restore_points", &installation.restore_points),
        ("control", &installation.control),
    ];
    let given = optional.into_iter().filter_map(|(key, path)| Some((key, path.as_ref()?)));
    std::iter::once(("home", &installation.home)).chain(given).collect()
}

/// Where the value of a key stands.
fn offset_of(text: &str, key: &[String]) -> Option<usize> {
    let document = toml_edit::Document::parse(text).ok()?;
    let mut item = document.as_item();
    let mut last = None;
    for part in key {
        let Some(next) = item.get(part) else { break };
        item = next;
        last = item.span().map(|span| span.start).or(last);
    }
    last
}

/// The key whose value holds the offset, as far as the text parses.
fn key_at(text: &str, at: usize) -> String {
    let Ok(document) = toml_edit::Document::parse(text) else { return String::new() };
    let mut parts = Vec::new();
    let mut table = document.as_item();
    while let Some(found) = table.as_table_like().and_then(|table| entry_at(table, at)) {
        parts.push(found.0);
        table = found.1;
    }
    parts.join(".")
}

fn entry_at(table: &dyn toml_edit::TableLike, at: usize) -> Option<(String, &toml_edit::Item)> {
    table.iter().find_map(|(key, item)| {
        let key_span = table.key(key).and_then(toml_edit::Key::span);
        let in_key = key_span.is_some_and(|span| span.contains(&at));
        let in_item = item.span().is_some_and(|span| span.contains(&at));
        let below = item.as_table_like().is_some_and(|table| entry_at(table, at).is_some());
        (in_key || in_item || below).then(|| (key.to_owned(), item))
    })
}

fn place_at(text: &str, at: usize, key: String) -> Place {
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Place { line, column, key }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"schema = 1
name = "staging"

[hosts.local]
transport = "local"

[installations.orders]
host = "local"
platform = "activemq-classic"
home = "/opt/activemq"

[installations.orders.logins.broker]
user = "probe"
password = { file = "/etc/refit/probe" }
"#;

    fn error(text: &str) -> String {
        parse(Path::new("staging.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn a_good_file_is_read() {
        let environment = parse(Path::new("staging.toml"), GOOD).unwrap();
        assert_eq!(environment.name.as_str(), "staging");
        assert_eq!(environment.installations.len(), 1);
    }

    #[test]
    fn mistakes_are_told_with_line_key_and_expectation() {
        let cases = [
            (
                "schema = 1",
                "schema = 2",
                "staging.toml:1:10: `schema`: this Refit reads environment files with schema 1",
            ),
            (
                "home =",
                "hom =",
                "staging.toml:10:1: `installations.orders.hom`: unknown field `hom`, expected one of",
            ),
            (
                "\"/opt/activemq\"",
                "\"opt/activemq\"",
                "staging.toml:10:8: `installations.orders.home`: `opt/activemq` is no absolute path",
            ),
            (
                "host = \"local\"",
                "host = \"lokal\"",
                "staging.toml:8:8: `installations.orders.host`: there is no host `lokal`; the hosts are: local",
            ),
            (
                "\"local\"\n\n[inst",
                "\"locl\"\n\n[inst",
                "staging.toml:5:13: `hosts.local.transport`: unknown variant `locl`, expected `local`",
            ),
            (
                "transport = \"local\"",
                "transport.ssh = { destination = \"-oX\", known_hosts = \"/k\" }",
                "staging.toml:5:33: `hosts.local.transport.ssh.destination`: `-oX` is no destination",
            ),
            ("home = \"/opt/activemq\"", "home = ", "staging.toml:10:8: "),
            (
                "name = \"staging\"",
                "name = \"Sta ging\"",
                "staging.toml:2:8: `name`: `Sta ging` is no valid environment name",
            ),
            (
                "password = { file = \"/etc/refit/probe\" }",
                "password = \"secret\"",
                "staging.toml:14:12: `installations.orders.logins.broker.password`: ",
            ),
        ];
        for (from, to, expected) in cases {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let error = error(&text);
            assert!(error.starts_with(expected), "{error}\nexpected {expected}");
        }
    }

    #[test]
    fn an_unknown_environment_says_where_it_was_looked_for() {
        let error = read_environment("nowhere", Path::new("environments")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no environment `nowhere`: looked for environments/nowhere.toml and \
             nowhere.toml; write its file, or let `refit discover` print one"
        );
    }

    #[test]
    fn a_file_under_another_environments_name_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("production.toml"), GOOD).unwrap();
        let error = read_environment("production", folder.path()).unwrap_err().to_string();
        let expected = "production.toml:2:8: `name`: the file is named `production`, the \
                        environment in it `staging`: give both the same name";
        assert!(error.ends_with(expected), "{error}");
        let path = folder.path().join("production.toml");
        assert!(read_environment(path.to_str().unwrap(), folder.path()).is_ok());
    }

    #[test]
    fn the_schema_knows_every_key() {
        let schema = environment_schema();
        for key in ["installations", "restore_points", "stop_within_seconds", "transport"] {
            assert!(schema.contains(&format!("\"{key}\"")), "{key}");
        }
    }
}
