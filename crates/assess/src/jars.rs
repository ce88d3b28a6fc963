//! The site's jars and beans against the classes of the target.

use std::collections::BTreeSet;

use refit_hosts::Reader;
use refit_java::{
    ClassIndex, ClassIndexBuilder, ClassSpace, Found, Jar, JarIdentity, JdkPackages, Limits,
};
use refit_model::{FileOrigin, FileRole, HostPath, Lineage, Version};
use refit_packs::{Documents, Pack, nearest};
use refit_settings::{Document, Rule, RuleAction, ShippedKey};

use crate::Result;
use crate::files::{Home, HomeFile};
use crate::gathered::Gathered;
use crate::release::class_path_place;

/// What is asked about.
pub(crate) struct Question<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) pack: &'a Pack,
    pub(crate) home: &'a HostPath,
    pub(crate) files: &'a Home,
    pub(crate) documents: &'a Documents,
    pub(crate) installed: &'a Version,
    pub(crate) target: &'a Version,
    /// The target's classes.
    pub(crate) classes: &'a ClassIndex,
    /// The Java that the new version is to run on.
    pub(crate) java: Option<u16>,
}

impl<'a> Question<'a> {
    /// The keys of the vendor's default of a file in the installed version.
    pub(crate) fn vendors_keys(&self, file: &str) -> impl Iterator<Item = &'a ShippedKey> {
        let default = self.pack.default_in(self.installed, file).into_iter();
        default.flat_map(|default| &default.file.keys)
    }
}

/// Looks for classes that the target lacks. What cannot be told is left unknown, which blocks.
pub(crate) fn look(gathered: &mut Gathered, question: &Question<'_>) -> Result<()> {
    stale_versions(gathered, question)?;
    let Some(jdk) = question.java.and_then(JdkPackages::of_release) else { return Ok(()) };
    let carried = carried_jars(gathered, question);
    let space = ClassSpace::new(&jdk, question.classes, &carried);
    gathered.list("beans.missing_in_target", missing_beans(question, &space));
    let too_new: Vec<_> = space.too_new().map(|jar| jar.outline.path.clone()).collect();
    gathered.list("plugins.too_new_for_java", too_new);
    let missing = missing_classes(gathered, question, &jdk, &carried, &space)?;
    gathered.list("plugins.missing_classes", missing);
    Ok(())
}

/// The jars on the class path that the vendor did not ship; they are taken over.
fn carried_jars(gathered: &mut Gathered, question: &Question<'_>) -> Vec<Jar> {
    let added = question.files.files.iter().filter(|file| {
        file.role == FileRole::Library
            && file.origin == FileOrigin::Added
            && class_path_place(question.pack, &file.path).is_some()
    });
    let paths: Vec<_> = added.map(|file| file.path.clone()).collect();
    let release = question.java.unwrap_or(0);
    let mut jars = Vec::new();
    for path in paths {
        let Some(bytes) = gathered.read(question.reader, &question.home.join(&path)) else {
            continue;
        };
        match Jar::read(&path, &bytes, release, &Limits::default()) {
            Ok(jar) => jars.push(jar),
            Err(error) => gathered.unreadable.push(format!("{path}: {error}")),
        }
    }
    jars
}

/// Bean classes of the site's own making that nobody has. Those that the vendor's own default
/// names come with the vendor's new default; those that a rule removes are gone.
fn missing_beans(question: &Question<'_>, space: &ClassSpace<'_>) -> Vec<String> {
    let mut missing = Vec::new();
    for (file, document) in question.documents {
        let vendors: BTreeSet<_> = question
            .vendors_keys(file)
            .filter(|key| key.path.ends_with("/@class"))
            .filter_map(|key| key.value.clone())
            .collect();
        let removals = removals(question, file, document);
        let keys = document.keys().into_iter().filter(|key| key.live);
        for key in keys.filter(|key| key.path.ends_with("/@class")) {
            let class = key.value.unwrap_or_default();
            let known = vendors.contains(&class) || is_removed(&removals, &key.path);
            if !known && matches!(space.find_bean(&class), Found::Absent) {
                missing.push(format!("{file}: {class}"));
            }
        }
    }
    missing
}

/// The rules that remove keys of a file on the way.
pub(crate) fn removals(question: &Question<'_>, file: &str, document: &Document) -> Vec<Rule> {
    let Question { pack, installed, target, .. } = *question;
    let is_own = |one: &HomeFile| one.path == file && one.origin == FileOrigin::Added;
    let own = question.files.files.iter().any(is_own);
    let nearest = if own { None } else { nearest(&pack.defaults, file, document, installed) };
    let lineage = nearest.map_or(Lineage::Own, |found| Lineage::Shipped(found.versions.clone()));
    let mut rules = pack.settings.rules_for(&lineage, installed, target);
    rules.retain(|rule| rule.file == file && rule.action == RuleAction::Remove);
    rules
}

/// Whether one of the rules removes the key, or one that it stands in.
pub(crate) fn is_removed(removals: &[Rule], key: &str) -> bool {
    let above: Vec<_> = key.match_indices('/').map(|(at, _)| &key[..at]).chain([key]).collect();
    removals.iter().any(|rule| above.iter().any(|path| rule.key.matches(path)))
}

/// Classes that the site's jars need and would not find; without what they lack already today.
fn missing_classes(
    gathered: &mut Gathered,
    question: &Question<'_>,
    jdk: &JdkPackages,
    carried: &[Jar],
    space: &ClassSpace<'_>,
) -> Result<Vec<String>> {
    let missing = space.missing();
    if missing.needed.is_empty() {
        return Ok(Vec::new());
    }
    let today = installed_classes(gathered, question)?;
    let before = ClassSpace::new(jdk, &today, carried).missing();
    let lines = missing.since(&before).needed.into_iter().flat_map(|class| {
        let jars: BTreeSet<_> = class.users.iter().map(|user| user.jar.clone()).collect();
        jars.into_iter().map(move |jar| format!("{jar}: {}", class.class)).collect::<Vec<_>>()
    });
    Ok(lines.collect())
}

/// The classes that the installed version has, read from its own jars.
fn installed_classes(gathered: &mut Gathered, question: &Question<'_>) -> Result<ClassIndex> {
    let mut builder = ClassIndexBuilder::new(question.java.unwrap_or(0), Limits::default());
    for path in class_path_jars(question)? {
        if let Some(bytes) = gathered.read(question.reader, &question.home.join(&path)) {
            builder.add_jar(&path, &bytes);
        }
    }
    Ok(builder.finish())
}

/// All jars on the class path, by path within the home.
fn class_path_jars(question: &Question<'_>) -> Result<Vec<String>> {
    let mut jars = Vec::new();
    for entry in &question.pack.product.layout.class_path {
        let folder = question.home.join(&entry.folder);
        if !question.reader.exists(&folder)? {
            continue;
        }
        for found in question.reader.list(&folder, 100_000)? {
            let path = format!("{}/{}", entry.folder, found.path);
            if class_path_place(question.pack, &path).is_some() {
                jars.push(path);
            }
        }
    }
    Ok(jars)
}

/// Artifacts of which two versions are on the class path, one of them not the vendor's.
fn stale_versions(gathered: &mut Gathered, question: &Question<'_>) -> Result<()> {
    let identity = |path: &str| JarIdentity::of_file_name(path.rsplit('/').next().unwrap_or(path));
    let all: Vec<_> =
        class_path_jars(question)?.into_iter().map(|path| (identity(&path), path)).collect();
    let own: Vec<_> = question
        .files
        .files
        .iter()
        .filter(|file| file.origin != FileOrigin::Shipped && file.role == FileRole::Library)
        .map(|file| file.path.as_str())
        .collect();
    let mut stale = Vec::new();
    for (one, path) in all.iter().filter(|(_, path)| own.contains(&path.as_str())) {
        let other = all.iter().find(|(other, other_path)| {
            other_path != path
                && other.is_same_artifact(one)
                && other.classifier == one.classifier
                && other.version != one.version
        });
        if let Some((other, _)) = other {
            let version = |identity: &JarIdentity| identity.version.clone().unwrap_or_default();
            let mut versions = [version(one), version(other)];
            versions.sort();
            stale.push(format!("{}: {}", one.artifact, versions.join(", ")));
        }
    }
    gathered.list("jars.stale_versions", stale);
    Ok(())
}
