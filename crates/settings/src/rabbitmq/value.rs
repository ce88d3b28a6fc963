//! Erlang terms as values of `rabbitmq.conf`, where that can say them.

/// What `rabbitmq.conf` says for a term of this kind: keys behind the row's own, and values.
pub(super) fn said(kind: &str, term: &str) -> Option<Vec<(String, String)>> {
    match kind {
        "listeners" => return listeners(term),
        "users" => return users(term),
        _ => {}
    }
    let value = match kind {
        "integer" => term.parse::<i64>().ok().map(|number| number.to_string()),
        "boolean" => ["true", "false"].contains(&term).then(|| term.to_owned()),
        "ratio" => term.parse::<f64>().ok().filter(|_| term.contains('.')).map(|_| term.to_owned()),
        "string" => quoted(term),
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

/// What is said of an address with a port.
pub(super) fn address(number: usize, name: &str, port: &str) -> Option<(String, String)> {
    let address = quoted(name)?;
    let port = port.parse::<u16>().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:".contains(c);
    address.chars().all(plain).then(|| listener(number, &format!("{address}:{port}")))
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
    fn listeners_are_numbered() {
        let said = |term: &str| said("listeners", term);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(said("[5672, 5673]"), Some(vec![pair(".1", "5672"), pair(".2", "5673")]));
        assert_eq!(said("[]"), Some(vec![pair("", "none")]));
        assert_eq!(said("[{\"::1\", 5672}]"), None);
        assert_eq!(address(2, "\"::1\"", "5672"), Some(pair(".2", "::1:5672")));
        assert_eq!(address(1, "host", "5672"), None);
    }
}
