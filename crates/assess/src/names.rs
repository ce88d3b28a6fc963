//! The names in the site's configuration against those that the target's own schemas have.

use std::collections::BTreeSet;

use refit_model::{Remark, UnknownName};
use refit_settings::Schema;

use crate::gathered::Gathered;
use crate::jars::{Question, is_removed, removals};

/// Looks for elements and attributes that the target does not know. Those of the vendor's old
/// default, and those that a rule removes, are gone from the settled file: they are no finding.
pub(crate) fn look(
    gathered: &mut Gathered,
    question: &Question<'_>,
    names: &Result<Schema, String>,
) -> Vec<UnknownName> {
    let schema = match names {
        Ok(schema) => schema,
        Err(why) => {
            gathered.unreadable.push(format!("the target's {why}"));
            return Vec::new();
        }
    };
    let (mut unknown, mut lines) = (Vec::new(), Vec::new());
    for (file, document) in question.documents {
        let vendors: BTreeSet<_> =
            question.vendors_keys(file).map(|key| key.path.as_str()).collect();
        let removals = removals(question, file, document);
        for name in schema.unknown_names(document) {
            let handled = vendors.contains(name.key.as_str()) || is_removed(&removals, &name.key);
            lines.extend((!handled).then(|| format!("{file}, line {}: {name}", name.line)));
            let text = format!("{} has {name}.", question.target);
            let source = Some(format!("{file}, line {}", name.line));
            let remark = Remark { key: Some(name.key), text, source };
            unknown.push(UnknownName { file: file.clone(), remark });
        }
    }
    gathered.list("names.unknown_in_target", lines);
    unknown
}
