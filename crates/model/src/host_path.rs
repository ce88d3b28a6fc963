//! Paths on managed hosts, which need not be UTF-8.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A path on a host. In JSON it is a string where it is UTF-8, else `{"base64": "..."}`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPath(PathBuf);

impl HostPath {
    /// This path as the standard library's type.
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// This path followed by `tail`.
    #[must_use]
    pub fn join(&self, tail: impl AsRef<Path>) -> Self {
        Self(self.0.join(tail))
    }

    /// The folder that holds this path, if there is one.
    pub fn parent(&self) -> Option<Self> {
        self.0.parent().map(Self::from)
    }

    /// The last component as text for people.
    pub fn file_name(&self) -> String {
        self.0.file_name().map(OsStr::to_string_lossy).unwrap_or_default().into_owned()
    }

    /// The path as text, where it is UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        self.0.to_str()
    }

    /// Whether this path is `folder` or lies in it, by components.
    pub fn is_within(&self, folder: &HostPath) -> bool {
        self.0.starts_with(&folder.0)
    }

    /// Whether this is a path from the root without `.` and `..`.
    pub fn is_plain_absolute(&self) -> bool {
        use std::path::Component::{Normal, RootDir};
        self.0.is_absolute() && self.0.components().all(|part| matches!(part, RootDir | Normal(_)))
    }
}

impl<P: AsRef<Path> + ?Sized> From<&P> for HostPath {
    fn from(path: &P) -> Self {
        Self(path.as_ref().to_owned())
    }
}

impl From<String> for HostPath {
    fn from(path: String) -> Self {
        Self(path.into())
    }
}

impl From<PathBuf> for HostPath {
    fn from(path: PathBuf) -> Self {
        Self(path)
    }
}

impl AsRef<Path> for HostPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl fmt::Display for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string_lossy())
    }
}

impl fmt::Debug for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Wire<'a> {
    Text(Cow<'a, str>),
    Tagged { base64: String },
}

impl Serialize for HostPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => Wire::Text(text.into()),
            None => Wire::Tagged { base64: STANDARD.encode(self.0.as_os_str().as_bytes()) },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HostPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Wire::deserialize(deserializer)? {
            Wire::Text(text) => Ok(Self(text.into_owned().into())),
            Wire::Tagged { base64 } => {
                let bytes = STANDARD.decode(base64).map_err(de::Error::custom)?;
                Ok(Self(std::ffi::OsString::from_vec(bytes).into()))
            }
        }
    }
}

impl JsonSchema for HostPath {
    fn schema_name() -> Cow<'static, str> {
        "host-path".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_not_utf8_survives_json() {
        let path = HostPath::from(OsStr::from_bytes(b"/srv/caf\xe9"));
        let json = serde_json::to_string(&path).unwrap();
        assert_eq!(json, r#"{"base64":"L3Nydi9jYWbp"}"#);
        assert_eq!(serde_json::from_str::<HostPath>(&json).unwrap(), path);
    }

    #[test]
    fn within_is_by_components() {
        let home = HostPath::from("/opt/activemq");
        assert!(HostPath::from("/opt/activemq/data").is_within(&home));
        assert!(!HostPath::from("/opt/activemq-data").is_within(&home));
        assert!(!HostPath::from("/opt/activemq/../x").is_plain_absolute());
    }
}
