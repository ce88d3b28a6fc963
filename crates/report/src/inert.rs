//! Making texts inert: nothing that a document holds may steer a terminal, a browser or the
//! reader's eye.
//!
//! Documents hold what was found on hosts: names, values, log lines. A control character could move
//! the cursor, a bidirectional override could show a path backwards, an invisible character could
//! make two names look the same. All of them are shown as what they are, for example `\u{1b}`.

/// Invisible and reordering characters: the Unicode category *format*, separators of lines and
/// paragraphs, and what XML forbids.
const HIDDEN: [(char, char); 24] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{110bd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether the character would act, or not be seen. Line feed and tab are left to the formats.
pub(crate) fn is_active(character: char) -> bool {
    let layout = matches!(character, '\n' | '\t');
    let hidden = || HIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&character));
    !layout && (character.is_control() || hidden())
}

/// The text on one line, made inert: line feeds and tabs become spaces.
pub fn line(text: &str) -> String {
    block(text).replace(['\n', '\t'], " ")
}

/// The text with its lines: only line feeds and tabs are left of all control characters.
pub(crate) fn block(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut shown, character);
    }
    shown
}

/// The text with everything outside of ASCII shown as escapes, for terminals that show no more.
pub(crate) fn ascii(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown
}

fn push(shown: &mut String, character: char) {
    if is_active(character) {
        shown.extend(character.escape_unicode());
    } else {
        shown.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_is_shown() {
        assert_eq!(line("a\u{1b}[31mb\r\n\tc\u{202e}"), "a\\u{1b}[31mb\\u{d}  c\\u{202e}");
        assert_eq!(block("a\n\tb\u{7f}\u{9b}"), "a\n\tb\\u{7f}\\u{9b}");
        assert_eq!(ascii("für"), "f\\u{fc}r");
    }

    #[test]
    fn what_people_write_stays() {
        let text = "Größe 5 µs, 消息, naïve — “quoted”";
        assert_eq!(line(text), text);
    }
}
