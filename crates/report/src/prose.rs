//! Running text, in which words between backticks are code.

/// A piece of running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// A name, path or command.
    Code(&'a str),
}

/// The text in pieces. A backtick without a partner on its line is a plain character.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((open, close)) = next_code(rest) {
        pieces.push(Piece::Text(&rest[..open]));
        pieces.push(Piece::Code(&rest[open + 1..close]));
        rest = &rest[close + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// Where the next two backticks are that have something between them.
fn next_code(text: &str) -> Option<(usize, usize)> {
    text.match_indices('`').find_map(|(open, _)| {
        let body = &text[open + 1..];
        let length = body.find('`').filter(|length| *length > 0)?;
        (!body[..length].contains('\n')).then_some((open, open + 1 + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn code_stands_between_two_backticks() {
        use Piece::{Code, Text};
        assert_eq!(pieces("run `a b` now"), [Text("run "), Code("a b"), Text(" now")]);
        assert_eq!(pieces("a ` b"), [Text("a ` b")]);
        assert_eq!(pieces("``x`"), [Text("`"), Code("x")]);
        assert_eq!(pieces("`a\nb`"), [Text("`a\nb`")]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[a`\\n ]{0,30}") {
            let again: String = pieces(&text)
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => (*text).to_owned(),
                    Piece::Code(code) => format!("`{code}`"),
                })
                .collect();
            prop_assert_eq!(again, text);
        }
    }
}
