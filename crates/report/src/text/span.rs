//! Words with a tone.

/// How words are to sound. Colour is never the only bearer of a meaning: the words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Strong,
    Faint,
    Good,
    Care,
    Bad,
}

/// A text and its tone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

impl Span {
    pub(crate) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

pub(crate) fn plain(text: impl Into<String>) -> Span {
    Span::new(Tone::Plain, text)
}

pub(crate) fn strong(text: impl Into<String>) -> Span {
    Span::new(Tone::Strong, text)
}

pub(crate) fn faint(text: impl Into<String>) -> Span {
    Span::new(Tone::Faint, text)
}

pub(crate) fn good(text: impl Into<String>) -> Span {
    Span::new(Tone::Good, text)
}

pub(crate) fn care(text: impl Into<String>) -> Span {
    Span::new(Tone::Care, text)
}

pub(crate) fn bad(text: impl Into<String>) -> Span {
    Span::new(Tone::Bad, text)
}

impl Tone {
    /// `text` between the escape sequences of this tone.
    pub(crate) fn paint(self, text: &str, colour: bool) -> String {
        let code = match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Good => "32",
            Self::Care => "33",
            Self::Bad => "1;31",
        };
        if colour && !code.is_empty() && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
