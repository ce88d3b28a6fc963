//! Keeps passwords out of texts that a server sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::Credentials;

/// The longest text of a server that an error repeats, in characters.
const LONGEST_QUOTE: usize = 300;

/// The forms in which a password may come back from a server.
pub struct Hidden(Vec<Zeroizing<String>>);

impl Hidden {
    /// Hides the password of `credentials`, as it is and as HTTP sends it.
    pub fn of(credentials: Option<&Credentials>) -> Self {
        let Some(credentials) = credentials else {
            return Self(Vec::new());
        };
        let mut forms = Vec::new();
        if let Some(password) = credentials.password.expose_text() {
            let pair = Zeroizing::new(format!("{}:{password}", credentials.user));
            forms.push(Zeroizing::new(STANDARD.encode(pair.as_bytes())));
            forms.push(Zeroizing::new(password.to_owned()));
        }
        forms.retain(|form| !form.is_empty());
        Self(forms)
    }

    /// What a server said, fit for an error text: without the password, on one line, short.
    pub fn quote(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for form in &self.0 {
            text = text.replace(form.as_str(), "(secret)");
        }
        let on_one_line = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
        let mut quote: String = on_one_line.take(LONGEST_QUOTE + 1).collect();
        if quote.chars().count() > LONGEST_QUOTE {
            quote = quote.chars().take(LONGEST_QUOTE).collect();
            quote.push_str(" ...");
        }
        quote
    }
}

#[cfg(test)]
mod tests {
    use refit_model::Secret;

    use super::*;

    fn hidden() -> Hidden {
        Hidden::of(Some(&Credentials::new("ann", Secret::new("hunter2"))))
    }

    #[test]
    fn a_password_that_comes_back_is_not_repeated() {
        let quote = hidden().quote("no such user ann:hunter2 (YW5uOmh1bnRlcjI=)");
        assert_eq!(quote, "no such user ann:(secret) ((secret))");
    }

    #[test]
    fn a_quote_is_short_and_on_one_line() {
        let quote = hidden().quote(&"a\nb\u{7}".repeat(400));
        assert!(quote.starts_with("a b a b"));
        assert!(quote.chars().count() <= LONGEST_QUOTE + 4);
    }
}
