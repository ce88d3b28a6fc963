//! What a vendor ships in a file, as facts: keys and values, without the vendor's text.

use std::collections::{BTreeMap, BTreeSet};

use refit_model::{Digest, TemplateError};
use serde::{Deserialize, Serialize};

use crate::comment::comment_id;
use crate::{Document, Format, mark};

/// A vendor's default of one configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedFile {
    /// The file, relative to the home.
    pub path: String,
    /// The digest of the file's bytes.
    pub digest: Digest,
    /// Its keys in order, those that are commented out among them.
    pub keys: Vec<ShippedKey>,
    /// Its comments in order, each by the first digits of the digest of its words: enough to tell
    /// the vendor's comments from the site's.
    #[serde(default)]
    pub comments: Vec<String>,
}

/// One key of a vendor's default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedKey {
    /// The key path; `off:` begins that of a key that is commented out.
    pub path: String,
    /// The value; none where the key only holds others. A secret is `(secret)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The value is a secret or holds one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
}

impl ShippedFile {
    /// The facts of a vendor's file. Fails where the document was read from a template that holds
    /// secrets: then the file's digest is not known.
    pub fn of(document: &Document) -> Result<Self, TemplateError> {
        let bytes = document.print()?;
        // The value of a file whose inside is not read would be the vendor's text.
        let opaque = document.spec().format == Format::Opaque;
        let keys = document.keys().into_iter().map(|key| ShippedKey {
            secret: key.value.as_deref().is_some_and(mark::has_mark),
            value: key.value.filter(|_| !opaque).map(|value| mark::shown(&value).into_owned()),
            path: key.path,
        });
        Ok(Self {
            path: document.spec().path.clone(),
            digest: Digest::of(bytes.expose()),
            keys: keys.collect(),
            comments: document.comments().map(comment_id).collect(),
        })
    }

    /// Whether `document` has anything of this default: a key with the same value, or a comment.
    /// What only holds other keys has the same name in files of all kinds.
    pub fn shares_with(&self, document: &Document) -> bool {
        let own: BTreeSet<_> =
            self.keys.iter().map(|key| (key.path.as_str(), key.value.as_deref())).collect();
        let same = |key: &crate::Key| {
            let value = key.value.as_deref().map(mark::shown);
            value.is_some() && own.contains(&(key.path.as_str(), value.as_deref()))
        };
        document.key_list().iter().any(same)
            || document.comments().any(|text| self.comments.contains(&comment_id(text)))
    }

    /// How far `document` is from this default: the number of keys that only one of them has, or
    /// that have different values. The default from which a file descends is the nearest one.
    pub fn distance(&self, document: &Document) -> usize {
        let own: BTreeMap<_, _> =
            self.keys.iter().map(|key| (key.path.clone(), key.value.clone())).collect();
        let found: BTreeMap<_, _> = document
            .keys()
            .into_iter()
            .map(|key| (key.path, key.value.map(|value| mark::shown(&value).into_owned())))
            .collect();
        let paths: BTreeSet<_> = own.keys().chain(found.keys()).collect();
        paths.into_iter().filter(|path| own.get(*path) != found.get(*path)).count()
    }
}
