//! Arguments of a Java virtual machine: words with blanks between, quotes kept.

use crate::mark::mark_end;

/// The arguments of a text, as they stand there. An option and the word that it takes are one.
pub(crate) fn arguments(text: &str) -> Vec<String> {
    let mut arguments: Vec<String> = Vec::new();
    for word in words(text) {
        match arguments.last_mut() {
            Some(option) if takes_word(option) && !word.starts_with('-') => {
                option.push(' ');
                option.push_str(&word);
            }
            _ => arguments.push(word),
        }
    }
    arguments
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let end = mark_end(text, at).unwrap_or(at + character.len_utf8());
        let blank = quote.is_none() && character.is_whitespace();
        if blank && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), closing) if open == closing => quote = None,
            _ => {}
        }
        if !blank {
            word.push_str(&text[at..end]);
        }
        at = end;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn takes_word(argument: &str) -> bool {
    let long = argument.starts_with("--") && !argument.contains(['=', ' ']);
    long || matches!(argument, "-cp" | "-classpath")
}

/// What an argument sets: `-Xmx`, `-XX:UseG1GC`, `-Dname`, `--add-opens java.base/java.lang`. Two
/// arguments with one key are two values of one setting.
pub(crate) fn argument_key(argument: &str) -> String {
    let before_equals = argument.split('=').next().unwrap_or(argument);
    if let Some(flag) = before_equals.strip_prefix("-XX:") {
        return format!("-XX:{}", flag.trim_start_matches(['+', '-']));
    }
    for sized in ["-Xmx", "-Xms", "-Xss", "-Xmn"] {
        if argument.strip_prefix(sized).is_some_and(|value| !value.is_empty()) {
            return sized.to_owned();
        }
    }
    if argument.starts_with("--add-") || argument.starts_with("-D") {
        before_equals.to_owned()
    } else if argument.starts_with('-') {
        before_equals.split(' ').next().unwrap_or(argument).to_owned()
    } else {
        argument.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_their_words() {
        let text = "$A  -Xmx1G -Da='b c' --add-opens java.base/java.lang=ALL-UNNAMED -x";
        let expected =
            ["$A", "-Xmx1G", "-Da='b c'", "--add-opens java.base/java.lang=ALL-UNNAMED", "-x"];
        assert_eq!(arguments(text), expected);
    }

    #[test]
    fn keys_name_the_setting() {
        for (argument, key) in [
            ("-Xmx2G", "-Xmx"),
            ("-XX:+UseG1GC", "-XX:UseG1GC"),
            ("-XX:MaxRAMFraction=2", "-XX:MaxRAMFraction"),
            ("-Da.b=c=d", "-Da.b"),
            ("--add-opens a/b=ALL-UNNAMED", "--add-opens a/b"),
            ("--amqurl tcp://localhost:1", "--amqurl"),
            ("$ACTIVEMQ_OPTS_MEMORY", "$ACTIVEMQ_OPTS_MEMORY"),
        ] {
            assert_eq!(argument_key(argument), key);
        }
    }
}
