//! Durations: numbers with units, as `1h 30m` or as ISO 8601 writes them. A number without a unit
//! means what its key says, so that it equals only itself.

/// Whether two texts are the same duration.
pub(super) fn same_duration(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    match (plain(one), plain(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => nanos(one).is_some_and(|nanos| Some(nanos) == self::nanos(other)),
        _ => false,
    }
}

fn plain(text: &str) -> Option<u128> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn nanos(text: &str) -> Option<u128> {
    let iso = text.strip_prefix(['P', 'p']);
    let mut rest = iso.unwrap_or(text);
    let mut time = iso.is_none();
    let mut total = 0_u128;
    let mut parts = 0_usize;
    loop {
        if iso.is_some() && !time && rest.starts_with(['T', 't']) {
            time = true;
            rest = &rest[1..];
        }
        rest = rest.trim_start();
        if rest.is_empty() {
            return (parts > 0).then_some(total);
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u128 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let length = if iso.is_some() { letters.min(1) } else { letters };
        let unit = unit(&rest[..length].to_ascii_lowercase(), iso.is_some(), time)?;
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[length..];
        parts += 1;
    }
}

/// The nanoseconds of a unit. Months and years have no fixed length.
fn unit(word: &str, iso: bool, time: bool) -> Option<u128> {
    const SECOND: u128 = 1_000_000_000;
    Some(match word {
        "w" | "week" | "weeks" if !iso || !time => 7 * 24 * 3600 * SECOND,
        "d" | "day" | "days" if !iso || !time => 24 * 3600 * SECOND,
        "h" | "hr" | "hour" | "hours" if time => 3600 * SECOND,
        "m" | "min" | "minute" | "minutes" if time => 60 * SECOND,
        "s" | "sec" | "second" | "seconds" if time => SECOND,
        "ms" | "msec" | "millis" if !iso => SECOND / 1_000,
        "us" | "usec" | "micros" if !iso => SECOND / 1_000_000,
        "ns" | "nanos" if !iso => 1,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_compared_by_their_length() {
        for (one, other) in [
            ("5m", "PT5M"),
            ("5m", "300s"),
            ("1h 30min", "90m"),
            ("1000ms", "1s"),
            ("P1DT1H", "25h"),
            ("1000", "01000"),
            ("2 weeks", "14d"),
        ] {
            assert!(same_duration(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("1000", "1s"),
            ("1000", "1000ms"),
            ("5m", "5s"),
            ("P1M", "PT1M"),
            ("P1M", "P1M2"),
            ("x", "x"),
            ("", ""),
            ("PT", "PT"),
            ("5 m x", "5m"),
        ] {
            assert!(!same_duration(one, other), "{one} {other}");
        }
    }
}
