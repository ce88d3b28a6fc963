//! Arguments of a Java virtual machine: words with blanks between, quotes kept.

use super::placeholder_end;
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
        let whole = mark_end(text, at).or_else(|| placeholder_end(text, at));
        let end = whole.unwrap_or(at + character.len_utf8());
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
    let argument = argument.trim_start_matches(['"', '\'']);
    let before_equals = argument.split('=').next().unwrap_or(argument);
    if let Some(flag) = before_equals.strip_prefix("-XX:") {
        return format!("-XX:{}", flag.trim_start_matches(['+', '-']));
    }
    for sized in ["-Xmx", "-Xms", "-Xss", "-Xmn"] {
        if argument.strip_prefix(sized).is_some_and(|value| !value.is_empty()) {
            return sized.to_owned();
        }
    }
    if let Some((option, what)) = before_value(argument) {
        format!("{option} {what}")
    } else if argument.starts_with("--add-") || argument.starts_with("-D") {
        before_equals.to_owned()
    } else if argument.starts_with('-') {
        before_equals.split(' ').next().unwrap_or(argument).to_owned()
    } else {
        argument.to_owned()
    }
}

/// `--add-opens=module/package=target` names what it opens, as `--add-opens module/...` does.
fn before_value(argument: &str) -> Option<(&str, &str)> {
    let (option, value) = argument.split_once('=').filter(|found| found.0.starts_with("--add-"))?;
    let what = value.split('=').next().filter(|_| !option.contains(' '))?;
    Some((option, what))
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
        let text = "-Da=\"b c\" \"-Db=c d\" -Dc=${C:-d e} ${REST:-}";
        let expected = ["-Da=\"b c\"", "\"-Db=c d\"", "-Dc=${C:-d e}", "${REST:-}"];
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
            ("--add-opens=a/b=ALL-UNNAMED", "--add-opens a/b"),
            ("\"-Da=b c\"", "-Da"),
            ("-XX:-UseG1GC", "-XX:UseG1GC"),
            ("-javaagent:/lib/a.jar=80:b", "-javaagent:/lib/a.jar"),
            ("--amqurl tcp://localhost:1", "--amqurl"),
            ("$ACTIVEMQ_OPTS_MEMORY", "$ACTIVEMQ_OPTS_MEMORY"),
        ] {
            assert_eq!(argument_key(argument), key);
        }
    }
}
