//! HTML: everything that a template shows passes through [`Html`].

use std::fmt::{self, Write};

use askama::Template;
use askama::filters::{Escaper, Safe};

use refit_model::Stored;

use crate::inert::is_active;
use crate::prose::{Piece, pieces};

/// Escapes for HTML texts and attributes, and makes texts inert. Named in `askama.toml`, here and
/// in other crates with templates.
#[derive(Clone, Copy, Debug)]
pub struct Html;

impl Escaper for Html {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '<' => dest.write_str("&lt;")?,
                '>' => dest.write_str("&gt;")?,
                '&' => dest.write_str("&amp;")?,
                '"' => dest.write_str("&quot;")?,
                '\'' => dest.write_str("&#39;")?,
                active if is_active(active) => write!(dest, "{}", active.escape_unicode())?,
                plain => dest.write_char(plain)?,
            }
        }
        Ok(())
    }
}

/// What stands at the top and at the end of every page.
pub(crate) struct Head {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) made: String,
    pub(crate) digest: String,
}

impl Head {
    pub(crate) fn of<T>(
        kind: &'static str,
        title: String,
        facts: Vec<(&'static str, String)>,
        stored: &Stored<T>,
    ) -> Self {
        let (made, digest) = (stored.created.clone(), stored.digest.to_string());
        Self { kind, title, facts, made, digest }
    }
}

/// Running text, with words between backticks as code.
pub(crate) fn prose(text: &str) -> Safe<String> {
    let mut html = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => html += &escaped(text),
            Piece::Code(code) => html += &format!("<code>{}</code>", breakable(code).0),
        }
    }
    Safe(html)
}

/// Behind these a long path or value may be broken.
const BREAKS: [char; 6] = ['/', '?', '&', ',', ';', '#'];

/// A path, key or value, which is broken behind its separators where it is too long for its line.
pub fn breakable(text: &str) -> Safe<String> {
    let mut html = String::with_capacity(text.len());
    let mut parts = text.split_inclusive(BREAKS).peekable();
    let mut first = true;
    while let Some(part) = parts.next() {
        html += &escaped(part);
        // Not behind the first of all, and not between two of them.
        let alone = first && part.len() == 1;
        if !alone && parts.peek().is_some_and(|next| next.len() > 1) {
            html += "<wbr/>";
        }
        first = false;
    }
    Safe(html)
}

/// Fills a template.
pub(crate) fn render(template: &impl Template) -> String {
    template.render().expect("templates write to a string, and none of their parts can fail")
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    Html.write_escaped_str(&mut html, text).expect("a string takes any text");
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inert;
    use proptest::prelude::*;

    /// What a browser shows of a piece of a page.
    fn shown(html: &str) -> String {
        let page = format!("<p>{html}</p>");
        let page = roxmltree::Document::parse(&page).unwrap();
        page.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect()
    }

    #[test]
    fn markup_and_control_characters_are_shown() {
        assert_eq!(
            escaped("<a href='x'>&\"\u{1b}\u{202e}"),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\\u{1b}\\u{202e}"
        );
        assert_eq!(breakable("/opt/ab?cd").0, "/opt/<wbr/>ab?<wbr/>cd");
        assert_eq!(breakable("tcp://host").0, "tcp://<wbr/>host");
        assert_eq!(prose("a `<b>` c").0, "a <code>&lt;b&gt;</code> c");
    }

    proptest! {
        #[test]
        fn a_browser_shows_the_text_made_inert(text in any::<String>()) {
            prop_assert_eq!(shown(&escaped(&text)), inert::block(&text));
            prop_assert_eq!(shown(&breakable(&text).0), inert::block(&text));
        }

        #[test]
        fn code_in_running_text_is_its_only_markup(text in "[a`<>&\"'/\\n\u{1b}]{0,40}") {
            let words: String = pieces(&text)
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Code(text) => inert::block(text),
                })
                .collect();
            prop_assert_eq!(shown(&prose(&text).0), words);
        }
    }
}
