//! Which Java a folder holds.

use refit_hosts::Reader;
use refit_model::{Command, HostPath};

use crate::gathered::Gathered;

/// The major version of the Java in a folder: from its `release` file, else by asking it.
pub(crate) fn major(
    gathered: &mut Gathered,
    reader: Reader<'_>,
    java_home: &HostPath,
) -> Option<u16> {
    let release = gathered.read_text(reader, &java_home.join("release")).unwrap_or_default();
    let told = release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION="));
    if let Some(version) = told {
        return major_of(version.trim_matches('"'));
    }
    let java = java_home.join("bin/java").to_string();
    let output = reader.output(Command::new([java.as_str(), "-version"], "/".to_owned().into()));
    let text = output.map(|output| output.stderr + &output.stdout).unwrap_or_default();
    major_of(text.split('"').nth(1)?)
}

/// `1.8.0_402` is 8, `17.0.15` is 17.
fn major_of(version: &str) -> Option<u16> {
    let version = version.strip_prefix("1.").unwrap_or(version);
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_of;

    #[test]
    fn major_versions_of_all_spellings() {
        for (text, major) in [("1.8.0_402", 8), ("17.0.15", 17), ("25", 25), ("11-ea", 11)] {
            assert_eq!(major_of(text), Some(major), "{text}");
        }
        assert_eq!(major_of("unknown"), None);
    }
}
