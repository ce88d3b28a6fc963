//! Parameters named in texts in place of their values.

use refit_model::{ParameterError, Parameters, Step, literal, used_parameters};
use serde_json::Value;

/// Values and the names that stand for them, the longest value first.
pub(crate) struct Naming(Vec<(String, String)>);

impl Naming {
    /// What a step names: each of its texts with parameters in it, and each parameter by itself.
    pub(crate) fn of(step: &Step, parameters: &Parameters) -> Result<Self, ParameterError> {
        let tree = serde_json::to_value(step);
        let tree = tree.map_err(|error| ParameterError::Shape(error.to_string()))?;
        let mut texts = Vec::new();
        collect_texts(&tree, &mut texts);
        texts.extend(used_parameters(step)?.into_iter().map(|name| format!("${{{name}}}")));
        let mut named = Vec::new();
        for text in texts {
            named.push((parameters.resolve(&text)?, text));
        }
        named.retain(|(value, _)| !value.is_empty());
        named.sort_by(|(a, first), (b, second)| (b.len(), a, first).cmp(&(a.len(), b, second)));
        named.dedup_by(|(later, _), (earlier, _)| later == earlier);
        Ok(Self(named))
    }

    /// The text with names in place of values: a text that parameters can be put into again.
    pub(crate) fn name_in(&self, text: &str) -> String {
        let mut named = String::with_capacity(text.len());
        let mut plain = 0;
        let mut at = 0;
        while at < text.len() {
            let found = self.0.iter().find(|(value, _)| stands_at(text, at, value));
            if let Some((value, name)) = found {
                named.push_str(&literal(&text[plain..at]));
                named.push_str(name);
                at += value.len();
                plain = at;
            } else {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        named + &literal(&text[plain..])
    }
}

/// The texts that name parameters.
fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains("${") => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect_texts(field, texts)),
        _ => {}
    }
}

/// Whether `value` stands at this place as a word of its own, and is no part of a longer one.
pub(crate) fn stands_at(text: &str, at: usize, value: &str) -> bool {
    if value.is_empty() || !text[at..].starts_with(value) {
        return false;
    }
    let (before, after) = (&text[..at], &text[at + value.len()..]);
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number is a port only where an address or a word says so.
        return (before.ends_with(':') || before.ends_with("port ")) && ends_word(after, false);
    }
    let is_path = value.contains('/');
    begins_word(before, value.starts_with('/')) && ends_word(after, is_path)
}

fn begins_word(before: &str, is_absolute: bool) -> bool {
    before.chars().next_back().is_none_or(|c| {
        let joins = c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        !joins && (is_absolute || c != '/')
    })
}

fn ends_word(after: &str, is_path: bool) -> bool {
    let mut next = after.chars();
    match next.next() {
        None => true,
        Some('-' | '.') => !next.next().is_some_and(char::is_alphanumeric),
        Some('/') => is_path,
        Some(c) => !c.is_alphanumeric() && c != '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naming(pairs: &[(&str, &str)]) -> (Naming, Parameters) {
        let mut named: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*value).to_owned(), format!("${{{name}}}")))
            .collect();
        named.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        (Naming(named), pairs.iter().copied().collect())
    }

    fn site() -> (Naming, Parameters) {
        naming(&[
            ("home", "/opt/mq"),
            ("data", "/opt/mq-data"),
            ("new_version", "5.18.3"),
            ("new_port.stomp", "61613"),
        ])
    }

    #[test]
    fn longer_values_come_first() {
        let (site, _) = site();
        assert_eq!(site.name_in("/opt/mq-data/kahadb"), "${data}/kahadb");
        assert_eq!(
            site.name_in("/opt/mq/conf leads to /opt/mq."),
            "${home}/conf leads to ${home}."
        );
        assert_eq!(
            site.name_in("5.18.3 at 127.0.0.1:61613, ok"),
            "${new_version} at 127.0.0.1:${new_port.stomp}, ok"
        );
    }

    #[test]
    fn words_that_only_look_alike_are_not_touched() {
        let (site, _) = site();
        for text in [
            "/opt/mq2",
            "/opt/mq-old/x",
            "/opt/mq.bak",
            "/srv/opt/mq",
            "15.18.3",
            "5.18.30",
            "5.18.3.1",
            "activemq-broker-5.18.3.jar",
            "process 61613 ended",
            "61613 messages",
            "127.0.0.1:616130",
        ] {
            assert_eq!(site.name_in(text), text);
        }
        assert_eq!(site.name_in("costs 5 $"), "costs 5 $$");
    }

    proptest! {
        #[test]
        fn values_come_back(text in "[/opt.mq\\-data5183: $é]{0,40}") {
            let (site, parameters) = site();
            prop_assert_eq!(parameters.resolve(&site.name_in(&text)), Ok(text));
        }
    }
}
