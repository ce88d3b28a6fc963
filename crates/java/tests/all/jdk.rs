//! The JDK of this machine: compiling test plugins, and asking `jdeps`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_java::JdkPackages;
use zip::{ZipArchive, ZipWriter};

use crate::support::{JAVA, file_name, skip, succeed};

/// A user of a class and the class.
pub type Pair = (String, String);

/// The packages of the JDK on the PATH, if it is of Java 17 or a later release that Refit knows;
/// says so if there is none.
pub fn jdk() -> Option<JdkPackages> {
    let Some(release) = release() else {
        skip("no javac on the PATH; install a JDK");
        return None;
    };
    let packages = JdkPackages::of_release(release).filter(|_| release >= JAVA);
    if packages.is_none() {
        skip(&format!("javac is of Java {release}; install a JDK from {JAVA} to 25"));
    }
    packages
}

fn release() -> Option<u16> {
    let output = Command::new("javac").arg("-version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let number = text.trim().strip_prefix("javac ")?;
    number.split(['.', '-']).next()?.parse().ok()
}

/// Compiles `sources` (path and text) against `class_path` and packs all classes as `jar` into
/// `folder`.
pub fn compile(
    folder: &Path,
    jar: &str,
    options: &[&str],
    class_path: &[PathBuf],
    sources: &[(&str, &str)],
) -> PathBuf {
    let work = tempfile::tempdir_in(folder).unwrap();
    let mut command = Command::new("javac");
    command.args(options).args(["-nowarn", "-proc:none"]);
    if !class_path.is_empty() {
        command.arg("-cp").arg(joined(class_path));
    }
    command.arg("-d").arg(work.path().join("classes"));
    for (path, text) in sources {
        let path = work.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        command.arg(path);
    }
    succeed(&mut command);
    let jar = folder.join(jar);
    let packed = Command::new("jar")
        .arg("cf")
        .arg(&jar)
        .arg("-C")
        .arg(work.path().join("classes"))
        .arg(".")
        .status()
        .unwrap();
    assert!(packed.success());
    jar
}

/// Paths as Java's class path option takes them.
pub fn joined(paths: &[PathBuf]) -> String {
    let paths: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    paths.join(":")
}

/// A copy of the jar in `folder` without descriptions of modules: given a modular jar, `jdeps`
/// resolves its modules instead of looking at the class path, and fails.
fn without_module(jar: &Path, folder: &Path) -> PathBuf {
    let mut zip = ZipArchive::new(File::open(jar).unwrap()).unwrap();
    let mut copy = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).unwrap();
        if !entry.name().unwrap().ends_with("module-info.class") {
            copy.raw_copy_file(entry).unwrap();
        }
    }
    let path = folder.join(file_name(jar));
    fs::write(&path, copy.finish().unwrap().into_inner()).unwrap();
    path
}

/// Calls `jdeps --missing-deps` for each jar, all in one JVM, and gives what it does not find.
pub fn jdeps_missing(
    folder: &Path,
    jars: &[PathBuf],
    class_path: &[PathBuf],
) -> Vec<BTreeSet<Pair>> {
    let copies = tempfile::tempdir_in(folder).unwrap();
    let jars: Vec<PathBuf> = jars.iter().map(|jar| without_module(jar, copies.path())).collect();
    let program = folder.join("EachJar.java");
    fs::write(&program, EACH_JAR).unwrap();
    // An empty class path is refused; an empty folder does the same.
    let class_path = match class_path {
        [] => copies.path().join("none").to_str().unwrap().to_owned(),
        _ => joined(class_path),
    };
    let output = succeed(Command::new("java").arg(program).arg(class_path).args(&jars));
    let text = String::from_utf8(output.stdout).unwrap();
    let results: Vec<_> = text.split("=== next\n").skip(1).map(pairs_of).collect();
    assert_eq!(results.len(), jars.len(), "{text}");
    results
}

/// Reads lines `user -> class   not found`.
fn pairs_of(output: &str) -> BTreeSet<Pair> {
    assert!(!output.contains("Error:"), "{output}");
    output
        .lines()
        .filter(|line| line.starts_with("   "))
        .filter_map(|line| line.trim().strip_suffix("not found"))
        .map(|line| {
            let (user, class) = line.split_once("->").unwrap();
            (plain(user), plain(class))
        })
        .collect()
}

/// A class without the release that `jdeps` puts before those of `META-INF/versions`: `9/p.A`.
fn plain(class: &str) -> String {
    let class = class.trim();
    class.split_once('/').map_or(class, |(_, class)| class).to_owned()
}

const EACH_JAR: &str = r#"
import java.io.PrintWriter;
import java.util.spi.ToolProvider;

public class EachJar {
    public static void main(String[] arguments) {
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        PrintWriter out = new PrintWriter(System.out, true);
        for (int i = 1; i < arguments.length; i++) {
            out.println("=== next");
            jdeps.run(out, out, "--multi-release", "17", "-filter:none", "-cp", arguments[0],
                "--missing-deps", arguments[i]);
            out.flush();
        }
    }
}
"#;
