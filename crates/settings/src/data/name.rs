//! Keys as parts of a path.

use crate::tree::OFF;

/// The name of what stands in a list without a name of its own.
pub(crate) const ENTRY: &str = "item";
/// Stands in the path for a key without characters.
const EMPTY_KEY: &str = "(empty)";

/// A key as a part of a path: what has a meaning there is written as its number.
pub(crate) fn segment(key: &str) -> String {
    if key.is_empty() {
        return EMPTY_KEY.to_owned();
    }
    let mut segment = String::with_capacity(key.len());
    for (at, character) in key.char_indices() {
        match character {
            '/' | '[' | ']' | '#' => push_number(&mut segment, character),
            '@' if at == 0 => push_number(&mut segment, character),
            ':' if key[..=at] == *OFF => push_number(&mut segment, character),
            other if other.is_control() => segment.push('?'),
            other => segment.push(other),
        }
    }
    segment
}

fn push_number(segment: &mut String, character: char) {
    segment.push_str(&format!("%{:02X}", u32::from(character)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_paths_is_written_otherwise() {
        assert_eq!(segment("a.b-c"), "a.b-c");
        assert_eq!(segment("a/b[c]#2"), "a%2Fb%5Bc%5D%232");
        assert_eq!(segment("@x"), "%40x");
        assert_eq!(segment("off:x"), "off%3Ax");
        assert_eq!(segment(""), EMPTY_KEY);
    }
}
