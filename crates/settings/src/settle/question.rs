//! Questions to people, from outcomes that need a decision.

use super::values::REFUSAL;
use refit_model::{
    KEEP_SITE, KeyOutcome, OWN_VALUE, Outcome, Question, QuestionOption, Settlement, TAKE_NEW,
};

/// Whether an open outcome is a refusal: no answer settles it.
pub fn is_refused(key: &KeyOutcome) -> bool {
    matches!(&key.outcome, Outcome::NeedsDecision(text) if text.starts_with(REFUSAL))
}

/// The question that an open outcome asks; none for a settled one.
pub fn question(settlement: &Settlement, key: &KeyOutcome) -> Option<Question> {
    let Outcome::NeedsDecision(text) = &key.outcome else {
        return None;
    };
    let option = |choice: &str, meaning: &str| QuestionOption {
        choice: choice.to_owned(),
        meaning: meaning.to_owned(),
    };
    let keep =
        if key.site.is_some() { "what the site has" } else { "leave it out, as the site does" };
    let take = if key.new.is_some() { "what the new default has" } else { "let it go" };
    let mut options = vec![option(KEEP_SITE, keep), option(TAKE_NEW, take)];
    if key.site.is_some() && key.new.is_some() {
        options.push(option(OWN_VALUE, "followed by a value: that value"));
    }
    let subject = format!("{}#{}", settlement.file, key.key);
    Some(Question { subject, text: text.clone(), options })
}
