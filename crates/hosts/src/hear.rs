//! What goes on while a host is changed, for people who look on.

/// Hears what is seen while changes are made. It is for showing alone: lines may be missing, and
/// what came of a change is in its [`crate::Outcome`].
pub trait Hear {
    /// Whole lines, without their ends, as a command wrote them. They are not redacted.
    fn lines(&self, lines: &[String]);
}

/// Nobody hears.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unheard;

impl Hear for Unheard {
    fn lines(&self, _lines: &[String]) {}
}
