//! Words of a shell.

/// `text` as one word of a POSIX shell, whatever its characters. Parameters that are left open
/// (`${name}`) stay readable: such a text is for people, not for a shell.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c);
    let open = |c: char| plain(c) || "${}".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if text.contains("${") && text.chars().all(open) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::word;
    use proptest::prelude::*;

    #[test]
    fn words_are_quoted_where_they_must_be() {
        assert_eq!(word("/opt/mq-5.18.3/bin"), "/opt/mq-5.18.3/bin");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("it's"), "'it'\\''s'");
        assert_eq!(word(""), "''");
        assert_eq!(word("$(id)"), "'$(id)'");
    }

    proptest! {
        #[test]
        fn a_shell_reads_the_word_back(text in "[^\u{0}]{0,40}") {
            prop_assume!(!text.contains("${"));
            let script = format!("printf %s {}", word(&text));
            let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            prop_assert_eq!(output.stdout, text.as_bytes());
        }
    }
}
