//! What the Java language makes of references to other classes, as `javac` compiles them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use refit_java::{ClassFile, Jar, Reference};

use crate::jdk::{Pair, compile, jdeps_missing, jdk};
use crate::support::read_jar;

/// A library that is there when the plugin is compiled, and gone when it is read.
const GONE: &str = "
package gone;
import java.lang.annotation.*;
class Gone {}
";

/// The types of the library, one a line.
const GONE_TYPES: [&str; 24] = [
    "class Base {}",
    "interface Face {}",
    "class Part {}",
    "class Elem {}",
    "enum Kind { ONE, TWO }",
    "enum Level { HIGH }",
    "class Typed {}",
    "@Retention(RetentionPolicy.RUNTIME) @interface Inner { Class<?>[] value(); }",
    "@Retention(RetentionPolicy.RUNTIME) @interface Mark { Level level(); Inner inner(); }",
    "@Retention(RetentionPolicy.CLASS) @interface Quiet {}",
    "class In {}",
    "class Out {}",
    "class Problem extends RuntimeException {}",
    "class Checked extends Exception {}",
    "class Cell {}",
    "class Shape {}",
    "class Bound {}",
    "class Held {}",
    "class Arg {}",
    "class Tool { public static void help(Arg arg) {} }",
    "class Outer<T> { public class Deep {} }",
    "class LocalOnly {}",
    "class Lit {}",
    "class ByName {}",
];

/// One plugin class for each way of referring to a class.
const PLUGIN: &str = r#"
package plugin;
import java.util.*;
import java.util.function.*;
class Extends extends gone.Base {}
class Implements implements gone.Face {}
record Rec(gone.Part part) {}
class Nested { Map<String, List<? extends gone.Elem[]>> map; }
class Switches {
    static int of(gone.Kind kind) { switch (kind) { case ONE: return 1; default: return 2; } }
}
@gone.Mark(level = gone.Level.HIGH, inner = @gone.Inner({gone.Typed.class})) class Marked {}
class Parameter {
    void of(@gone.Mark(level = gone.Level.HIGH, inner = @gone.Inner({})) Object object) {}
}
@gone.Quiet class Quietly {}
class Lambdas { static Object of() { Function<gone.In, gone.Out> f = in -> null; return f; } }
class Catches { void of() { try { hashCode(); } catch (gone.Problem problem) { } } }
class Throws { void of() throws gone.Checked {} }
class Arrays { Object of() { return new gone.Cell[1][1]; } }
class Tests { boolean of(Object object) { return object instanceof gone.Shape; } }
class Bounds<T extends List<gone.Bound>> {}
class Holds { gone.Held held; }
class Calls { static void of() { gone.Tool.help(null); } }
class Deeply { gone.Outer<String>.Deep deep; }
class Locally { void of() { gone.LocalOnly local = null; } }
class Literally { Object of() { return gone.Lit.class; } }
class Named { Object of() throws Exception { return Class.forName("gone.ByName"); } }
"#;

/// Compiles the library and the plugin against it.
pub fn plugin_of_a_gone_library(folder: &Path, more: &[(&str, &str)]) -> PathBuf {
    let library: Vec<(String, String)> = GONE_TYPES
        .iter()
        .map(|line| {
            let words = line.split([' ', '<']).collect::<Vec<_>>();
            let kinds = ["class", "interface", "enum", "@interface"];
            let kind = words.iter().position(|word| kinds.contains(word)).unwrap();
            let head = GONE.replace("class Gone {}", "");
            let (before, after) = line.split_at(line.find(words[kind]).unwrap());
            let text = format!("{head}{before}public {after}");
            (format!("gone/{}.java", words[kind + 1]), text)
        })
        .collect();
    let library: Vec<(&str, &str)> =
        library.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let gone = compile(folder, "gone.jar", &["--release", "17"], &[], &library);
    let mut sources = vec![("plugin/Plugin.java", PLUGIN)];
    sources.extend(more);
    compile(folder, "plugin.jar", &["--release", "17", "-g"], &[gone], &sources)
}

fn references_to_gone(jar: &Jar) -> BTreeSet<(String, String, Reference)> {
    jar.references()
        .filter(|(class, _)| class.package() == "gone")
        .flat_map(|(class, users)| {
            users.map(|(user, how)| (user.simple().to_owned(), class.simple().to_owned(), how))
        })
        .collect()
}

#[test]
fn every_way_of_referring_to_a_class_is_told() {
    use Reference::{Annotation, Code, Descriptor, Inheritance, Signature};
    if jdk().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let jar = read_jar(&plugin_of_a_gone_library(folder.path(), &[]));
    let expected = [
        ("Extends", "Base", Inheritance),
        ("Implements", "Face", Inheritance),
        ("Rec", "Part", Descriptor),
        ("Nested", "Elem", Signature),
        ("Switches", "Kind", Code),
        ("Switches$1", "Kind", Code),
        ("Marked", "Mark", Annotation),
        ("Marked", "Inner", Annotation),
        ("Marked", "Level", Annotation),
        ("Marked", "Typed", Annotation),
        ("Parameter", "Mark", Annotation),
        ("Parameter", "Level", Annotation),
        ("Parameter", "Inner", Annotation),
        ("Lambdas", "In", Descriptor),
        ("Lambdas", "Out", Descriptor),
        ("Catches", "Problem", Code),
        ("Throws", "Checked", Code),
        ("Arrays", "Cell", Code),
        ("Tests", "Shape", Code),
        ("Bounds", "Bound", Signature),
        ("Holds", "Held", Descriptor),
        ("Calls", "Tool", Code),
        ("Calls", "Arg", Descriptor),
        ("Deeply", "Outer", Code),
        ("Deeply", "Outer$Deep", Code),
        ("Literally", "Lit", Code),
    ];
    let expected: BTreeSet<_> = expected
        .into_iter()
        .map(|(user, class, how)| (user.to_owned(), class.to_owned(), how))
        .collect();
    assert_eq!(references_to_gone(&jar), expected);
    assert_eq!(jar.java_release, 17);
    assert_eq!(jar.outline.remarks, []);
}

#[test]
fn jdeps_finds_nothing_that_is_overlooked() {
    if jdk().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = plugin_of_a_gone_library(folder.path(), &[]);
    let ours: BTreeSet<Pair> = references_to_gone(&read_jar(&path))
        .into_iter()
        .map(|(user, class, _)| (format!("plugin.{user}"), format!("gone.{class}")))
        .collect();
    let theirs = jdeps_missing(folder.path(), &[path], &[]).remove(0);
    let overlooked: Vec<_> = theirs.difference(&ours).collect();
    assert_eq!(overlooked, Vec::<&Pair>::new());
    assert!(theirs.len() >= 20, "{}", theirs.len());
}

#[test]
fn super_classes_and_releases_are_read() {
    if jdk().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source =
        "package p; abstract class A extends Thread implements Runnable, java.io.Closeable {}";
    for (release, major) in [("8", 52), ("11", 55), ("17", 61)] {
        let options = ["--release", release];
        let jar = compile(folder.path(), "a.jar", &options, &[], &[("A.java", source)]);
        let mut zip = zip::ZipArchive::new(std::fs::File::open(jar).unwrap()).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut zip.by_name("p/A.class").unwrap(), &mut bytes).unwrap();
        let class = ClassFile::parse(&bytes).unwrap();
        assert_eq!((class.major, class.name.as_str()), (major, "p.A"));
        assert_eq!(class.superclass.unwrap().as_str(), "java.lang.Thread");
        assert_eq!(class.interfaces, ["java.lang.Runnable".into(), "java.io.Closeable".into()]);
    }
}
