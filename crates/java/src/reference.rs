//! How a class refers to another one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a class refers to another one, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// Only in an annotation that is visible at run time. The JVM leaves out annotations whose
    /// type it does not find, so nothing fails; but nothing happens either, as with a
    /// `@PostConstruct` method that is not called any more.
    Annotation,
    /// Only in a generic signature: nothing fails until somebody asks for generic types by
    /// reflection.
    Signature,
    /// As the type of a field, a parameter or a result. It fails where the member is listed by
    /// reflection, which Spring does with every bean.
    Descriptor,
    /// As a class constant: made, called, cast to, caught or declared as thrown. It fails when
    /// that code is reached, often already when the class is verified.
    Code,
    /// As the superclass or an interface: the class cannot be loaded without it.
    Inheritance,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Annotation => "as an annotation",
            Self::Signature => "in a generic signature",
            Self::Descriptor => "as a type of a member",
            Self::Code => "in code",
            Self::Inheritance => "by inheritance",
        })
    }
}
