//! Builds a class index, jar by jar or from a vendor's archive.

use std::error::Error;
use std::io::Read;

use crate::archive::each_jar;
use crate::{
    ArchiveError, ClassIndex, ClassName, IndexedJar, JarError, JarOutline, Limits, Namespaces,
    UnreadableJar,
};

/// Builds a [`ClassIndex`].
pub struct ClassIndexBuilder {
    java_release: u16,
    limits: Limits,
    jars: Vec<IndexedJar>,
    classes: Vec<(ClassName, u32)>,
    namespaces: Namespaces,
    unreadable: Vec<UnreadableJar>,
}

impl ClassIndexBuilder {
    /// An empty class path of a JVM of the release `java_release` (8, 17).
    pub fn new(java_release: u16, limits: Limits) -> Self {
        Self {
            java_release,
            limits,
            jars: Vec::new(),
            classes: Vec::new(),
            namespaces: Namespaces::default(),
            unreadable: Vec::new(),
        }
    }

    /// Appends a jar to the class path. One that cannot be read is noted as such in the index.
    pub fn add_jar(&mut self, path: &str, jar: &[u8]) {
        let outline = JarOutline::read(path, jar, self.java_release, &self.limits);
        self.add(path, outline);
    }

    /// Appends a jar whose outline was read already, for the same Java release.
    pub fn add_outline(&mut self, outline: JarOutline) {
        // A path has at most as many jars as an archive has entries, far below 2^32.
        let number = u32::try_from(self.jars.len()).unwrap_or(u32::MAX);
        self.jars.push(IndexedJar::from(&outline));
        let classes = outline.classes.into_iter().map(|class| (class, number));
        self.classes.extend(classes);
        self.namespaces.merge(outline.namespaces);
    }

    /// Appends the jars that lie directly in `folders` of a vendor's archive (.tar.gz), for
    /// example `lib` and `lib/optional`: folder by folder, sorted by name in each. Paths in the
    /// index are relative to the archive's root folder.
    pub fn add_archive(
        &mut self,
        archive: impl Read,
        folders: &[&str],
    ) -> Result<(), ArchiveError> {
        let mut found = Vec::new();
        each_jar(archive, folders, &self.limits, |path, content| {
            let outline = JarOutline::read(path, &content, self.java_release, &self.limits);
            found.push((path.to_owned(), outline));
        })?;
        found.sort_by_cached_key(|(path, _)| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let place = folders.iter().position(|wanted| *wanted == folder);
            (place, path.clone())
        });
        for (path, outline) in found {
            self.add(&path, outline);
        }
        Ok(())
    }

    /// The finished index.
    pub fn finish(self) -> ClassIndex {
        ClassIndex::new(
            self.java_release,
            self.jars,
            self.classes,
            self.namespaces,
            self.unreadable,
        )
    }

    fn add(&mut self, path: &str, outline: Result<JarOutline, JarError>) {
        match outline {
            Ok(outline) => self.add_outline(outline),
            Err(error) => self
                .unreadable
                .push(UnreadableJar { path: path.to_owned(), why: with_cause(&error) }),
        }
    }
}

/// The message of an error, followed by that of its cause.
fn with_cause(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
