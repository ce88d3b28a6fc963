//! Sizes: a number of bytes, or of a unit. Units are powers of 1024, as Java's programs read them.

/// A size.
struct Size {
    bytes: u128,
    unit: Unit,
}

/// How a unit is written. Some programs read `MB` as a million and `MiB` as 1024 times 1024.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// None, or one letter.
    Short,
    /// With a `b`.
    Bytes,
    /// With `ib`.
    Binary,
}

/// Whether two texts are the same size. What is no size (a ratio, a variable) is none.
pub(super) fn same_size(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (size(one), size(other)) else {
        return false;
    };
    let unlike = one.unit != other.unit && one.unit != Unit::Short && other.unit != Unit::Short;
    one.bytes == other.bytes && (!unlike || one.bytes == 0)
}

fn size(text: &str) -> Option<Size> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u128 = text[..digits].parse().ok()?;
    let word = text[digits..].trim_start().to_ascii_lowercase();
    let (letter, unit) = match (word.strip_suffix("ib"), word.strip_suffix('b')) {
        (Some(letter), _) => (letter, Unit::Binary),
        (None, Some(letter)) => (letter, if letter.is_empty() { Unit::Short } else { Unit::Bytes }),
        (None, None) => (word.as_str(), Unit::Short),
    };
    let power = match letter {
        "" if unit != Unit::Binary => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    Some(Size { bytes: number.checked_mul(1024_u128.pow(power))?, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_compared_by_their_bytes() {
        for (one, other) in [
            ("64mb", "65536kb"),
            ("64 mb", "64MB"),
            ("100m", "104857600"),
            ("1G", "1GiB"),
            ("10b", "10"),
            ("1m", "1mb"),
        ] {
            assert!(same_size(one, other), "{one} {other}");
        }
        for (one, other) in
            [("0.4", "0.40"), ("1mb", "1mib"), ("1m", "1k"), ("x", "x"), ("ib", "0"), ("", "")]
        {
            assert!(!same_size(one, other), "{one} {other}");
        }
    }
}
