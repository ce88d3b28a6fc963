//! Secrets in texts that nobody has parsed: documentation, notes, files as they were settled.

use super::name::{is_no_secret_value, is_secret_name};

/// What a private key begins with.
const PRIVATE_KEY: &str = "PRIVATE KEY-----";
/// What stands in place of a secret in texts that Refit writes.
const MARK: &str = "[secret ";

/// A line that seems to hold a secret. The secret itself is not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretLine {
    /// The line, from 1.
    pub line: usize,
    /// What it sets, for example `password`.
    pub name: String,
}

/// The lines of a text that give something with a secret's name a value: `password=...`,
/// `token: ...`, and those that hold a private key. What is found too much has to be looked at;
/// what is found too little would be given away.
pub fn secret_lines(text: &str) -> Vec<SecretLine> {
    let lines = text.lines().enumerate();
    let found = lines.filter_map(|(index, line)| {
        let is_key = line.contains(PRIVATE_KEY) && line.contains("BEGIN");
        let name = if is_key { Some("a private key".to_owned()) } else { named(line) };
        Some(SecretLine { line: index + 1, name: name? })
    });
    found.collect()
}

/// The name of what a line sets, if it is a secret's.
fn named(line: &str) -> Option<String> {
    let mut marks = line.char_indices().filter(|(_, mark)| matches!(mark, '=' | ':'));
    marks.find_map(|(at, mark)| set(&line[..at], mark, &line[at + 1..]))
}

fn set(before: &str, mark: char, after: &str) -> Option<String> {
    let before = before.trim_end().trim_end_matches(['"', '\'']);
    let begin = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)));
    let name = &before[begin.map_or(0, |begin| begin + 1)..];
    let after = after.trim_start();
    // In prose a colon is followed by words; a value stands alone.
    let value = match after.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'']).next().unwrap_or_default(),
        None if mark == ':' && after.trim_end().contains(char::is_whitespace) => return None,
        None => after.split(char::is_whitespace).next().unwrap_or_default(),
    };
    let is_secret = is_secret_name(name) && !is_no_secret_value(value) && !value.starts_with(MARK);
    is_secret.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sets_a_secret_is_found_and_what_speaks_of_it_is_not() {
        for (line, expected) in [
            ("password=hunter2", Some("password")),
            ("<user name='a' password=\"hunter2\"/>", Some("password")),
            ("db.password: hunter2", Some("db.password")),
            ("-----BEGIN RSA PRIVATE KEY-----", Some("a private key")),
            ("password='[secret conf/users#alice]'", None),
            ("password=${db.password}", None),
            ("The password: ask the administrator for it.", None),
            ("passwords are never written here", None),
            ("port=61616", None),
        ] {
            let found = secret_lines(line);
            assert_eq!(found.first().map(|one| one.name.as_str()), expected, "{line}");
        }
        assert_eq!(secret_lines("a=1\n\npassword=x1y2\n")[0].line, 3);
    }
}
