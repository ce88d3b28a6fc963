//! Names whose values are secrets.

/// What a secret's name holds somewhere.
const WITHIN: [&str; 6] = ["password", "passwd", "passphrase", "secret", "apikey", "privatekey"];
/// What a secret's name ends with.
const AT_END: [&str; 3] = ["token", "pwd", "accesskey"];
/// A name that ends so tells something about the secret, not the secret.
const ABOUT: [&str; 24] = [
    "file",
    "path",
    "location",
    "dir",
    "directory",
    "class",
    "classname",
    "provider",
    "codec",
    "encoder",
    "algorithm",
    "type",
    "url",
    "uri",
    "enabled",
    "required",
    "timeout",
    "length",
    "size",
    "attribute",
    "header",
    "field",
    "policy",
    "name",
];

/// Whether a key of this name holds a secret. Dots separate: the last component counts.
pub(super) fn is_secret_name(name: &str) -> bool {
    let mut components = name.rsplit('.').filter(|component| {
        // `password.1` is one of several; `secret.value` is the secret.
        !component.bytes().all(|byte| byte.is_ascii_digit()) && !is_generic(component)
    });
    components.next().is_some_and(is_secret_word)
}

fn is_generic(component: &str) -> bool {
    ["value", "key"].iter().any(|generic| component.eq_ignore_ascii_case(generic))
}

fn is_secret_word(word: &str) -> bool {
    let mut plain = word.to_ascii_lowercase();
    plain.retain(|character| character.is_ascii_alphanumeric());
    let named = WITHIN.iter().any(|part| plain.contains(part))
        || AT_END.iter().any(|end| plain.ends_with(end));
    named && !ABOUT.iter().any(|end| plain.ends_with(end))
}

/// Whether a value of such a name cannot be the secret itself: nothing, yes or no, or a reference
/// to where it stands.
pub(super) fn is_no_secret_value(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    value.is_empty()
        || ["true", "false"].iter().any(|flag| value.eq_ignore_ascii_case(flag))
        || is_reference(value)
}

/// `${name}`, `$NAME`, `#{...}` or `%NAME%`, and nothing beside it. A default inside `${name:x}`
/// may be the secret.
fn is_reference(value: &str) -> bool {
    let in_name = |text: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        !text.is_empty() && text.chars().all(allowed)
    };
    let inside = |open: &str, close: &str| value.strip_prefix(open)?.strip_suffix(close);
    inside("${", "}").is_some_and(in_name)
        || inside("%", "%").is_some_and(in_name)
        || inside("#{systemProperties['", "']}").is_some_and(in_name)
        || value.strip_prefix('$').is_some_and(in_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "keyStorePassword",
            "javax.net.ssl.trustStorePassword",
            "log4j.appender.mail.SMTPPassword",
            "jmxpassword",
            "passwd",
            "DB_PWD",
            "client-secret",
            "auth.token",
            "api_key",
            "password.1",
            "signing.secret.key",
            "sslPassphrase",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn names_about_secrets() {
        for name in [
            "com.sun.management.jmxremote.password.file",
            "passwordEncoder",
            "keyStorePath",
            "maxSize",
            "key",
            "value",
            "tokenizer",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn references_are_no_secrets() {
        for value in ["", "true", "${activemq.password}", "$PASSWORD", "\"$PW\"", "%PW%"] {
            assert!(is_no_secret_value(value), "{value}");
        }
        for value in ["x", "${pw:hunter2}", "$$a", "pa$$word", "${a}${b}"] {
            assert!(!is_no_secret_value(value), "{value}");
        }
    }
}
