//! Connector URIs: `stomp+nio+ssl://0.0.0.0:61612?a=b&c=d`.

use std::fmt;

use super::placeholder_end;
use crate::mark::mark_end;

/// The URI of one endpoint, taken apart without losing a character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorUri {
    scheme: String,
    /// With the `@`.
    user: String,
    host: String,
    /// Without the colon; empty where there is none. Not always a number: `${port}` is allowed.
    port: String,
    /// From the `/` to the query.
    path: String,
    /// Each with the separator before it: `?a=b`, `&c=d`.
    parameters: Vec<(char, String)>,
    /// From the `#`.
    fragment: String,
}

impl ConnectorUri {
    /// Reads a URI with a scheme and one host. None for anything else, such as `static:(...)`.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
        if scheme.is_empty() || !scheme.chars().all(in_scheme) {
            return None;
        }
        let (rest, fragment) = split_at_first(rest, &['#']);
        let (rest, query) = split_at_first(rest, &['?']);
        let (authority, path) = split_at_first(rest, &['/']);
        if authority.contains(['(', ')', ',']) {
            return None;
        }
        let (user, address) = match last_outside_marks(authority, '@') {
            Some(at) => authority.split_at(at + 1),
            None => ("", authority),
        };
        let (host, port) = split_port(address)?;
        Some(Self {
            scheme: scheme.to_owned(),
            user: user.to_owned(),
            host: host.to_owned(),
            port: port.to_owned(),
            path: path.to_owned(),
            parameters: parameters(query),
            fragment: fragment.to_owned(),
        })
    }

    /// The scheme, for example `stomp+nio+ssl`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The host: a name, an address, an address in brackets, or empty.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, where it is a number.
    pub fn port(&self) -> Option<u16> {
        self.port.parse().ok()
    }

    /// The parameters' names and values, in order.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(_, text)| text.split_once('=').unwrap_or((text, "")))
    }

    /// The same with another host.
    #[must_use]
    pub fn with_host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// The same with another port.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port.to_string();
        self
    }

    /// The parts by name, for merging: `scheme`, `user`, `host`, `port`, `path`, `#`, and each
    /// parameter by `?` and its name.
    pub(super) fn into_parts(self) -> Vec<(String, String)> {
        let fixed = [
            ("scheme", self.scheme),
            ("user", self.user),
            ("host", self.host),
            ("port", self.port),
            ("path", self.path),
            ("#", self.fragment),
        ];
        let fixed = fixed.into_iter().filter(|(_, text)| !text.is_empty());
        let parameters = self.parameters.into_iter().map(|(_, text)| {
            let name = text.split('=').next().unwrap_or_default();
            (format!("?{name}"), text)
        });
        fixed.map(|(name, text)| (name.to_owned(), text)).chain(parameters).collect()
    }

    /// What stands between two parameters, where there are two.
    pub(super) fn separator(&self) -> Option<char> {
        self.parameters.get(1).map(|second| second.0)
    }

    /// The URI of these parts, with `separator` between parameters.
    pub(super) fn from_parts(parts: &[(String, String)], separator: char) -> Self {
        let fixed = |name: &str| {
            let found = parts.iter().find(|part| part.0 == name);
            found.map(|part| part.1.clone()).unwrap_or_default()
        };
        let texts = parts.iter().filter(|part| part.0.starts_with('?')).map(|part| part.1.clone());
        Self {
            scheme: fixed("scheme"),
            user: fixed("user"),
            host: fixed("host"),
            port: fixed("port"),
            path: fixed("path"),
            parameters: texts
                .enumerate()
                .map(|(index, text)| (if index == 0 { '?' } else { separator }, text))
                .collect(),
            fragment: fixed("#"),
        }
    }
}

impl fmt::Display for ConnectorUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.user, self.host)?;
        if !self.port.is_empty() {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)?;
        for (separator, text) in &self.parameters {
            write!(f, "{separator}{text}")?;
        }
        f.write_str(&self.fragment)
    }
}

/// Splits before the first of these characters that stands outside of marks and placeholders.
fn split_at_first<'a>(text: &'a str, ends: &[char]) -> (&'a str, &'a str) {
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if let Some(end) = mark_end(text, at).or_else(|| placeholder_end(text, at)) {
            at = end;
        } else if ends.contains(&character) {
            return text.split_at(at);
        } else {
            at += character.len_utf8();
        }
    }
    (text, "")
}

fn last_outside_marks(text: &str, wanted: char) -> Option<usize> {
    let mut last = None;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if character == wanted {
            last = Some(at);
        }
        at = mark_end(text, at).unwrap_or(at + character.len_utf8());
    }
    last
}

/// Host and port; none where the text is no address.
fn split_port(address: &str) -> Option<(&str, &str)> {
    if let Some(bracketed) = address.strip_prefix('[') {
        let end = bracketed.find(']')? + 2;
        let rest = &address[end..];
        let port = if rest.is_empty() { "" } else { rest.strip_prefix(':')? };
        return Some((&address[..end], port));
    }
    let (host, port) = split_at_first(address, &[':']);
    let port = port.strip_prefix(':').unwrap_or(port);
    // Several colons without brackets: an address that cannot be taken apart safely.
    let safe = !split_at_first(port, &[':']).1.starts_with(':') && !address.ends_with(':');
    safe.then_some((host, port))
}

fn parameters(query: &str) -> Vec<(char, String)> {
    let mut parameters = Vec::new();
    let mut rest = query;
    while let Some(separator) = rest.chars().next() {
        let (text, after) = split_at_first(&rest[separator.len_utf8()..], &['&', ';']);
        parameters.push((separator, text.to_owned()));
        rest = after;
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use refit_model::Template;

    fn uri(text: &str) -> ConnectorUri {
        ConnectorUri::parse(text).unwrap()
    }

    #[test]
    fn hosts_and_ports() {
        let openwire = uri("tcp://0.0.0.0:61616?maximumConnections=1000&wireFormat.x=1");
        assert_eq!((openwire.scheme(), openwire.host()), ("tcp", "0.0.0.0"));
        assert_eq!(openwire.port(), Some(61616));
        assert_eq!(openwire.parameters().next(), Some(("maximumConnections", "1000")));
        assert_eq!(
            openwire.with_port(1).with_host("127.0.0.1").to_string(),
            "tcp://127.0.0.1:1?maximumConnections=1000&wireFormat.x=1"
        );
        assert_eq!(uri("stomp+nio+ssl://[::1]:61612?a=b").host(), "[::1]");
        assert_eq!(uri("auto+nio://h:1/path?x").port(), Some(1));
        assert_eq!(uri("vm://localhost").port(), None);
        assert_eq!(uri("tcp://${host}:${port:-1}?a=b").port(), None);
        assert_eq!(
            uri("tcp://${host}:${port:-1}?a=b").with_port(7).to_string(),
            "tcp://${host}:7?a=b"
        );
    }

    #[test]
    fn marks_stay_whole() {
        let text = format!("tcp://u:{}@h:1?p={}", Template::mark("f#a/b?c"), Template::mark("f#@"));
        assert_eq!(uri(&text).port(), Some(1));
        assert_eq!(uri(&text).to_string(), text);
    }

    #[test]
    fn what_has_no_single_host_is_refused() {
        for text in ["static:(tcp://a:1)", "a:b", "masterslave://(tcp://a:1,tcp://b:2)", "x y://h"]
        {
            assert_eq!(ConnectorUri::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[a-z+]{1,4}://[a-z\\[\\]:@0-9.{}$]{0,12}[/?&;=#a-z]{0,12}") {
            if let Some(uri) = ConnectorUri::parse(&text) {
                prop_assert_eq!(uri.to_string(), text);
            }
        }
    }
}
