//! `pom.properties`, which Maven puts into the jars that it builds.

/// The Maven coordinates of a jar, or of one that was packed into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pom {
    /// The group, for example `org.apache.activemq`.
    pub group: String,
    /// The artifact, for example `activemq-broker`.
    pub artifact: String,
    /// The version, for example `5.18.3`.
    pub version: String,
}

impl Pom {
    /// Reads a `pom.properties`; none if one of the three values is absent.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let value = |key: &str| {
            text.lines()
                .filter_map(|line| line.split_once(['=', ':']))
                .find(|(name, _)| name.trim() == key)
                .map(|(_, value)| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        Some(Self {
            group: value("groupId")?,
            artifact: value("artifactId")?,
            version: value("version")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_comments_and_spaces_do_not_matter() {
        let text = b"#By Maven\n#Mon: 1=2\nversion=5.18.3\r\n groupId = org.acme\nartifactId:x\n";
        let pom = Pom::parse(text).unwrap();
        assert_eq!(
            (pom.group.as_str(), pom.artifact.as_str(), pom.version.as_str()),
            ("org.acme", "x", "5.18.3")
        );
    }

    #[test]
    fn half_a_pom_is_none() {
        assert_eq!(Pom::parse(b"groupId=a\nartifactId=b\nversion=\n"), None);
        assert_eq!(Pom::parse(b"\xff\xfe"), None);
    }
}
