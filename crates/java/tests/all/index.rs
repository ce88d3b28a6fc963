//! Class indexes of archives that the tests make themselves.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use refit_java::{
    ClassIndex, ClassIndexBuilder, ClassSpace, Found, Jar, JarOutline, JdkPackages, Limits, Remark,
};
use refit_model::Document;

use crate::support::{JAVA, zip_of};

/// A .tar.gz of files by path.
pub fn tar_gz_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len().try_into().unwrap());
        header.set_mode(0o644);
        tar.append_data(&mut header, path, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn index_of(archive: &[u8], folders: &[&str]) -> ClassIndex {
    let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
    builder.add_archive(archive, folders).unwrap();
    builder.finish()
}

fn paths(index: &ClassIndex) -> Vec<&str> {
    index.jars().iter().map(|jar| jar.path.as_str()).collect()
}

#[test]
fn an_archives_folders_are_indexed_in_the_given_order() {
    let [a, b] = ["p/A.class", "p/B.class"].map(|class| zip_of(&[(class, b"")]));
    let both = zip_of(&[("p/A.class", b""), ("p/B.class", b"")]);
    let archive = tar_gz_of(&[
        ("broker-1.0/lib/optional/both.jar", &both),
        ("broker-1.0/lib/z.jar", &b),
        ("./broker-1.0/lib/a.JAR", &a),
        ("broker-1.0/lib/notes.txt", b"no jar"),
        ("broker-1.0/lib/deeper/c.jar", &a),
        ("broker-1.0/all.jar", &both),
    ]);
    let index = index_of(&archive, &["lib", "lib/optional"]);
    assert_eq!(paths(&index), ["lib/a.JAR", "lib/z.jar", "lib/optional/both.jar"]);
    assert_eq!(index.provider("p.B").unwrap().path, "lib/z.jar");
    let providers: Vec<_> = index.providers("p.A").map(|jar| jar.path.as_str()).collect();
    assert_eq!(providers, ["lib/a.JAR", "lib/optional/both.jar"]);
    assert_eq!(index.provider("p.C"), None);
    assert_eq!(index.class_count(), 2);

    let turned = index_of(&archive, &["lib/optional", "lib"]);
    assert_eq!(turned.provider("p.B").unwrap().path, "lib/optional/both.jar");
    assert_eq!(paths(&index_of(&archive, &[""])), ["all.jar"]);
}

#[test]
fn a_jar_that_cannot_be_read_is_named() {
    let archive = tar_gz_of(&[
        ("b/lib/bad.jar", b"PK no zip"),
        ("b/lib/good.jar", &zip_of(&[("A.class", b"")])),
    ]);
    let index = index_of(&archive, &["lib"]);
    assert_eq!(paths(&index), ["lib/good.jar"]);
    assert_eq!(index.unreadable()[0].path, "lib/bad.jar");
    assert_eq!(index.provider("A").unwrap().path, "lib/good.jar");
}

#[test]
fn an_index_survives_storing() {
    let xbean = "META-INF/services/org/apache/xbean/spring/http/acme.org/schema";
    let archive = tar_gz_of(&[
        (
            "b/lib/one-1.0.jar",
            &zip_of(&[("p/A.class", b""), ("A.class", b""), (xbean, b"acme = p.A\n")]),
        ),
        ("b/lib/two-2.0.jar", &zip_of(&[("p/A.class", b""), ("p/A$1.class", b"")])),
        ("b/lib/bad.jar", b""),
    ]);
    let index = index_of(&archive, &["lib"]);
    let json = serde_json::to_string(&index).unwrap();
    let read: ClassIndex = serde_json::from_str(&json).unwrap();
    assert_eq!(read, index);
    assert_eq!(read.digest().unwrap(), index.digest().unwrap());
    assert_eq!(read.namespaces().class_of("http://acme.org/schema", "acme"), Some(&"p.A".into()));
    assert_eq!(read.java_release(), JAVA);
}

#[test]
fn beans_are_found_as_spring_finds_them() {
    let archive = tar_gz_of(&[("b/lib/a.jar", &zip_of(&[("p/Outer$Inner.class", b"")]))]);
    let index = index_of(&archive, &["lib"]);
    let own = zip_of(&[("q/Own.class", b"")]);
    let carried = [Jar::read("own.jar", &own, JAVA, &Limits::default()).unwrap()];
    let jdk = JdkPackages::of_release(JAVA).unwrap();
    let space = ClassSpace::new(&jdk, &index, &carried);
    assert!(matches!(space.find_bean("p.Outer$Inner"), Found::ClassPath(_)));
    assert!(matches!(space.find_bean("p.Outer.Inner"), Found::ClassPath(_)));
    assert!(matches!(space.find_bean(" q.Own "), Found::Carried(_)));
    assert_eq!(space.find_bean("java.util.HashMap"), Found::Jdk);
    assert_eq!(space.find_bean("sun.nio.ch.Util"), Found::JdkInternal);
    for absent in ["p.Outer", "Outer", "", ".", "p.Outer.Inner.Deep"] {
        assert_eq!(space.find_bean(absent), Found::Absent, "{absent}");
    }
    assert!(
        matches!(carried[0].outline.remarks[..], [Remark::UnreadableClass { .. }]),
        "an empty file is no class"
    );
}

#[test]
fn releases_decide_about_multi_release_jars() {
    let jar = zip_of(&[
        ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\nMulti-Release: true\n"),
        ("META-INF/versions/17/p/New.class", b""),
        ("META-INF/lib/inner.jar", b""),
        ("p/Old.class", b""),
    ]);
    let outline = |java| JarOutline::read("a.jar", &jar, java, &Limits::default()).unwrap();
    assert!(outline(17).provides("p.New") && outline(17).provides("p.Old"));
    assert!(!outline(11).provides("p.New"));
    assert_eq!(outline(17).remarks, [Remark::NestedJar("META-INF/lib/inner.jar".into())]);
}

#[test]
fn archives_have_limits() {
    let jar = zip_of(&[("A.class", &[0; 5000])]);
    let archive = tar_gz_of(&[("b/lib/a.jar", &jar), ("b/lib/b.jar", &jar)]);
    let read = |limits| {
        let mut builder = ClassIndexBuilder::new(JAVA, limits);
        builder.add_archive(archive.as_slice(), &["lib"]).map(|()| builder.finish())
    };
    let bytes = Limits { archive_bytes: 1500, ..Limits::default() };
    let error = read(bytes).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("unpacks to more"), "{cause}");
    let entries = Limits { archive_entries: 1, ..Limits::default() };
    assert!(read(entries).unwrap_err().to_string().contains("more than the 1 entries"));
    let jar_bytes = Limits { jar_bytes: 20, ..Limits::default() };
    let index = read(jar_bytes).unwrap();
    assert_eq!(index.unreadable().len(), 2);
    assert!(index.unreadable()[0].why.contains("more than the 20"), "{:?}", index.unreadable());
}

#[test]
fn a_broken_archive_is_an_error() {
    let archive = tar_gz_of(&[("b/lib/a.jar", &zip_of(&[("A.class", &[7; 5000])]))]);
    for broken in [&b"no gzip"[..], &archive[..archive.len() / 2], &[]] {
        let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
        assert!(builder.add_archive(broken, &["lib"]).is_err());
    }
    let mut trailing = GzEncoder::new(Vec::new(), Compression::fast());
    trailing.write_all(&[1; 1024]).unwrap();
    let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
    let no_tar = trailing.finish().unwrap();
    assert!(builder.add_archive(no_tar.as_slice(), &["lib"]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An index answers as a plain search through the jars does, before and after storing.
    #[test]
    fn lookups_agree_with_a_plain_search(
        jars in prop::collection::vec(
            prop::collection::btree_set("([a-c]/){0,2}[A-C](\\$[1-2])?", 0..6), 0..5),
        wanted in "([a-c]\\.){0,2}[A-C](\\$[1-2])?",
    ) {
        let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
        for (number, classes) in jars.iter().enumerate() {
            let names: Vec<String> = classes.iter().map(|name| format!("{name}.class")).collect();
            let entries: Vec<(&str, &[u8])> =
                names.iter().map(|name| (name.as_str(), &b""[..])).collect();
            builder.add_jar(&format!("{number}.jar"), &zip_of(&entries));
        }
        let index = builder.finish();
        let stored = serde_json::to_vec(&index).unwrap();
        let read: ClassIndex = serde_json::from_slice(&stored).unwrap();
        let entry = wanted.replace('.', "/");
        let expected: Vec<String> = (0..jars.len())
            .filter(|number| jars[*number].contains(&entry))
            .map(|number| format!("{number}.jar"))
            .collect();
        for index in [index, read] {
            let found: Vec<&str> = index.providers(&wanted).map(|jar| jar.path.as_str()).collect();
            prop_assert_eq!(&found, &expected);
            let all: BTreeSet<&String> = jars.iter().flatten().collect();
            prop_assert_eq!(index.class_count(), all.len());
        }
    }
}
