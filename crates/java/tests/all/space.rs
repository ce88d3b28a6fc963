//! What is missing, and why, without a compiler: jars of assembled class files.

use refit_java::{
    ClassIndex, ClassIndexBuilder, ClassSpace, Jar, JdkPackages, Lack, Limits, Missing, Reference,
};

use crate::assembler::Assembler;
use crate::support::{JAVA, zip_of};

/// A class file for `name` that inherits from `java.lang.Object`, uses `classes` in code, and has
/// the annotation `p.Mark`.
fn class(name: &str, classes: &[&str]) -> Vec<u8> {
    let mut file = Assembler::default();
    let this = file.class(name);
    let parent = file.class("java/lang/Object");
    for class in classes {
        file.class(class);
    }
    let [high, low] = file.utf8("Lp/Mark;").to_be_bytes();
    let marks = vec![0, 1, high, low, 0, 0];
    file.finish(this, parent, &[("RuntimeVisibleAnnotations", marks)])
}

fn jar(path: &str, classes: &[(&str, &[&str])]) -> Jar {
    let entries: Vec<(String, Vec<u8>)> =
        classes.iter().map(|(name, uses)| (format!("{name}.class"), class(name, uses))).collect();
    let entries: Vec<(&str, &[u8])> =
        entries.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    Jar::read(path, &zip_of(&entries), JAVA, &Limits::default()).unwrap()
}

fn index(classes: &[&str]) -> ClassIndex {
    let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
    for class in classes {
        builder.add_jar(&format!("{class}.jar"), &zip_of(&[(&format!("{class}.class"), b"")]));
    }
    builder.finish()
}

fn missing(carried: &[Jar], release: &ClassIndex) -> Missing {
    let jdk = JdkPackages::of_release(JAVA).unwrap();
    ClassSpace::new(&jdk, release, carried).missing()
}

fn names(missing: &Missing) -> Vec<String> {
    missing.needed.iter().map(|missing| missing.class.to_string()).collect()
}

#[test]
fn what_is_not_found_is_told_with_its_reason_and_users() {
    let carried = [
        jar("one.jar", &[("q/One", &["v/Gone", "v/There", "q/Two", "java/util/List"])]),
        jar("two.jar", &[("q/Two", &["v/Gone", "sun/nio/ch/Util", "[Lq/Three;"])]),
    ];
    let missing = missing(&carried, &index(&["v/There"]));
    let told: Vec<(String, Lack, usize)> = missing
        .needed
        .iter()
        .map(|missing| (missing.class.to_string(), missing.lack, missing.users.len()))
        .collect();
    let expected = [
        ("q.Three", Lack::Absent, 1),
        ("sun.nio.ch.Util", Lack::JdkInternal, 1),
        ("v.Gone", Lack::Absent, 2),
    ];
    assert_eq!(told, expected.map(|(class, lack, users)| (class.to_owned(), lack, users)));
    let users = &missing.needed[2].users;
    assert_eq!((users[0].jar.as_str(), users[0].class.as_str()), ("one.jar", "q.One"));
    assert_eq!((users[1].jar.as_str(), users[1].class.as_str()), ("two.jar", "q.Two"));
    assert_eq!(missing.packages(), ["q", "sun.nio.ch", "v"].into());
    assert!(!missing.is_nothing());

    let json = serde_json::to_string(&missing).unwrap();
    assert_eq!(serde_json::from_str::<Missing>(&json).unwrap(), missing);
}

#[test]
fn annotations_stand_apart() {
    let carried = [jar("one.jar", &[("q/One", &[])])];
    let missing = missing(&carried, &index(&[]));
    assert!(missing.is_nothing());
    assert_eq!(missing.annotations.len(), 1);
    assert_eq!(missing.annotations[0].class.as_str(), "p.Mark");
    assert_eq!(missing.annotations[0].strongest, Reference::Annotation);
}

#[test]
fn what_was_missing_before_is_not_new() {
    let carried = [jar("one.jar", &[("q/One", &["v/Lost", "v/Optional"])])];
    let before = missing(&carried, &index(&["v/Lost"]));
    let after = missing(&carried, &index(&["v/New"]));
    assert_eq!(names(&after), ["v.Lost", "v.Optional"]);
    assert_eq!(names(&after.since(&before)), ["v.Lost"]);
    assert_eq!(after.since(&before).annotations, []);
    assert!(before.since(&after).is_nothing());
}

#[test]
fn classes_of_a_later_java_are_too_new() {
    let carried = [jar("one.jar", &[("q/One", &[])])];
    let release = index(&[]);
    let too_new = |java| {
        let jdk = JdkPackages::of_release(java).unwrap();
        ClassSpace::new(&jdk, &release, &carried).too_new().count()
    };
    assert_eq!((too_new(11), too_new(17)), (1, 0));
}

#[test]
fn overlaps_name_both_jars() {
    let carried = [
        jar("plugin.jar", &[("q/Own", &[])]),
        jar("all.jar", &[("q/Two", &[]), ("v/A", &[]), ("v/B", &[])]),
    ];
    let release = index(&["v/A", "v/B", "v/C"]);
    let jdk = JdkPackages::of_release(JAVA).unwrap();
    let space = ClassSpace::new(&jdk, &release, &carried);
    let overlaps = space.overlaps();
    let told: Vec<(&str, &str, usize)> = overlaps
        .iter()
        .map(|overlap| {
            let carried = overlap.carried.outline.path.as_str();
            (carried, overlap.shipped.path.as_str(), overlap.classes.len())
        })
        .collect();
    assert_eq!(told, [("all.jar", "v/A.jar", 1), ("all.jar", "v/B.jar", 1)]);
}
