//! Which classes do the site's jars need that a JVM would not find?

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{ClassName, ClassSpace, Found, Jar, Reference};

/// What the carried jars of a [`ClassSpace`] refer to and would not find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// Classes without which something fails, sorted by name.
    pub needed: Vec<MissingClass>,
    /// Annotation types, sorted by name. The JVM leaves such annotations out without a word:
    /// nothing fails, but what they asked for does not happen.
    pub annotations: Vec<MissingClass>,
}

/// A class that is not found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingClass {
    /// The class.
    pub class: ClassName,
    /// In which way it is not there.
    pub lack: Lack,
    /// The strongest of the references to it.
    pub strongest: Reference,
    /// Who refers to it, by jar and name.
    pub users: Vec<User>,
}

/// In which way a class is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// Nothing on the class path and in the JDK has it.
    Absent,
    /// It is in a package that the JDK keeps to itself: it may work with `--add-exports`.
    JdkInternal,
}

/// A class that refers to a missing one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The path of its jar.
    pub jar: String,
    /// The class.
    pub class: ClassName,
    /// How it refers.
    pub how: Reference,
}

impl ClassSpace<'_> {
    /// What the carried jars refer to and would not find here.
    ///
    /// This is about classes: a class that is there but has lost a method is not seen. A class of
    /// a plugin's own package counts as present only if one of the carried jars has it, since
    /// plugins use the vendor's packages for their own classes.
    pub fn missing(&self) -> Missing {
        let mut users: BTreeMap<&ClassName, Vec<User>> = BTreeMap::new();
        let mut lacks: BTreeMap<&ClassName, Option<Lack>> = BTreeMap::new();
        for jar in self.carried {
            for (class, referring) in jar.references() {
                let lack = lacks.entry(class).or_insert_with(|| self.lack(class));
                if lack.is_some() {
                    let referring = referring.map(|(user, how)| user_of(jar, user, how));
                    users.entry(class).or_default().extend(referring);
                }
            }
        }
        let missing = users.into_iter().filter_map(|(class, mut users)| {
            users.sort();
            Some(MissingClass {
                class: class.clone(),
                lack: lacks.get(class).copied().flatten()?,
                strongest: users.iter().map(|user| user.how).max()?,
                users,
            })
        });
        let (annotations, needed) =
            missing.partition(|missing| missing.strongest == Reference::Annotation);
        Missing { needed, annotations }
    }

    fn lack(&self, class: &ClassName) -> Option<Lack> {
        match self.find(class.as_str()) {
            Found::Jdk | Found::ClassPath(_) | Found::Carried(_) => None,
            Found::JdkInternal => Some(Lack::JdkInternal),
            Found::Absent => Some(Lack::Absent),
        }
    }
}

impl Missing {
    /// What is missing here but was not missing `before`, in the old release: the rest are optional
    /// needs that the plugins have lived without.
    #[must_use]
    pub fn since(&self, before: &Missing) -> Missing {
        Missing {
            needed: since(&self.needed, &before.needed),
            annotations: since(&self.annotations, &before.annotations),
        }
    }

    /// Whether nothing is missing, annotations aside.
    pub fn is_nothing(&self) -> bool {
        self.needed.is_empty()
    }

    /// The packages of the needed classes that are missing, sorted.
    pub fn packages(&self) -> BTreeSet<&str> {
        self.needed.iter().map(|missing| missing.class.package()).collect()
    }
}

fn since(now: &[MissingClass], before: &[MissingClass]) -> Vec<MissingClass> {
    let before: BTreeSet<&ClassName> = before.iter().map(|missing| &missing.class).collect();
    now.iter().filter(|missing| !before.contains(&missing.class)).cloned().collect()
}

fn user_of(jar: &Jar, class: &ClassName, how: Reference) -> User {
    User { jar: jar.outline.path.clone(), class: class.clone(), how }
}
