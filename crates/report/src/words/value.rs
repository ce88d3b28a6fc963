//! Numbers, times and names as people read them.

use jiff::Timestamp;
use refit_model::FactValue;

/// A measured time.
pub(crate) fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0..10 => format!("{}.{:02} s", seconds, milliseconds % 1000 / 10),
        10..60 => format!("{}.{} s", seconds, milliseconds % 1000 / 100),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A measured time in milliseconds, in words: `3.24 s`, `2 min 5 s`.
pub fn measured(milliseconds: u64) -> String {
    duration(milliseconds)
}

/// A size in bytes, in words: `64.8 MiB`.
pub fn size_words(bytes: u64) -> String {
    size(bytes)
}

/// A time that is thought to be needed: not more exact than anybody can know.
pub(crate) fn estimate(milliseconds: u64) -> String {
    match milliseconds {
        0..1000 => "under 1 s".to_owned(),
        1000..60_000 => format!("about {} s", milliseconds.div_ceil(1000)),
        _ => format!("about {} min", milliseconds.div_ceil(60_000)),
    }
}

/// A size in bytes.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return count(bytes, "byte", "bytes");
    }
    // Tenths of the unit; 128 bits hold ten times any size.
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// A number with its noun.
pub(crate) fn count(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A moment, given in seconds since 1970-01-01 UTC.
pub(crate) fn moment(unix_seconds: i64) -> String {
    Timestamp::from_second(unix_seconds).map_or_else(
        |_| format!("{unix_seconds} s after 1970-01-01 UTC"),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    )
}

/// The time of day of an RFC 3339 time, in UTC; the text itself where it is none.
pub(crate) fn clock(at: &str) -> String {
    at.parse::<Timestamp>()
        .map_or_else(|_| at.to_owned(), |time| time.strftime("%H:%M:%S").to_string())
}

/// A measured time that may be short.
pub(crate) fn microseconds(number: u64) -> String {
    if number < 1_000_000 {
        format!("{}.{:03} ms", number / 1000, number % 1000)
    } else {
        duration(number / 1000)
    }
}

/// A ratio in millionths, with three decimals.
pub(crate) fn millionths(ratio: u64) -> String {
    let thousandths = ratio / 1000;
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// A measured value whose name ends with its unit.
pub(crate) fn measure(name: &str, value: u64) -> (String, String) {
    let words = name.replace(['_', '-'], " ");
    if let Some(words) = words.strip_suffix(" milliseconds") {
        (words.to_owned(), duration(value))
    } else if let Some(words) = words.strip_suffix(" microseconds") {
        (words.to_owned(), microseconds(value))
    } else if let Some(words) = words.strip_suffix(" bytes") {
        (words.to_owned(), size(value))
    } else {
        (words, value.to_string())
    }
}

/// The value of a fact whose name may end with its unit.
pub(crate) fn fact(name: &str, value: &FactValue) -> String {
    match value {
        FactValue::Number(number) => u64::try_from(*number)
            .map_or_else(|_| number.to_string(), |number| measure(name, number).1),
        other => other.to_string(),
    }
}

/// One word of a shell command line.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_exact_as_they_are_long() {
        let shown: Vec<_> = [0, 426, 3_249, 42_950, 125_000, 3_780_000].map(duration).into();
        assert_eq!(shown, ["0.00 s", "0.42 s", "3.24 s", "42.9 s", "2 min 5 s", "1 h 3 min"]);
        let shown: Vec<_> = [10, 1_200, 61_000].map(estimate).into();
        assert_eq!(shown, ["under 1 s", "about 2 s", "about 2 min"]);
    }

    #[test]
    fn sizes_have_a_fitting_unit() {
        let shown: Vec<_> = [1, 1023, 1024, 68_000_000, u64::MAX].map(size).into();
        assert_eq!(shown, ["1 byte", "1023 bytes", "1.0 KiB", "64.8 MiB", "16777215.9 TiB"]);
    }

    #[test]
    fn times_are_in_utc_and_what_is_no_time_stays() {
        assert_eq!(moment(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(moment(i64::MAX), "9223372036854775807 s after 1970-01-01 UTC");
        assert_eq!(clock("2026-11-24T12:03:04.5Z"), "12:03:04");
        assert_eq!(clock("soon"), "soon");
    }

    #[test]
    fn measured_values_get_their_unit() {
        let shown = measure("downtime_milliseconds", 3_240);
        assert_eq!(shown, ("downtime".to_owned(), "3.24 s".to_owned()));
        let shown = measure("latency-p50-microseconds", 412);
        assert_eq!(shown, ("latency p50".to_owned(), "0.412 ms".to_owned()));
        assert_eq!(microseconds(3_240_000), "3.24 s");
        assert_eq!(millionths(1_034_999), "1.034");
        assert_eq!(measure("messages", 7), ("messages".to_owned(), "7".to_owned()));
        assert_eq!(fact("store.free_bytes", &FactValue::Number(2048)), "2.0 KiB");
        assert_eq!(fact("offset_bytes", &FactValue::Number(-1)), "-1");
    }

    #[test]
    fn shell_words_are_quoted_where_they_must() {
        assert_eq!(shell_word("data-location=move"), "data-location=move");
        assert_eq!(shell_word("a b'c"), r"'a b'\''c'");
        assert_eq!(shell_word(""), "''");
    }
}
