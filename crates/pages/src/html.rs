//! HTML: everything that a template shows passes through [`Escape`].

use std::fmt;

use askama::Template;
use askama::filters::Safe;

/// Named in `askama.toml`: escapes, and shows characters that would act or not be seen.
pub(crate) use refit_report::Html as Escape;
pub(crate) use refit_report::breakable;

/// A finished page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    pub(crate) fn of(template: &impl Template) -> Self {
        Self(render(template))
    }

    /// The page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Html> for String {
    fn from(page: Html) -> Self {
        page.0
    }
}

/// Fills a template.
pub(crate) fn render(template: &impl Template) -> String {
    template.render().expect("templates write to a string, and none of their parts can fail")
}

/// The value of a control: escaped, but otherwise exactly what was typed, so that it can be sent
/// again. A control keeps marks of direction to itself.
pub(crate) fn value(text: &str) -> Safe<String> {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            // A browser would take these two for something else, and neither can be typed.
            '\0' => html.push('\u{fffd}'),
            '\r' => html.push_str("&#13;"),
            plain => html.push(plain),
        }
    }
    Safe(html)
}
