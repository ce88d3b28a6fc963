//! Decisions about a plan, as the page with its questions sends them.

use refit_model::OWN_VALUE;

use super::data::{Entry, FormData};
use super::read::MAX_ENTRIES;

/// The rows of decisions.
pub(crate) const CHOICES: &str = "choices";
/// The field of a row with a value of one's own.
pub(crate) const VALUE: &str = "value";
/// The field of a row that takes a decision back.
pub(crate) const BACK: &str = "back";

/// The form of the action behind what the page sends. The page has a row for each question, also
/// for those that nothing is said about, and a field of its own for a value of one's own.
pub fn plain_choices(data: &FormData) -> FormData {
    let is_row = |name: &str| name.strip_prefix(CHOICES).is_some_and(|rest| rest.starts_with('.'));
    let mut plain = FormData::new();
    for (name, entry) in data.iter() {
        if let (false, Entry::Text(text)) = (is_row(name), entry) {
            plain.push(name, text.as_str());
        }
    }
    let mut number = 0;
    for row in 0..data.rows(CHOICES, MAX_ENTRIES + 1) {
        let field = |name: &str| data.filled(&format!("{CHOICES}.{row}.{name}"));
        let choice = field("choice").map(|choice| match (choice, field(VALUE)) {
            (OWN_VALUE, Some(value)) => format!("{OWN_VALUE}{value}"),
            (choice, _) => choice.to_owned(),
        });
        let is_back = field(BACK).is_some();
        let Some(subject) = field("subject").filter(|_| is_back || choice.is_some()) else {
            continue;
        };
        plain.push(format!("{CHOICES}.{number}.subject"), subject);
        if let Some(choice) = choice.filter(|_| !is_back) {
            plain.push(format!("{CHOICES}.{number}.choice"), choice);
        }
        number += 1;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_a_word_are_left_out_and_values_are_put_together() {
        let page = [
            ("plan", "p"),
            ("choices.0.subject", "a"),
            ("choices.0.choice", ""),
            ("choices.1.subject", "b"),
            ("choices.1.choice", "value:"),
            ("choices.1.value", "70%"),
            ("choices.2.subject", "c"),
            ("choices.2.choice", "keep-site"),
            ("choices.2.back", "yes"),
            ("choices.3.choice", "keep-site"),
            ("choices.4.subject", "e"),
            ("choices.4.choice", "value:"),
            ("why", "so"),
        ];
        let data = page.iter().fold(FormData::new(), |data, (name, text)| data.with(*name, *text));
        let plain = plain_choices(&data);
        let fields: Vec<_> = plain.iter().map(|(name, one)| (name, one.text().unwrap())).collect();
        let expected = [
            ("plan", "p"),
            ("why", "so"),
            ("choices.0.subject", "b"),
            ("choices.0.choice", "value:70%"),
            ("choices.1.subject", "c"),
            ("choices.2.subject", "e"),
            ("choices.2.choice", "value:"),
        ];
        assert_eq!(fields, expected);
    }
}
