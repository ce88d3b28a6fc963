//! What a real JVM does where a class is gone, and which packages it has.

use std::process::Command;

use crate::jdk::jdk;
use crate::language::plugin_of_a_gone_library;
use crate::support::succeed;

const MAIN: &str = r#"
package plugin;
import java.util.concurrent.Callable;
public class Main {
    static void tell(String what, Callable<Object> action) {
        String result;
        try {
            result = String.valueOf(action.call());
        } catch (Throwable thrown) {
            result = thrown.getClass().getSimpleName();
        }
        System.out.println(what + ": " + result);
    }
    static Object load(String name) throws Exception {
        return Class.forName("plugin." + name).getSimpleName();
    }
    public static void main(String[] arguments) {
        tell("inheritance, loaded", () -> load("Extends"));
        tell("code, loaded", () -> load("Calls"));
        tell("code, reached", () -> { Calls.of(); return null; });
        tell("lambda, reached", () -> Lambdas.of());
        tell("descriptor, made", () -> new Holds().getClass().getSimpleName());
        tell("descriptor, listed", () -> Holds.class.getDeclaredFields().length);
        tell("declared exception, listed", () -> Throws.class.getDeclaredMethods().length);
        tell("signature, listed", () -> Nested.class.getDeclaredFields().length);
        tell("signature, asked", () -> Nested.class.getDeclaredFields()[0].getGenericType());
        tell("annotation, asked", () -> Marked.class.getAnnotations().length);
    }
}
"#;

#[test]
fn the_jvm_fails_as_the_kinds_of_references_say() {
    if jdk().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let jar = plugin_of_a_gone_library(folder.path(), &[("plugin/Main.java", MAIN)]);
    let output = succeed(Command::new("java").arg("-cp").arg(jar).arg("plugin.Main"));
    let lines = String::from_utf8(output.stdout).unwrap();
    let expected = [
        "inheritance, loaded: NoClassDefFoundError",
        "code, loaded: Calls",
        "code, reached: NoClassDefFoundError",
        "lambda, reached: NoClassDefFoundError",
        "descriptor, made: Holds",
        "descriptor, listed: NoClassDefFoundError",
        "declared exception, listed: NoClassDefFoundError",
        "signature, listed: 1",
        "signature, asked: TypeNotPresentException",
        "annotation, asked: 0",
    ];
    assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
}

const PACKAGES: &str = r#"
import java.lang.module.*;
import java.util.*;
public class Packages {
    public static void main(String[] arguments) {
        for (ModuleReference module : ModuleFinder.ofSystem().findAll()) {
            Set<String> exported = new TreeSet<>();
            for (ModuleDescriptor.Exports exports : module.descriptor().exports())
                if (!exports.isQualified()) exported.add(exports.source());
            for (String name : module.descriptor().packages())
                System.out.println((exported.contains(name) ? "exported " : "internal ") + name);
        }
    }
}
"#;

/// Packages of incubating modules come and go, and need an option to be used.
#[test]
fn the_packages_of_this_jdk_are_known() {
    let Some(jdk) = jdk() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("Packages.java");
    std::fs::write(&program, PACKAGES).unwrap();
    let output = succeed(Command::new("java").arg(program));
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut count = 0;
    for line in lines.lines().filter(|line| !line.contains("jdk.incubator.")) {
        let (kind, package) = line.split_once(' ').unwrap();
        assert_eq!(jdk.is_exported(package), kind == "exported", "{line}");
        count += 1;
    }
    assert!(count > 500, "{count}");
}
