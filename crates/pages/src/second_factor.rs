//! The second factor: asked for at login, set up and removed on the account's pages.

use askama::Template;
use jiff::Timestamp;

use crate::{Html, Shell, paths};

/// The page that asks for a code after name and password.
#[derive(Clone, Copy)]
pub struct CodeView<'a> {
    /// What the login is known by until it is over.
    pub pending: &'a str,
    /// Why the code was not taken.
    pub error: Option<&'a str>,
}

/// The page on which somebody sets a second factor up, or removes it.
#[derive(Clone, Copy)]
pub struct SecondFactorView<'a> {
    /// What there is.
    pub state: FactorState<'a>,
    /// Whether the rules ask for one.
    pub is_required: bool,
    /// Why a code was not taken.
    pub error: Option<&'a str>,
}

/// Whether there is a second factor.
#[derive(Clone, Copy)]
pub enum FactorState<'a> {
    /// There is none; this would be one.
    Absent {
        /// What codes are made of, in letters.
        secret: &'a str,
        /// The same as an address, which is shown as a picture.
        address: &'a str,
    },
    /// There is one.
    Present {
        /// Since when.
        since: Timestamp,
        /// How many recovery codes are left.
        left: u64,
    },
    /// It was made just now: these codes are shown this once.
    New {
        /// The recovery codes.
        codes: &'a [String],
    },
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: CodeView<'a>,
}

#[derive(Template)]
#[template(path = "second-factor.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: SecondFactorView<'a>,
}

impl Page<'_> {
    /// The address as a picture: its width in modules with a margin, and the dark ones as a path.
    /// None, if it is too long for one.
    fn picture(address: &str) -> Option<(usize, String)> {
        let code = qrcode::QrCode::new(address).ok()?;
        let width = code.width();
        let colors = code.to_colors();
        let mut path = String::new();
        for (y, row) in (MARGIN..).zip(colors.chunks(width)) {
            let mut x = MARGIN;
            for run in row.chunk_by(|one, next| one == next) {
                let length = run.len();
                if run[0] == qrcode::Color::Dark {
                    path += &format!("M{x} {y}h{length}v1h-{length}z");
                }
                x += length;
            }
        }
        Some((width + 2 * MARGIN, path))
    }

    /// Letters in groups of four, as people read them.
    fn grouped(text: &str) -> String {
        let letters: Vec<_> = text.chars().collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
    }
}

/// How many modules are left free around the picture.
const MARGIN: usize = 4;

/// The page that asks for a code after name and password. It goes to [`paths::CODE`] as `code`,
/// with `pending`.
pub fn code(shell: &Shell<'_>, view: CodeView<'_>) -> Html {
    Html::of(&CodePage { shell, title: "Your code", here: paths::LOGIN, view })
}

/// The page on which somebody sets a second factor up, or removes it: a form goes to
/// [`paths::SECOND_FACTOR`] with `code`, and with `secret` where one is set up.
pub fn second_factor(shell: &Shell<'_>, view: SecondFactorView<'_>) -> Html {
    Html::of(&Page { shell, title: "Second factor", here: paths::ACCOUNT, view })
}

/// Shows neither secret nor codes.
impl std::fmt::Debug for SecondFactorView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactorView").field("error", &self.error).finish_non_exhaustive()
    }
}

/// Shows neither secret nor codes.
impl std::fmt::Debug for FactorState<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent { .. } => "Absent",
            Self::Present { .. } => "Present",
            Self::New { .. } => "New",
        })
    }
}

/// Shows nothing that somebody could go on with.
impl std::fmt::Debug for CodeView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeView").field("error", &self.error).finish_non_exhaustive()
    }
}
