//! Damaged and hostile input: nothing panics, nothing takes long, limits hold.

use proptest::prelude::*;
use refit_java::{
    ClassError, ClassFile, ClassIndexBuilder, ClassName, Jar, JarError, JarIdentity, JarOutline,
    Limits, Manifest, Pom, Remark,
};

use crate::assembler::Assembler;
use crate::index::tar_gz_of;
use crate::support::{JAVA, zip_of};

/// A class with something of every kind that is read.
fn sample() -> Vec<u8> {
    let mut file = Assembler::default();
    let this = file.class("p/Sample");
    let parent = file.class("q/Parent");
    file.class("[[Lq/Element;");
    let name = file.utf8("(Lq/Argument;)[Lq/Result;");
    file.constant(16, &name.to_be_bytes());
    file.constant(12, &[name.to_be_bytes(), name.to_be_bytes()].concat());
    file.constant(5, &[0; 8]);
    file.count += 1;
    let signature = file.utf8("<T::Lq/Bound<TT;>;>Lq/Parent;");
    let mark = file.utf8("Lq/Mark;");
    let [high, low] = mark.to_be_bytes();
    let marks =
        vec![0, 1, high, low, 0, 1, high, low, b'[', 0, 2, b'c', high, low, b'@', high, low, 0, 0];
    let record = [&[0, 1][..], &name.to_be_bytes(), &name.to_be_bytes(), &[0, 0]].concat();
    file.finish(
        this,
        parent,
        &[
            ("Signature", signature.to_be_bytes().to_vec()),
            ("RuntimeVisibleAnnotations", marks),
            ("Record", record),
        ],
    )
}

#[test]
fn the_sample_is_read_whole() {
    let class = ClassFile::parse(&sample()).unwrap();
    let found: Vec<&str> = class.references.keys().map(ClassName::as_str).collect();
    let expected = ["Argument", "Bound", "Element", "Mark", "Parent", "Result"];
    assert_eq!(found, expected.map(|name| format!("q.{name}")));
    assert_eq!((class.java_release(), class.name.as_str()), (17, "p.Sample"));
}

#[test]
fn every_truncation_is_an_error() {
    let sample = sample();
    for length in 0..sample.len() {
        assert!(ClassFile::parse(&sample[..length]).is_err(), "{length}");
    }
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(ClassFile::parse(b"PK"), Err(ClassError::NotAClass));
    let mut file = Assembler::default();
    let this = file.class("A");
    file.constant(99, &[]);
    let error = ClassFile::parse(&file.finish(this, 0, &[])).unwrap_err();
    assert_eq!(error, ClassError::UnknownConstant { index: 3, tag: 99 });
    let mut file = Assembler::default();
    let text = file.utf8("A");
    let error = ClassFile::parse(&file.finish(text, 0, &[])).unwrap_err();
    assert!(matches!(error, ClassError::WrongConstant { index: 1, .. }), "{error}");
    let mut file = Assembler::default();
    let this = file.class("not;a.name");
    let error = ClassFile::parse(&file.finish(this, 0, &[])).unwrap_err();
    assert_eq!(error, ClassError::BadName { index: 1 });
}

#[test]
fn damage_in_signatures_and_annotations_makes_no_class_unreadable() {
    let mut file = Assembler::default();
    let this = file.class("A");
    let parent = file.class("B");
    let bad = file.utf8("<<<").to_be_bytes().to_vec();
    let marks = vec![0, 1, 0xff, 0xff, 0, 0];
    let attributes = [
        ("Signature", bad),
        ("RuntimeVisibleAnnotations", marks),
        ("RuntimeVisibleParameterAnnotations", vec![200]),
    ];
    let class = ClassFile::parse(&file.finish(this, parent, &attributes)).unwrap();
    assert_eq!(class.references.len(), 1);
}

/// 65,000 constants that share one descriptor of 60,000 bytes: read one by one, that would be
/// four thousand million bytes.
#[test]
fn a_descriptor_that_is_named_often_is_read_once() {
    let mut file = Assembler::default();
    let this = file.class("A");
    let descriptor = file.utf8(&format!("({})V", "La;".repeat(20_000)));
    while file.count < 65_000 {
        file.constant(16, &descriptor.to_be_bytes());
    }
    let class = ClassFile::parse(&file.finish(this, 0, &[])).unwrap();
    assert_eq!(class.references.len(), 1);
}

#[test]
fn a_long_chain_of_inner_classes_is_read_in_one_go() {
    let mut file = Assembler::default();
    let this = file.class("A");
    let signature = file.utf8(&format!("La{};", ".b".repeat(30_000)));
    let attribute = ("Signature", signature.to_be_bytes().to_vec());
    let class = ClassFile::parse(&file.finish(this, 0, &[attribute])).unwrap();
    assert_eq!(class.references.len(), 1);
}

fn read(jar: &[u8], limits: &Limits) -> Result<Jar, JarError> {
    Jar::read("x.jar", jar, JAVA, limits)
}

#[test]
fn bombs_are_defused() {
    let limits = Limits::default();
    let bomb = zip_of(&[("A.class", &vec![0; 8 << 20]), ("B.class", &sample())]);
    assert!(bomb.len() < 20_000);
    let jar = read(&bomb, &limits).unwrap();
    let [Remark::UnreadableClass { entry, why }] = jar.outline.remarks.as_slice() else {
        panic!("{:?}", jar.outline.remarks);
    };
    assert!(entry == "A.class" && why.contains("unpacks to more than"), "{why}");
    assert_eq!(jar.java_release, 17, "the other class is read");

    let small = Limits { unpacked_bytes: 3000, ..limits.clone() };
    let classes = [("A.class", &[0; 2000][..]), ("B.class", &[0; 2000])];
    assert!(matches!(
        read(&zip_of(&classes), &small),
        Err(JarError::UnpacksTooFar { limit: 3000, .. })
    ));
    let few = Limits { jar_entries: 1, ..limits.clone() };
    assert!(matches!(
        read(&zip_of(&classes), &few),
        Err(JarError::TooManyEntries { entries: 2, limit: 1, .. })
    ));
    let tiny = Limits { jar_bytes: 10, ..limits };
    assert!(matches!(read(&bomb, &tiny), Err(JarError::TooLarge { limit: 10, .. })));
}

#[test]
fn an_oversized_manifest_is_remarked_and_the_rest_is_read() {
    let limits = Limits { entry_bytes: 1000, ..Limits::default() };
    let jar = zip_of(&[("META-INF/MANIFEST.MF", &[b'x'; 1001]), ("B.class", b"")]);
    let outline = JarOutline::read("x.jar", &jar, JAVA, &limits).unwrap();
    assert!(matches!(
        outline.remarks.as_slice(),
        [Remark::UnreadableEntry { entry, .. }] if entry == "META-INF/MANIFEST.MF"
    ));
    assert!(outline.provides("B"));
}

/// Bytes with some of them changed, and the end cut off or extended.
fn damaged(original: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = original.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 0..12);
    let end = prop_oneof![4 => Just(length), 1 => 0..length];
    (changes, end, prop::collection::vec(any::<u8>(), 0..4)).prop_map(
        move |(changes, end, more)| {
            let mut bytes = original.clone();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes.truncate(end);
            bytes.extend(more);
            bytes
        },
    )
}

fn sample_jar() -> Vec<u8> {
    zip_of(&[
        ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\nMulti-Release: true\n"),
        ("META-INF/maven/g/a/pom.properties", b"groupId=g\nartifactId=a\nversion=1\n"),
        ("META-INF/versions/11/p/Sample.class", &sample()),
        ("p/Sample.class", &sample()),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_are_no_class(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(ClassFile::parse(&bytes).is_err());
        let headed = [&[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61][..], &bytes].concat();
        // Whether it is readable is chance; that it ends without a panic is the point.
        if let Ok(class) = ClassFile::parse(&headed) {
            prop_assert!(class.references.len() <= bytes.len());
        }
    }

    #[test]
    fn damaged_classes_do_not_panic(bytes in damaged(sample())) {
        if let Ok(class) = ClassFile::parse(&bytes) {
            prop_assert!(!class.references.contains_key(&class.name));
        }
    }

    #[test]
    fn damaged_jars_do_not_panic(bytes in damaged(sample_jar())) {
        let limits = Limits { unpacked_bytes: 100_000, ..Limits::default() };
        if let Ok(jar) = read(&bytes, &limits) {
            prop_assert!(jar.outline.classes.len() <= 4);
        }
    }

    #[test]
    fn texts_of_any_kind_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let manifest = Manifest::parse(&bytes);
        prop_assert!(manifest.version().is_none_or(|version| !version.is_empty()));
        prop_assert!(Pom::parse(&bytes).is_none_or(|pom| !pom.version.is_empty()));
    }

    /// Nothing of a file's name is lost when it is taken apart.
    #[test]
    fn names_of_jars_can_be_put_together_again(
        name in "[a-z]{1,4}([-._][a-z0-9]{0,3}){0,4}(-[0-9.]{1,5}){0,2}(-(rc1|SNAPSHOT|tests))?",
    ) {
        let identity = JarIdentity::of_file_name(&format!("{name}.jar"));
        let mut whole = identity.artifact;
        for part in [identity.version, identity.classifier].into_iter().flatten() {
            whole = format!("{whole}-{part}");
        }
        prop_assert_eq!(whole, name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_archives_do_not_panic(
        bytes in damaged(tar_gz_of(&[("b/lib/a.jar", &sample_jar()), ("b/x", b"x")])),
    ) {
        let limits = Limits { archive_bytes: 1 << 20, ..Limits::default() };
        let mut builder = ClassIndexBuilder::new(JAVA, limits);
        let result = builder.add_archive(bytes.as_slice(), &["lib"]);
        let index = builder.finish();
        if result.is_err() {
            prop_assert_eq!(index.jars().len(), 0, "an archive is taken whole or not at all");
        }
    }
}
