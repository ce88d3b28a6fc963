//! Files that the configuration names: are they there, and will they be?

use std::collections::BTreeMap;

use refit_hosts::Reader;
use refit_model::HostPath;
use refit_packs::{Documents, ShippedEntry, Words};

use crate::Result;
use crate::gathered::Gathered;

/// Looks for named files that are missing, and for the vendor's own that the target lacks.
pub(crate) fn look(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    home: &HostPath,
    documents: &Documents,
    words: &Words,
    shipped: &BTreeMap<String, ShippedEntry>,
    target: Option<&BTreeMap<String, ShippedEntry>>,
) -> Result<()> {
    let (mut missing, mut gone) = (Vec::new(), Vec::new());
    for (file, document) in documents {
        for key in document.keys().into_iter().filter(|key| key.live && !key.secret) {
            let Some(named) = key.value.as_deref().and_then(|text| named_file(text, words)) else {
                continue;
            };
            let Ok(inside) = named.as_path().strip_prefix(home.as_path()) else { continue };
            let inside = inside.display().to_string();
            if !reader.exists(&named)? {
                missing.push(format!("{file}: {inside}"));
            } else if shipped.contains_key(&inside)
                && target.is_some_and(|target| !target.contains_key(&inside))
                && !is_replaced(&inside)
            {
                gone.push(format!("{file}: {inside}"));
            }
        }
    }
    gathered.list("conf.missing_references", missing);
    gathered.list("conf.references_gone", gone);
    Ok(())
}

/// Files that the vendor gave another name; a rule of the settings takes care of them.
fn is_replaced(path: &str) -> bool {
    path.starts_with("conf/log4j")
}

/// The file that a value names, where it is an absolute path with a file's name at its end.
fn named_file(text: &str, words: &Words) -> Option<HostPath> {
    let filled = words.fill(text.trim());
    let path = filled.strip_prefix("file:").unwrap_or(&filled);
    let path = HostPath::from(path.to_owned());
    let has_ending = path.as_path().extension().is_some();
    // Logs are made when they are needed; `%` is where a file pattern puts a number or a date.
    let is_made =
        path.as_path().extension().is_some_and(|end| end == "log") || filled.contains('%');
    (path.is_plain_absolute() && has_ending && !is_made).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_must_be_there_are_named() {
        let named = |text: &str| named_file(text, &Words::default()).map(|path| path.to_string());
        assert_eq!(named("file:/etc/mq/users.properties"), Some("/etc/mq/users.properties".into()));
        assert_eq!(named("/var/log/mq/activemq.log"), None);
        assert_eq!(named("/var/log/mq/audit.log.%i"), None);
        assert_eq!(named("users.properties"), None);
        assert_eq!(named("/etc/mq"), None);
    }
}
