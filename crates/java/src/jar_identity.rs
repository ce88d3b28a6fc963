//! Which artifact a jar is, and in which version.

use serde::{Deserialize, Serialize};

use crate::Pom;

/// The artifact that a jar is, told by its file name and by the `pom.properties` in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JarIdentity {
    /// Maven's group, where the jar tells it: `org.apache.activemq`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The artifact: `activemq-broker`.
    pub artifact: String,
    /// The version as it is written: `5.18.3`, `9.4.53.v20231009`, `31.0.1-jre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What stands after the version in the file's name: `sources`, `linux-x86_64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classifier: Option<String>,
}

/// Words after a number that belong to the version; any other word is a classifier.
const QUALIFIERS: [&str; 18] = [
    "alpha",
    "android",
    "b",
    "beta",
    "build",
    "cr",
    "final",
    "ga",
    "incubating",
    "jre",
    "m",
    "milestone",
    "p",
    "pre",
    "rc",
    "release",
    "snapshot",
    "sp",
];

impl JarIdentity {
    /// Tells the artifact by the file's name alone. What has no version in its name is an
    /// artifact without version.
    pub fn of_file_name(file_name: &str) -> Self {
        let stem = stem(file_name);
        let parts: Vec<&str> = stem.split('-').collect();
        let Some(start) = version_start(&parts) else {
            return Self {
                group: None,
                artifact: stem.to_owned(),
                version: None,
                classifier: None,
            };
        };
        let length =
            parts[start..].iter().skip(1).take_while(|part| is_version_tail(part)).count() + 1;
        let text = |parts: &[&str]| (!parts.is_empty()).then(|| parts.join("-"));
        Self {
            group: None,
            artifact: parts[..start].join("-"),
            version: text(&parts[start..start + length]),
            classifier: text(&parts[start + length..]),
        }
    }

    /// Tells the artifact by the file's name and the `pom.properties` found inside.
    ///
    /// A jar that packs others has theirs too. So a pom counts where the file's name agrees with
    /// it, or where it is the only one and the name has no version of its own.
    pub fn of(file_name: &str, poms: &[Pom]) -> Self {
        let by_name = Self::of_file_name(file_name);
        let stem = stem(file_name);
        let agreeing = poms.iter().find_map(|pom| Some((pom, agreement(stem, pom)?)));
        if let Some((pom, classifier)) = agreeing {
            let classifier = (!classifier.is_empty()).then(|| classifier.to_owned());
            return Self { classifier, ..Self::of_pom(pom) };
        }
        match poms {
            [only] if by_name.version.is_none() => Self::of_pom(only),
            // A jar that was given another version's name, or a build that leaves it out.
            [only] if only.artifact == by_name.artifact => {
                Self { group: Some(only.group.clone()), ..by_name }
            }
            _ => by_name,
        }
    }

    /// Whether both are builds of one artifact. Two jars of one artifact name but of different
    /// groups are different artifacts; where a group is not known, the name decides.
    pub fn is_same_artifact(&self, other: &Self) -> bool {
        let groups_differ = matches!((&self.group, &other.group), (Some(a), Some(b)) if a != b);
        self.artifact == other.artifact && self.classifier == other.classifier && !groups_differ
    }

    fn of_pom(pom: &Pom) -> Self {
        Self {
            group: Some(pom.group.clone()),
            artifact: pom.artifact.clone(),
            version: Some(pom.version.clone()),
            classifier: None,
        }
    }
}

fn stem(file_name: &str) -> &str {
    file_name
        .rsplit_once('.')
        .filter(|(_, ending)| ending.eq_ignore_ascii_case("jar"))
        .map_or(file_name, |(stem, _)| stem)
}

/// If the file's name is that of the pom, the classifier that follows it, often empty.
fn agreement<'a>(stem: &'a str, pom: &Pom) -> Option<&'a str> {
    let rest = stem
        .strip_prefix(pom.artifact.as_str())?
        .strip_prefix('-')?
        .strip_prefix(pom.version.as_str())?;
    match rest {
        "" => Some(rest),
        _ => rest.strip_prefix('-'),
    }
}

/// Where the version begins: at the last part that looks like `1.2`, since artifacts have numbers
/// in their names too (`log4j-1.2-api-2.20.0`, `hawtdispatch-scala-2.11-1.22`); else at the last
/// number.
fn version_start(parts: &[&str]) -> Option<usize> {
    let last = |test: fn(&str) -> bool| (1..parts.len()).rev().find(|index| test(parts[*index]));
    let start = last(is_dotted).or_else(|| last(is_number))?;
    let is_snapshot =
        is_timestamp(parts[start]) && start > 1 && starts_with_digit(parts[start - 1]);
    Some(if is_snapshot { start - 1 } else { start })
}

fn is_dotted(part: &str) -> bool {
    starts_with_digit(part) && part.contains('.')
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn starts_with_digit(part: &str) -> bool {
    part.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

/// The date and time of a Maven snapshot: `20231009.101112`.
fn is_timestamp(part: &str) -> bool {
    part.split_once('.').is_some_and(|(date, time)| {
        date.len() == 8 && time.len() == 6 && is_number(date) && is_number(time)
    })
}

/// Whether a part after the first one of a version still belongs to it: a number, or a word like
/// `rc2`.
fn is_version_tail(part: &str) -> bool {
    let word = part
        .trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
        .to_ascii_lowercase();
    starts_with_digit(part) || QUALIFIERS.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file_name: &str) -> (String, String, String) {
        let identity = JarIdentity::of_file_name(file_name);
        (
            identity.artifact,
            identity.version.unwrap_or_default(),
            identity.classifier.unwrap_or_default(),
        )
    }

    fn pom(artifact: &str, version: &str) -> Pom {
        Pom { group: "org.acme".into(), artifact: artifact.into(), version: version.into() }
    }

    #[test]
    fn file_names() {
        for (file, artifact, version, classifier) in [
            ("activemq-broker-5.16.7.jar", "activemq-broker", "5.16.7", ""),
            ("spring-core-5.3.30.jar", "spring-core", "5.3.30", ""),
            ("spring-aop-4.3.30.RELEASE.jar", "spring-aop", "4.3.30.RELEASE", ""),
            ("jetty-io-9.4.53.v20231009.jar", "jetty-io", "9.4.53.v20231009", ""),
            ("geronimo-jta_1.1_spec-1.1.1.jar", "geronimo-jta_1.1_spec", "1.1.1", ""),
            ("hawtdispatch-scala-2.11-1.22.jar", "hawtdispatch-scala-2.11", "1.22", ""),
            ("log4j-1.2-api-2.20.0.jar", "log4j-1.2-api", "2.20.0", ""),
            ("guava-31.0.1-jre.jar", "guava", "31.0.1-jre", ""),
            ("xpp3-1.1.4c.jar", "xpp3", "1.1.4c", ""),
            ("josql-1.5_5.jar", "josql", "1.5_5", ""),
            ("insight-log4j-1.2.0.Beta4.jar", "insight-log4j", "1.2.0.Beta4", ""),
            ("broker-5.11.0.redhat-630187.jar", "broker", "5.11.0.redhat-630187", ""),
            ("acme-1.0-SNAPSHOT.jar", "acme", "1.0-SNAPSHOT", ""),
            ("acme-1.0-20231009.101112-7.jar", "acme", "1.0-20231009.101112-7", ""),
            ("acme-1.0-beta-2-sources.jar", "acme", "1.0-beta-2", "sources"),
            ("acme-1.0-rc2.jar", "acme", "1.0-rc2", ""),
            ("netty-4.1.9.Final-linux-x86_64.jar", "netty", "4.1.9.Final", "linux-x86_64"),
            ("log4j-core-2.20.0-tests.jar", "log4j-core", "2.20.0", "tests"),
            ("plugin-2.jar", "plugin", "2", ""),
            ("ojdbc8.jar", "ojdbc8", "", ""),
            ("ojdbc8-19.3.0.0.JAR", "ojdbc8", "19.3.0.0", ""),
            ("1.2.jar", "1.2", "", ""),
            ("-.jar", "-", "", ""),
        ] {
            let expected = (artifact.into(), version.into(), classifier.into());
            assert_eq!(named(file), expected, "{file}");
        }
    }

    #[test]
    fn a_pom_that_agrees_with_the_name_is_believed() {
        let poms = [pom("shaded", "9"), pom("acme-2.0-api", "1")];
        let identity = JarIdentity::of("acme-2.0-api-1-all.jar", &poms);
        assert_eq!(identity.artifact, "acme-2.0-api");
        assert_eq!(identity.version.as_deref(), Some("1"));
        assert_eq!(identity.classifier.as_deref(), Some("all"));
        assert_eq!(identity.group.as_deref(), Some("org.acme"));
    }

    #[test]
    fn a_pom_names_what_the_file_does_not() {
        let identity = JarIdentity::of("plugin.jar", &[pom("stamp-plugin", "1.4")]);
        assert_eq!(identity, JarIdentity::of_pom(&pom("stamp-plugin", "1.4")));
    }

    #[test]
    fn poms_of_packed_jars_are_not_believed() {
        let packed = [pom("guava", "31"), pom("jackson", "2")];
        assert_eq!(
            JarIdentity::of("acme-all-3.1.jar", &packed),
            JarIdentity::of_file_name("acme-all-3.1.jar")
        );
        assert_eq!(JarIdentity::of("acme.jar", &packed), JarIdentity::of_file_name("acme.jar"));
    }

    #[test]
    fn equal_names_of_different_groups_are_different_artifacts() {
        let mut one = JarIdentity::of_file_name("apache-jsp-8.5.70.jar");
        let mut two = JarIdentity::of_file_name("apache-jsp-9.4.53.v20231009.jar");
        assert!(one.is_same_artifact(&two));
        one.group = Some("org.mortbay.jasper".into());
        assert!(one.is_same_artifact(&two));
        two.group = Some("org.eclipse.jetty".into());
        assert!(!one.is_same_artifact(&two));
    }
}
