//! Cookies: one for sessions, one for visitors without one.
//!
//! Over HTTPS both have the prefix `__Host-`: the browser takes them from this host alone. Over
//! plain HTTP, which is served to the own machine only, they have neither prefix nor `Secure`.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::failure::Failure;
use crate::token::Token;

/// The cookies that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Of a session.
    Session,
    /// Of a visitor: what forms before the login belong to.
    Visitor,
}

impl Cookie {
    fn name(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Self::Session, true) => "__Host-refit-session",
            (Self::Visitor, true) => "__Host-refit-visitor",
            (Self::Session, false) => "refit-session",
            (Self::Visitor, false) => "refit-visitor",
        }
    }

    /// The token that a browser sent.
    pub(crate) fn read(self, headers: &HeaderMap, is_https: bool) -> Option<Token> {
        let name = self.name(is_https);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(known, _)| known.trim() == name).map(|(_, value)| value);
        values.next().and_then(|value| Token::given(value.trim()))
    }

    /// What makes a browser keep the token until it is closed.
    pub(crate) fn set(self, token: &Token, is_https: bool) -> Result<HeaderValue, Failure> {
        self.line(token.expose(), "", is_https)
    }

    /// What makes a browser forget it.
    pub(crate) fn forget(self, is_https: bool) -> Result<HeaderValue, Failure> {
        self.line("", "; Max-Age=0", is_https)
    }

    fn line(self, value: &str, end: &str, is_https: bool) -> Result<HeaderValue, Failure> {
        let (name, secure) = (self.name(is_https), if is_https { "; Secure" } else { "" });
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}");
        let mut value = HeaderValue::from_str(&line).map_err(Failure::internal)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_a_cookie_is_of_this_host_alone() {
        let token = Token::given("abc").unwrap();
        let secure = Cookie::Session.set(&token, true).unwrap();
        let expected = "__Host-refit-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(secure.to_str().unwrap(), expected);
        let plain = Cookie::Visitor.forget(false).unwrap();
        let expected = "refit-visitor=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
        assert_eq!(plain.to_str().unwrap(), expected);
    }

    #[test]
    fn the_right_cookie_is_read() {
        let mut headers = HeaderMap::new();
        let line = "other=1; refit-session=fake; __Host-refit-session=real";
        headers.insert(header::COOKIE, HeaderValue::from_static(line));
        let read = |is_https| Cookie::Session.read(&headers, is_https).unwrap();
        assert_eq!(read(true).expose(), "real");
        assert_eq!(read(false).expose(), "fake");
        assert!(Cookie::Visitor.read(&headers, true).is_none());
    }
}
