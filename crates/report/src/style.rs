//! How text for the terminal looks.

/// The narrowest text that is made; below that, lines are longer than asked for.
const NARROWEST: usize = 40;
/// Running text is not made wider than this, however wide the terminal is.
const WIDEST_PROSE: usize = 110;

/// How text for the terminal looks. The caller knows the terminal, this crate does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are used (ANSI escape sequences).
    pub colour: bool,
    /// The terminal's width in columns; at least 40 are used. Only commands to be typed are
    /// longer, since a broken command cannot be copied.
    pub width: usize,
    /// Whether characters outside of ASCII may be written.
    pub unicode: bool,
}

impl Style {
    /// For files and pipes: 80 columns, no colours.
    pub const PLAIN: Self = Self { colour: false, width: 80, unicode: true };

    /// The columns that tables may take.
    pub(crate) fn columns(self) -> usize {
        self.width.max(NARROWEST)
    }

    /// The columns that running text may take.
    pub(crate) fn prose_columns(self) -> usize {
        self.columns().min(WIDEST_PROSE)
    }
}
