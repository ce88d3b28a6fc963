//! Files whose inside Refit does not read: one key, the whole file.

use refit_model::{Digest, KeyOutcome, Outcome, SettledFile, Settlement, Shown};

use super::whole::{open, size_of};
use super::{Base, SettleInput, Settled};
use crate::Document;
use crate::opaque::WHOLE_FILE;

/// Takes the side that alone has changed; asks where both have.
pub(super) fn settle(input: &SettleInput, new: &Document) -> Settled {
    let base_is = |document: &Document| match &input.base {
        Some(Base::Document(base)) => base.is_same_as(document),
        Some(Base::Shipped(base)) => {
            let bytes = document.print().ok();
            bytes.is_some_and(|bytes| Digest::of(bytes.expose()) == base.digest)
        }
        None => false,
    };
    let by_word = open(input, "Both the site and the vendor changed this file. Which is to hold?");
    if by_word.settlement.result != SettledFile::Open {
        return by_word;
    }
    let (outcome, result) = if input.site.is_same_as(new) || input.base.is_none() || base_is(new) {
        (Outcome::Kept, SettledFile::AsSite)
    } else if base_is(input.site) {
        (Outcome::TakenFromNew, SettledFile::AsNew)
    } else {
        return by_word;
    };
    let (site, theirs) = (size_of(input.site), size_of(new));
    let taken = if result == SettledFile::AsSite { &site } else { &theirs };
    let key = KeyOutcome {
        key: WHOLE_FILE.to_owned(),
        outcome,
        base: None,
        result: Some(Shown::Text(taken.clone())),
        site: Some(Shown::Text(site)),
        new: Some(Shown::Text(theirs)),
        rule: None,
    };
    Settled {
        settlement: Settlement { outcomes: vec![key], result, ..by_word.settlement },
        content: None,
        moved: Vec::new(),
        companion: None,
    }
}
