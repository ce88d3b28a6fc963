//! What the tests share: finding vendors' archives, reading and making jars, running commands.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use refit_java::{ClassIndex, ClassIndexBuilder, Jar, Limits};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The Java release that the tests compare for.
pub const JAVA: u16 = 17;

/// The folders of `ActiveMQ`'s class path.
pub const FOLDERS: [&str; 5] = ["lib", "lib/camel", "lib/optional", "lib/web", "lib/extra"];

/// Says that a test is skipped, past the capture of the test runner.
pub fn skip(why: &str) {
    writeln!(io::stderr(), "SKIPPED {}: {why}", std::thread::current().name().unwrap_or("?"))
        .unwrap();
}

/// The vendor's archive of a version, from the folder that `REFIT_TEST_ARTIFACTS` names.
pub fn archive(version: &str) -> Option<PathBuf> {
    artifact(&format!("apache-activemq-{version}-bin.tar.gz"))
}

/// A file or folder of the folder that `REFIT_TEST_ARTIFACTS` names.
pub fn artifact(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("REFIT_TEST_ARTIFACTS") else {
        skip(&format!("REFIT_TEST_ARTIFACTS names no folder with {name}"));
        return None;
    };
    let path = Path::new(&folder).join(name);
    if !path.exists() {
        skip(&format!("{} is not there", path.display()));
        return None;
    }
    Some(path)
}

/// The index of folders of an archive.
pub fn index_of(archive: &Path, folders: &[&str]) -> ClassIndex {
    let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
    let file = BufReader::new(File::open(archive).unwrap());
    builder.add_archive(file, folders).unwrap();
    builder.finish()
}

/// The index of jars on the disk.
pub fn index_of_jars(jars: &[PathBuf]) -> ClassIndex {
    let mut builder = ClassIndexBuilder::new(JAVA, Limits::default());
    for jar in jars {
        builder.add_jar(&file_name(jar), &fs::read(jar).unwrap());
    }
    builder.finish()
}

/// Unpacks the jars of folders of an archive below `to`; gives the paths of all jars that lie in
/// these folders then.
pub fn unpack_jars(archive: &Path, folders: &[&str], to: &Path) -> Vec<PathBuf> {
    unpack(archive, "*/lib/*.jar", to);
    folders.iter().flat_map(|folder| jars_in(&to.join(folder))).collect()
}

/// Unpacks one file of an archive below `to`.
pub fn unpack_one(archive: &Path, path: &str, to: &Path) -> PathBuf {
    unpack(archive, &format!("*/{path}"), to);
    to.join(path)
}

fn unpack(archive: &Path, pattern: &str, to: &Path) {
    succeed(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(to).args([
        "--strip-components=1",
        "--wildcards",
        pattern,
    ]));
}

/// The jars that lie directly in a folder, sorted.
pub fn jars_in(folder: &Path) -> Vec<PathBuf> {
    let mut jars: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jar"))
        .collect();
    jars.sort();
    jars
}

/// Reads a jar of the disk.
pub fn read_jar(path: &Path) -> Jar {
    Jar::read(&file_name(path), &fs::read(path).unwrap(), JAVA, &Limits::default()).unwrap()
}

/// The last part of a path.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// A zip file in memory.
pub fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Runs a command that must succeed.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{:?}\n{text}", command.get_program());
    output
}
