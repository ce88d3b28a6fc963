//! Agreement with `jdeps --missing-deps` on real jars.
//!
//! `jdeps` is asked with `-filter:none`: without it, it leaves out what is missing in the user's
//! own package, as it is with a plugin that uses a vendor's package.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_java::{ClassSpace, JdkPackages, Lack, Reference};

use crate::jdk::{Pair, jdeps_missing, jdk};
use crate::support::{
    FOLDERS, archive, artifact, file_name, index_of_jars, jars_in, read_jar, succeed, unpack_jars,
};

#[derive(Debug, Default)]
struct Agreement {
    jars: usize,
    same: usize,
    only_in_annotations: usize,
    only_ours: usize,
}

#[test]
fn the_jars_of_lib_of_each_release_against_the_other() {
    let (Some(old), Some(new), Some(jdk)) = (archive("5.16.7"), archive("5.18.3"), jdk()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = homes(folder.path(), [&old, &new]);
    for (jars, class_path) in [(&old, &new), (&new, &old)] {
        let lib: Vec<PathBuf> = jars.iter().filter(|jar| is_in_lib(jar)).cloned().collect();
        let agreement = compare(folder.path(), &jdk, &lib, class_path);
        assert!(agreement.jars >= 20 && agreement.same > 100, "{agreement:?}");
    }
}

/// Every jar of the class paths, about a minute.
#[test]
#[ignore = "takes a minute; run it after changes to the reading of class files"]
fn all_jars_of_each_release_against_the_others() {
    let (Some(old), Some(new), Some(jdk)) = (archive("5.16.7"), archive("5.18.3"), jdk()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = homes(folder.path(), [&old, &new]);
    let none = Vec::new();
    let mut ways = vec![("5.16.7 on 5.18.3", &old, &new), ("5.18.3 on 5.16.7", &new, &old)];
    ways.push(("5.16.7, each jar alone", &old, &none));
    let newest = artifact("activemq-6.3.1-lib").map(|lib| jars_in(&lib)).unwrap_or_default();
    if !newest.is_empty() {
        ways.push(("5.18.3 on 6.3.1", &new, &newest));
        ways.push(("6.3.1 on 5.18.3", &newest, &new));
    }
    for (way, jars, class_path) in ways {
        let agreement = compare(folder.path(), &jdk, jars, class_path);
        println!("{way}: {agreement:?}");
        assert!(agreement.same > 1000, "{way}: {agreement:?}");
    }
}

fn homes<const N: usize>(folder: &Path, archives: [&PathBuf; N]) -> [Vec<PathBuf>; N] {
    archives.map(|archive| {
        let home = folder.join(file_name(archive));
        std::fs::create_dir(&home).unwrap();
        unpack_jars(archive, &FOLDERS, &home)
    })
}

fn is_in_lib(jar: &Path) -> bool {
    jar.parent().is_some_and(|folder| folder.ends_with("lib"))
}

/// Compares jar by jar. Whatever `jdeps` finds must be found; what only we find must have one of
/// the three known reasons.
fn compare(
    folder: &Path,
    jdk: &JdkPackages,
    jars: &[PathBuf],
    class_path: &[PathBuf],
) -> Agreement {
    let index = index_of_jars(class_path);
    let mut agreement = Agreement::default();
    for (path, theirs) in jars.iter().zip(jdeps_missing(folder, jars, class_path)) {
        let carried = [read_jar(path)];
        let missing = ClassSpace::new(jdk, &index, &carried).missing();
        let ours: BTreeMap<Pair, Reference> = missing
            .needed
            .iter()
            .chain(&missing.annotations)
            .filter(|missing| missing.lack == Lack::Absent)
            .flat_map(|missing| {
                let class = missing.class.as_str();
                missing
                    .users
                    .iter()
                    .map(move |user| ((user.class.to_string(), class.to_owned()), user.how))
            })
            .collect();
        let found: BTreeSet<Pair> = ours.keys().cloned().collect();
        let overlooked: Vec<&Pair> = theirs.difference(&found).collect();
        assert_eq!(overlooked, Vec::<&Pair>::new(), "{}", path.display());
        agreement.jars += 1;
        agreement.same += theirs.len();
        for (pair, how) in ours.iter().filter(|(pair, _)| !theirs.contains(pair)) {
            if *how == Reference::Annotation {
                agreement.only_in_annotations += 1;
            } else {
                agreement.only_ours += 1;
                assert_explained(path, pair, *how);
            }
        }
    }
    agreement
}

/// `jdeps` passes over values in annotations, over method types (with which lambdas are made), and
/// over the bounds of type parameters. `javap` must show the class in one of these places.
fn assert_explained(jar: &Path, (user, class): &Pair, how: Reference) {
    let output = succeed(Command::new("javap").arg("-v").arg("-cp").arg(jar).arg(user));
    let text = String::from_utf8(output.stdout).unwrap();
    let name = format!("L{}", class.replace('.', "/"));
    let shown = |place: &str| text.lines().any(|line| line.contains(place) && line.contains(&name));
    let explained = match how {
        Reference::Descriptor => shown("= MethodType"),
        Reference::Signature => shown("Signature: #"),
        _ => false,
    };
    assert!(explained, "{}: {user} -> {class} {how}", jar.display());
}
