//! Values from their texts, for tests of this crate and of those that show it.

use jiff::civil::Date;
use refit_desk::{Evidence, Line, Prose};
use refit_model::{Digest, Name, NameKind};

pub fn name<K: NameKind>(text: &str) -> Name<K> {
    Name::new(text).unwrap()
}

pub fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

pub fn prose(text: &str) -> Prose {
    Prose::new(text).unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub fn evidence(text: &str) -> Evidence {
    Evidence { what: prose(text), digest: digest(text) }
}
