//! What goes to the provider and comes back with the person: the state.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use crate::token::Token;

/// How long somebody may be away.
pub(crate) const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// The longest path that somebody is brought back to, in bytes.
const LONGEST: usize = 1000;

/// What goes to the provider and comes back with the person. It is signed with the token that
/// forms of the browser belong to: what another browser began does not count in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) why: Why,
    /// When somebody went there.
    pub(crate) at: Timestamp,
    /// Where to go afterwards.
    pub(crate) next: Option<String>,
    /// All of it, as it goes there.
    pub(crate) state: String,
}

/// Why somebody goes to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// To log in.
    Login,
    /// To connect the account, which is logged in.
    Connect,
    /// To show once more who it is, before something grave.
    Confirm,
}

impl Why {
    const ALL: [Self; 3] = [Self::Login, Self::Connect, Self::Confirm];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Connect => "connect",
            Self::Confirm => "confirm",
        }
    }
}

impl Ticket {
    /// A new one.
    pub(crate) fn new(why: Why, next: Option<&str>, at: Timestamp, token: &Token) -> Self {
        let next = next.filter(|next| next.len() <= LONGEST).map(str::to_owned);
        let place = URL_SAFE_NO_PAD.encode(next.as_deref().unwrap_or_default());
        let random = Token::random();
        let word = why.word();
        let body = format!("{word}.{}.{}.{place}", at.as_second(), random.expose());
        let state = format!("{body}.{}", token.derived(&about("state", &body)));
        Self { why, at, next, state }
    }

    /// What came back, if it was given to this browser, and not long ago.
    pub(crate) fn read(state: &str, token: &Token, now: Timestamp) -> Option<Self> {
        let (body, signature) = state.rsplit_once('.')?;
        if !token.is_derived(&about("state", body), signature) {
            return None;
        }
        let [why, at, _, place] = body.split('.').collect::<Vec<_>>().try_into().ok()?;
        let why = Why::ALL.into_iter().find(|one| one.word() == why)?;
        let at = Timestamp::from_second(at.parse().ok()?).ok()?;
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        let is_live = now.duration_since(at) <= LIFE && at <= now;
        let next = (!place.is_empty()).then_some(place);
        is_live.then(|| Self { why, at, next, state: state.to_owned() })
    }

    /// What the provider has to put into its answer, so that no other answer counts.
    pub(crate) fn nonce(&self, token: &Token) -> String {
        token.derived(&about("nonce", &self.state))
    }

    /// What shows that who brings the code is the one who asked for it.
    pub(crate) fn verifier(&self, token: &Token) -> String {
        token.derived(&about("verifier", &self.state))
    }
}

fn about(what: &str, of: &str) -> String {
    format!("provider {what} {of}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_counts_in_its_browser_for_a_while() {
        let (token, other) = (Token::random(), Token::random());
        let at = Timestamp::from_second(1_900_000_000).unwrap();
        let ticket = Ticket::new(Why::Login, Some("/requests/c-1"), at, &token);
        let later = |minutes| at.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert_eq!(Ticket::read(&ticket.state, &token, later(10)), Some(ticket.clone()));
        assert_eq!(Ticket::read(&ticket.state, &token, later(11)), None);
        assert_eq!(Ticket::read(&ticket.state, &token, later(-1)), None);
        assert_eq!(Ticket::read(&ticket.state, &other, at), None);
        for changed in [
            ticket.state.replacen("login", "confirm", 1),
            ticket.state.replacen("1900000000", "1900000100", 1),
            format!("{}0", ticket.state),
            String::new(),
            "....".to_owned(),
        ] {
            assert_eq!(Ticket::read(&changed, &token, at), None, "{changed}");
        }
        let none = Ticket::new(Why::Confirm, None, at, &token);
        assert_eq!(Ticket::read(&none.state, &token, at).unwrap().next, None);
        assert_ne!(none.nonce(&token), ticket.nonce(&token));
        assert_ne!(ticket.nonce(&token), ticket.verifier(&token));
    }
}
