//! Settings that name the old home by its path: they follow to the new one.

use refit_model::{
    Assessment, Document as _, HostPath, KeyOutcome, Outcome, RuleRef, SettledFile, Shown,
};
use refit_settings::Document;

use crate::PlanError;
use crate::settled::Configuration;

/// Rewrites values that hold the path of the old home, in files that are the site's.
pub(crate) fn follow(
    configuration: &mut Configuration,
    assessment: &Assessment,
    new_home: &HostPath,
    new_data: &HostPath,
) -> Result<(), PlanError> {
    let old_home = assessment.folders.home.to_string();
    let old_data = assessment.folders.data.to_string();
    let (new_home, new_data) = (new_home.to_string(), new_data.to_string());
    let moves = [(old_data.as_str(), new_data.as_str()), (&old_home, &new_home)];
    let files: Vec<_> =
        configuration.settlements.iter().map(|settlement| settlement.file.clone()).collect();
    for file in files {
        let Some(document) = configuration.documents.get(&file) else { continue };
        let changes = changes(document, &moves);
        if changes.is_empty() {
            continue;
        }
        let values: Vec<_> =
            changes.iter().map(|(key, _, to)| (key.as_str(), to.as_str())).collect();
        let rewritten = document
            .with_values(&values)
            .map_err(|error| PlanError::Text { file: file.clone(), reason: error.to_string() })?;
        note(configuration, &file, &rewritten, &changes)?;
        configuration.documents.insert(file, rewritten);
    }
    Ok(())
}

/// Keys whose values name the old home, with the values before and after.
fn changes(document: &Document, moves: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let live = document.keys().into_iter().filter(|key| key.live);
    live.filter_map(|key| {
        let value = key.value?;
        let after =
            moves.iter().fold(value.clone(), |text, (from, to)| replace_path(&text, from, to));
        (after != value).then_some((key.path, value, after))
    })
    .collect()
}

/// Replaces a folder's path, but not a longer name that begins like it.
fn replace_path(text: &str, from: &str, to: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let next = after.chars().next();
        let ends = next.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')));
        replaced.push_str(before);
        replaced.push_str(if ends { to } else { from });
        rest = after;
    }
    replaced + rest
}

fn note(
    configuration: &mut Configuration,
    file: &str,
    rewritten: &Document,
    changes: &[(String, String, String)],
) -> Result<(), PlanError> {
    let template = rewritten.template();
    let digest = template
        .digest()
        .map_err(|error| PlanError::Text { file: file.to_owned(), reason: error.to_string() })?;
    let settlement = configuration.settlements.iter_mut().find(|one| one.file == file);
    let Some(settlement) = settlement else { return Ok(()) };
    if settlement.result == SettledFile::Open {
        return Ok(());
    }
    settlement.result = SettledFile::Written(digest);
    for (key, before, after) in changes {
        let rule = RuleRef {
            id: "old-home-in-path".into(),
            source: "the old home may be removed by `refit cleanup`".into(),
        };
        let result = Some(Shown::Text(after.clone()));
        match settlement.outcomes.iter_mut().find(|outcome| outcome.key == *key) {
            Some(outcome) => {
                outcome.outcome = Outcome::Translated;
                outcome.result = result;
                outcome.rule = Some(rule);
            }
            None => settlement.outcomes.push(KeyOutcome {
                key: key.clone(),
                outcome: Outcome::Translated,
                base: None,
                site: Some(Shown::Text(before.clone())),
                new: None,
                result,
                rule: Some(rule),
            }),
        }
    }
    configuration.contents.insert(file.to_owned(), template);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::replace_path;

    #[test]
    fn only_the_folder_itself_is_replaced() {
        let replace = |text| replace_path(text, "/opt/mq-5", "/opt/mq-6");
        assert_eq!(replace("file:/opt/mq-5/conf/x.ks"), "file:/opt/mq-6/conf/x.ks");
        assert_eq!(replace("/opt/mq-5.1/x /opt/mq-5"), "/opt/mq-5.1/x /opt/mq-6");
    }
}
