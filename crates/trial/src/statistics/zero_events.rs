//! What it says that something did not happen.

/// What follows from none of `tried` having been `bad`: the bound, not the word "never".
/// With 95 % confidence the rate is below 3 by the number tried.
pub fn zero_event_bound(bad: &str, tried: u64) -> String {
    match tried / 3 {
        0 => format!("0 {bad} of {tried}: too few to say anything about the rate"),
        every => {
            format!("0 {bad} of {tried}: with 95 % confidence fewer than 1 in {every} (3/{tried})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_three_by_the_number() {
        let text = zero_event_bound("lost", 1_400);
        assert_eq!(text, "0 lost of 1400: with 95 % confidence fewer than 1 in 466 (3/1400)");
        assert!(zero_event_bound("lost", 2).contains("too few"));
    }

    #[test]
    fn the_bound_is_never_stronger_than_the_exact_one() {
        // Exactly: the rate p for which (1 - p)^n is 5 %.
        for tried in [3_u32, 10, 59, 299, 100_000] {
            let exact = 1.0 - 0.05_f64.powf(1.0 / f64::from(tried));
            assert!(exact <= 1.0 / f64::from(tried / 3), "{tried}");
        }
    }
}
