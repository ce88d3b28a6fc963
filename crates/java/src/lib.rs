//! What Java archives provide and what they need.
//!
//! Refit asks this crate, before a broker is stopped, whether the site's plugins still find every
//! class that they refer to in the new release, whether the classes and elements that the
//! configuration names exist there, and whether jars of two releases lie on one class path.
//!
//! Three layers, each usable alone:
//! - [`ClassFile`] reads one class file and tells the classes that it refers to, and how.
//! - [`Jar`] reads one jar: classes provided and needed, manifest, Maven coordinates.
//! - [`ClassIndex`] is everything that a class path provides, from jars or from a vendor's
//!   archive; [`ClassSpace`] puts it together with the JDK and the site's jars and answers what is
//!   missing.
//!
//! The crate does no I/O of its own: it takes bytes, and a reader for archives. All input is
//! taken as hostile: see [`Limits`].
//!
//! Why this is a crate of its own: `docs/decisions/0001-java-truth-and-demo-are-crates.md`.

mod annotation;
mod archive;
mod byte_reader;
mod class_error;
mod class_file;
mod class_index;
mod class_name;
mod class_space;
mod constant_pool;
mod descriptor;
mod duplicate;
mod index_builder;
mod jar;
mod jar_error;
mod jar_file;
mod jar_identity;
mod jar_outline;
mod jdk_packages;
mod limits;
mod manifest;
mod missing;
mod namespace;
mod pom;
mod reference;
mod schemas;
mod signature;
mod standing;

pub use class_error::ClassError;
pub use class_file::{ClassFile, NEWEST_KNOWN_JAVA};
pub use class_index::{ClassIndex, IndexedJar, UnreadableJar};
pub use class_name::ClassName;
pub use class_space::{ClassSpace, Found, Overlap};
pub use duplicate::{Duplicate, duplicates};
pub use index_builder::ClassIndexBuilder;
pub use jar::Jar;
pub use jar_error::{ArchiveError, JarError};
pub use jar_identity::JarIdentity;
pub use jar_outline::{JarOutline, Remark};
pub use jdk_packages::{JdkPackages, JdkPackagesError};
pub use limits::Limits;
pub use manifest::Manifest;
pub use missing::{Lack, Missing, MissingClass, User};
pub use namespace::Namespaces;
pub use pom::Pom;
pub use reference::Reference;
pub use schemas::schemas;
pub use standing::{StaleJar, Standing, stale_jars, standing};
