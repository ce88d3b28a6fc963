//! Names and texts that are written in this crate. A test reads all of them again.

use refit_model::{Name, NameKind};

use crate::{Line, Prose};

const WRITTEN: &str = "what is written in this crate is valid";

pub(crate) fn name<K: NameKind>(text: &str) -> Name<K> {
    Name::new(text).expect(WRITTEN)
}

pub(crate) fn line(text: &str) -> Line {
    Line::new(text).expect(WRITTEN)
}

pub(crate) fn prose(text: &str) -> Prose {
    Prose::new(text).expect(WRITTEN)
}
