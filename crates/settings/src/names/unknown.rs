//! A name that a schema does not have.

use std::fmt;

/// A name in a file that the schema does not have at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The key path.
    pub key: String,
    /// The line in the file, from 1.
    pub line: u32,
    /// What is called so.
    pub kind: NameKind,
    /// The name, without a prefix.
    pub name: String,
    /// The element that it stands in; none for an element at the top.
    pub within: Option<String>,
    /// The known name that is nearest to it, if one is near.
    pub nearest: Option<String>,
    /// The schema has an element of this name, at other places.
    pub elsewhere: bool,
}

/// What a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// An element.
    Element,
    /// An attribute.
    Attribute,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            NameKind::Element => "element",
            NameKind::Attribute => "attribute",
        };
        write!(f, "no {kind} `{}`", self.name)?;
        if let Some(within) = &self.within {
            write!(f, " in `{within}`")?;
        }
        if let Some(nearest) = &self.nearest {
            write!(f, "; the nearest name is `{nearest}`")?;
        }
        if self.elsewhere {
            write!(f, "; it is known at other places")?;
        }
        Ok(())
    }
}
