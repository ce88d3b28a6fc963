//! Codes that change with time, as RFC 6238 says: six digits, thirty seconds, SHA-1, which is what
//! every program for them knows.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use refit_model::Secret;
use sha1::Sha1;

/// How many random bytes codes are made of, as RFC 4226 recommends.
const BYTES: usize = 20;
/// How long a code is shown, in seconds.
const STEP: i64 = 30;
/// How many steps a clock may be wrong, in both directions.
const SKEW: u64 = 1;

/// Something new that codes are made of, in the letters that people type into such programs.
pub(crate) fn new_secret() -> Secret {
    let mut bytes = [0; BYTES];
    crate::token::fill(&mut bytes);
    Secret::new(BASE32_NOPAD.encode(&bytes))
}

/// What somebody sent back, if codes can be made of it.
pub(crate) fn read_secret(text: &str) -> Option<Secret> {
    decoded(text).map(|_| Secret::new(text))
}

/// The step of the code that was typed, if it is one of now.
pub(crate) fn step_of(secret: &Secret, typed: &str, now: Timestamp) -> Option<u64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = decoded(secret.expose_text()?)?;
    let middle = u64::try_from(now.as_second() / STEP).ok()?;
    let steps = middle.saturating_sub(SKEW)..=middle.saturating_add(SKEW);
    steps.into_iter().find(|step| code(&bytes, *step) == typed)
}

/// The address that programs for codes read, mostly as a picture.
pub(crate) fn address(secret: &Secret, account: &str) -> String {
    let secret = secret.expose_text().unwrap_or_default();
    let account: String = form_urlencoded::byte_serialize(account.as_bytes()).collect();
    let account = account.replace('+', "%20");
    format!("otpauth://totp/Refit:{account}?secret={secret}&issuer=Refit")
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE32_NOPAD.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() == BYTES)
}

/// The code of a step.
fn code(secret: &[u8], step: u64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[hash.len() - 1] & 0x0f);
    let number = u32::from_be_bytes([hash[from], hash[from + 1], hash[from + 2], hash[from + 3]]);
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of RFC 6238, appendix B, with the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = Secret::new(BASE32_NOPAD.encode(b"12345678901234567890"));
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_second(second).unwrap();
            let step = u64::try_from(second / STEP).unwrap();
            assert_eq!(step_of(&secret, expected, at), Some(step), "{second}");
            assert_eq!(step_of(&secret, &format!(" {expected} "), at), Some(step));
            let late = Timestamp::from_second(second + 2 * STEP).unwrap();
            assert_eq!(step_of(&secret, expected, late), None);
        }
    }

    #[test]
    fn what_codes_are_made_of_comes_back() {
        let secret = new_secret();
        let text = secret.expose_text().unwrap();
        assert_eq!(text.len(), 32);
        assert_eq!(read_secret(text), Some(secret.clone()));
        for bad in ["", "AAAA", &text.to_lowercase(), &format!("{text}AA")] {
            assert_eq!(read_secret(bad), None, "{bad}");
        }
        let address = address(&secret, "ada lovelace@acme.example");
        assert!(address.starts_with("otpauth://totp/Refit:ada%20lovelace%40acme.example?secret="));
    }
}
