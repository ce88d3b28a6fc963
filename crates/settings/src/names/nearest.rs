//! The name that was probably meant.

/// A name may differ from the one that was meant in one letter of so many.
const LETTERS_PER_SLIP: usize = 3;

/// The known name that is nearest to `name`, if one is near.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = (length / LETTERS_PER_SLIP).max(1);
    let plain = plain(name);
    let near = known.filter_map(|known| {
        // Comparing takes the product of both lengths.
        if known.chars().count().abs_diff(length) > allowed || length > 200 {
            return None;
        }
        let other_letters = plain != self::plain(known);
        let slips = strsim::osa_distance(name, known);
        (!other_letters || slips <= allowed).then_some((other_letters, slips, known))
    });
    near.min().map(|(_, _, known)| known)
}

/// The letters alone: `memory-limit` and `memoryLimit` are the same word.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_with_the_fewest_slips_is_nearest() {
        let known = ["brokerName", "broker", "useJmx", "memoryLimit"];
        let near = |name: &str| nearest(name, known.into_iter());
        assert_eq!(near("brokerNam"), Some("brokerName"));
        assert_eq!(near("borkerName"), Some("brokerName"));
        assert_eq!(near("useJMX"), Some("useJmx"));
        assert_eq!(near("memory-limit"), Some("memoryLimit"));
        assert_eq!(near("levelDB"), None);
        assert_eq!(near(""), None);
    }
}
