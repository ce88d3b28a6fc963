//! Erlang terms as values of `rabbitmq.conf`, where that can say them.

use core::net::IpAddr;

/// What `rabbitmq.conf` says for a term of this kind: keys behind the row's own, and values.
pub(super) fn said(kind: &str, term: &str) -> Option<Vec<(String, String)>> {
    match kind {
        "listeners" => return listeners(term),
        "users" => return users(term),
        "words" => return words(term),
        "tags" => return tags(term),
        "nodes" => return words(term.strip_prefix('{')?.strip_suffix(", disc}")?),
        "permissions" => return permissions(term),
        "limit" => return limit(term, "mem_relative"),
        "watermark" => return watermark(term),
        _ => {}
    }
    let value = match kind {
        "integer" => term.parse::<i64>().ok().map(|number| number.to_string()),
        "boolean" => ["true", "false"].contains(&term).then(|| term.to_owned()),
        "ratio" => term.parse::<f64>().ok().filter(|_| term.contains('.')).map(|_| term.to_owned()),
        "string" => quoted(term),
        "count" if term == "infinity" => Some(term.to_owned()),
        "count" => term.parse::<u64>().ok().map(|number| number.to_string()),
        "word" => word(term).map(str::to_owned),
        "binary" => term.strip_prefix("<<").and_then(|rest| quoted(rest.strip_suffix(">>")?)),
        _ => {
            let words = kind.strip_prefix("word:")?;
            words.split(',').any(|word| word == term).then(|| term.to_owned())
        }
    };
    value.map(|value| vec![(String::new(), value)])
}

/// A list of ports.
fn listeners(term: &str) -> Option<Vec<(String, String)>> {
    let inside = term.strip_prefix('[')?.strip_suffix(']')?;
    if inside.is_empty() {
        return Some(vec![(String::new(), "none".to_owned())]);
    }
    let ports = inside.split(", ").map(|port| port.parse::<u16>().ok());
    let ports: Vec<u16> = ports.collect::<Option<_>>()?;
    Some(ports.iter().zip(1..).map(|(port, number)| listener(number, &port.to_string())).collect())
}

/// A list of users' names.
fn users(term: &str) -> Option<Vec<(String, String)>> {
    let inside = term.strip_prefix('[')?.strip_suffix(']')?;
    if inside.is_empty() {
        return Some(vec![(String::new(), "none".to_owned())]);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let name = |user: &str| {
        let name = quoted(user.strip_prefix("<<")?.strip_suffix(">>")?)?;
        name.chars().all(plain).then(|| (format!(".{name}"), "true".to_owned()))
    };
    inside.split(", ").map(name).collect()
}

/// An atom's text, if it can stand behind `=` as it is.
fn word(term: &str) -> Option<&str> {
    let bare = term.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(term);
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.@".contains(c);
    let begins = bare.starts_with(|first: char| first.is_ascii_alphabetic());
    (begins && bare.chars().all(plain)).then_some(bare)
}

/// A list of atoms. Of ten and more the order would not be kept: `10` is sorted before `2`.
fn words(term: &str) -> Option<Vec<(String, String)>> {
    let inside = term.strip_prefix('[')?.strip_suffix(']')?;
    let words: Vec<&str> = inside.split(", ").map(word).collect::<Option<_>>()?;
    let entry = |(number, word): (usize, &&str)| (format!(".{number}"), (*word).to_owned());
    (words.len() < 10).then(|| (1..).zip(&words).map(entry).collect())
}

/// A list of atoms, each a key of its own.
fn tags(term: &str) -> Option<Vec<(String, String)>> {
    let tag = |(_, word): (String, String)| (format!(".{word}"), "true".to_owned());
    let plain = |(key, _): &(String, String)| !key[1..].contains(['.', '@']);
    let tags: Vec<_> = words(term)?.into_iter().map(tag).collect();
    tags.iter().all(plain).then_some(tags)
}

/// What a user may configure, and the two patterns behind it as the schemas put them there.
fn permissions(term: &str) -> Option<Vec<(String, String)>> {
    let inside = term.strip_prefix('[')?.strip_suffix(']')?;
    let patterns = inside.split(", ").map(|pattern| said("binary", pattern)?.pop());
    let patterns: Vec<(String, String)> = patterns.collect::<Option<_>>()?;
    let names = [".configure", ".read", ".write"];
    let named =
        names.iter().zip(&patterns).map(|(name, (_, value))| ((*name).to_owned(), value.clone()));
    (patterns.len() == names.len()).then(|| named.collect())
}

/// A number of bytes, a size with a unit, or a share of the memory.
fn limit(term: &str, relative: &str) -> Option<Vec<(String, String)>> {
    let share =
        term.strip_prefix('{').and_then(|rest| rest.strip_prefix(relative)?.strip_prefix(", "));
    let (key, value) = match share.and_then(|rest| rest.strip_suffix('}')) {
        Some(share) => (".relative", said("ratio", share)),
        None => (".absolute", said("count", term).or_else(|| said("string", term))),
    };
    Some(vec![(key.to_owned(), value?.pop()?.1)])
}

/// A share of the memory, or an absolute limit.
fn watermark(term: &str) -> Option<Vec<(String, String)>> {
    match term.strip_prefix("{absolute, ").and_then(|rest| rest.strip_suffix('}')) {
        Some(absolute) => limit(absolute, "mem_relative").filter(|said| said[0].0 == ".absolute"),
        None => Some(vec![(".relative".to_owned(), said("ratio", term)?.pop()?.1)]),
    }
}

/// What is said of an address with a port. A name is none: the node would not start.
pub(super) fn address(number: usize, name: &str, port: &str) -> Option<(String, String)> {
    let address = quoted(name)?;
    let port = port.parse::<u16>().ok()?;
    address.parse::<IpAddr>().is_ok().then(|| listener(number, &format!("{address}:{port}")))
}

fn listener(number: usize, value: &str) -> (String, String) {
    (format!(".{number}"), value.to_owned())
}

/// A string's text, if it can stand behind `=` as it is.
fn quoted(term: &str) -> Option<String> {
    let text = term.strip_prefix('"')?.strip_suffix('"')?;
    let plain = |c: char| c.is_ascii_graphic() && !"\"\\#'%{}$".contains(c) || c == ' ';
    let fits = !text.is_empty() && text.trim() == text && text.chars().all(plain);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(kind: &str, term: &str) -> Option<String> {
        let said = said(kind, term)?;
        assert_eq!(said.len(), 1);
        Some(said[0].1.clone())
    }

    #[test]
    fn only_what_reads_back_the_same_is_said() {
        assert_eq!(one("integer", "60").as_deref(), Some("60"));
        assert_eq!(one("integer", "16#FF"), None);
        assert_eq!(one("boolean", "true").as_deref(), Some("true"));
        assert_eq!(one("boolean", "\"true\""), None);
        assert_eq!(one("ratio", "0.4").as_deref(), Some("0.4"));
        assert_eq!(one("ratio", "{absolute, 5}"), None);
        assert_eq!(one("string", "\"/a/b.pem\"").as_deref(), Some("/a/b.pem"));
        assert_eq!(one("string", "<<\"a\">>"), None);
        assert_eq!(one("string", "\"a # b\""), None);
        assert_eq!(one("string", "\"a\" \"b\""), None);
        assert_eq!(one("binary", "<<\"bob\">>").as_deref(), Some("bob"));
        assert_eq!(one("word:ignore,autoheal", "autoheal").as_deref(), Some("autoheal"));
        assert_eq!(one("word:ignore,autoheal", "{pause, []}"), None);
        assert_eq!(one("unheard-of", "1"), None);
    }

    #[test]
    fn users_are_named_or_none() {
        let said = |term: &str| said("users", term);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let both = Some(vec![pair(".guest", "true"), pair(".bob-1", "true")]);
        assert_eq!(said("[<<\"guest\">>, <<\"bob-1\">>]"), both);
        assert_eq!(said("[]"), Some(vec![pair("", "none")]));
        assert_eq!(said("[<<\"a.b\">>]"), None);
        assert_eq!(said("[\"guest\"]"), None);
    }

    #[test]
    fn lists_and_limits_have_keys_of_their_own() {
        let all = |kind: &str, term: &str| {
            let said = said(kind, term)?;
            Some(said.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>())
        };
        let some = |entries: &[&str]| Some(entries.iter().map(|&e| e.to_owned()).collect());
        assert_eq!(all("words", "['PLAIN', ldap_x]"), some(&[".1=PLAIN", ".2=ldap_x"]));
        assert_eq!(all("words", "[]"), None);
        assert_eq!(all("words", "[a, {b, c}]"), None);
        assert_eq!(all("words", "[a, b, c, d, e, f, g, h, i, j]"), None);
        assert_eq!(all("tags", "[administrator]"), some(&[".administrator=true"]));
        assert_eq!(all("nodes", "{['a@b', 'a@c.d'], disc}"), some(&[".1=a@b", ".2=a@c.d"]));
        assert_eq!(all("nodes", "{['a@b'], ram}"), None);
        let three = some(&[".configure=^a", ".read=.*", ".write=b"]);
        assert_eq!(all("permissions", "[<<\"^a\">>, <<\".*\">>, <<\"b\">>]"), three);
        assert_eq!(all("permissions", "[<<\".*\">>]"), None);
        assert_eq!(all("limit", "5242880"), some(&[".absolute=5242880"]));
        assert_eq!(all("limit", "\"50MB\""), some(&[".absolute=50MB"]));
        assert_eq!(all("limit", "{mem_relative, 1.5}"), some(&[".relative=1.5"]));
        assert_eq!(all("limit", "{other, 1.5}"), None);
        assert_eq!(all("watermark", "0.4"), some(&[".relative=0.4"]));
        assert_eq!(all("watermark", "{absolute, 1000}"), some(&[".absolute=1000"]));
        assert_eq!(all("watermark", "infinity"), None);
        assert_eq!(one("count", "infinity").as_deref(), Some("infinity"));
        assert_eq!(one("count", "-1"), None);
        assert_eq!(one("word", "rabbit_x").as_deref(), Some("rabbit_x"));
        assert_eq!(one("word", "\"x\""), None);
    }

    #[test]
    fn listeners_are_numbered() {
        let said = |term: &str| said("listeners", term);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(said("[5672, 5673]"), Some(vec![pair(".1", "5672"), pair(".2", "5673")]));
        assert_eq!(said("[]"), Some(vec![pair("", "none")]));
        assert_eq!(said("[{\"::1\", 5672}]"), None);
        assert_eq!(address(2, "\"::1\"", "5672"), Some(pair(".2", "::1:5672")));
        assert_eq!(address(1, "\"localhost\"", "5672"), None);
    }
}
