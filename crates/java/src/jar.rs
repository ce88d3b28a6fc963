//! A jar with all that its classes refer to.

use std::collections::BTreeMap;

use crate::jar_file::EntryProblem;
use crate::jar_outline::OpenJar;
use crate::{ClassFile, ClassName, JarError, JarOutline, Limits, Reference, Remark};

/// A jar with all that its classes refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jar {
    /// What it provides, and what was passed over.
    pub outline: JarOutline,
    /// The Java release that its newest class needs: 8, 17. 0 if it has no readable class.
    pub java_release: u16,
    users: Vec<ClassName>,
    /// For every class that is referred to: who does (a number in `users`), and how.
    references: BTreeMap<ClassName, Vec<(u32, Reference)>>,
}

impl Jar {
    /// Reads the jar at `path`, with every class that a JVM of the release `java_release` would
    /// use of it. Classes that cannot be read are remarks of the outline.
    pub fn read(
        path: &str,
        jar: &[u8],
        java_release: u16,
        limits: &Limits,
    ) -> Result<Self, JarError> {
        let mut open = OpenJar::open(path, jar, java_release, limits)?;
        let mut jar = Self {
            outline: open.outline,
            java_release: 0,
            users: Vec::new(),
            references: BTreeMap::new(),
        };
        for (entry, index) in open.class_entries {
            let content = open.file.read(index)?;
            let class = content
                .map_err(|EntryProblem(why)| why)
                .and_then(|content| ClassFile::parse(&content).map_err(|error| error.to_string()));
            match class {
                Ok(class) => jar.add(class),
                Err(why) => jar.outline.remarks.push(Remark::UnreadableClass { entry, why }),
            }
        }
        Ok(jar)
    }

    /// Every class that this jar's classes refer to, with those that do and how; the jar's own
    /// classes among them.
    pub fn references(
        &self,
    ) -> impl Iterator<Item = (&ClassName, impl Iterator<Item = (&ClassName, Reference)>)> {
        self.references.iter().map(|(class, users)| {
            let users = users.iter().filter_map(|(user, how)| {
                let user = self.users.get(usize::try_from(*user).ok()?)?;
                Some((user, *how))
            });
            (class, users)
        })
    }

    fn add(&mut self, class: ClassFile) {
        self.java_release = self.java_release.max(class.java_release());
        // A jar has at most as many classes as entries, far below 2^32.
        let user = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        self.users.push(class.name);
        for (name, how) in class.references {
            self.references.entry(name).or_default().push((user, how));
        }
    }
}
