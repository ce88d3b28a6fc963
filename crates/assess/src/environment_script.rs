//! The environment file that the start script reads: the first of a list that is there.

use refit_hosts::{Identity, Reader};
use refit_model::{HostPath, Version};
use refit_packs::{Pack, Words};
use refit_settings::Document;

use crate::Result;
use crate::gathered::Gathered;

/// Looks which environment file is in force, and what it sets.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    pack: &Pack,
    home: &HostPath,
    identity: &Identity,
    installed: &Version,
    words: &Words,
) -> Result<()> {
    let user_home = identity.user_home.to_string();
    let files = pack.product.layout.environment_files.iter();
    let mut present = Vec::new();
    for file in files.filter(|file| file.is_read_by(installed)) {
        let path = file.path.replace("${user_home}", &user_home);
        let path = home.join(path);
        if reader.exists(&path)? {
            present.push(path);
        }
    }
    let used = present.first().cloned();
    let ignored = present.iter().skip(1).map(ToString::to_string).collect();
    gathered.fact("env.file_used", used.as_ref().map_or_else(String::new, ToString::to_string));
    gathered.list("env.files_ignored", ignored);
    gathered.fact("env.outside_home", used.as_ref().is_some_and(|path| !path.is_within(home)));
    let mut sets_home = false;
    if let Some(path) = &used
        && let Some(document) = parse(gathered, reader, pack, path)
    {
        sets_home =
            ["ACTIVEMQ_HOME", "ACTIVEMQ_BASE"].iter().any(|n| value(&document, n).is_some());
        let mut set = |fact: &str, names: &[&str]| {
            let found = names.iter().find_map(|name| value(&document, name));
            if let Some(found) = found.filter(|found| !found.is_empty() && found != "auto") {
                gathered.fact(fact, words.fill(&found));
            }
        };
        set("env.data", &["ACTIVEMQ_DATA", "ACTIVEMQ_DATA_DIR"]);
        set("env.pid_file", &["ACTIVEMQ_PIDFILE"]);
        set("env.user", &["ACTIVEMQ_USER"]);
        set("env.java", &["JAVA_HOME", "JAVACMD"]);
    }
    gathered.fact("env.sets_home", sets_home);
    Ok(())
}

fn parse(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    pack: &Pack,
    path: &HostPath,
) -> Option<Document> {
    let spec = pack.settings.file("bin/env")?;
    let bytes = gathered.read(reader, path)?;
    Document::parse(&bytes, spec).ok()
}

/// The value that a variable is given, wherever in the file; the last one counts.
fn value(document: &Document, name: &str) -> Option<String> {
    let mut keys = document.keys().into_iter().rev().filter(|key| {
        let last = key.path.rsplit('/').next().unwrap_or_default();
        key.live && last.split('#').next() == Some(name)
    });
    keys.find_map(|key| key.value)
}
