//! A person with a shell and coreutils checks a restore point and puts it back.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Output};

use crate::picture::picture;
use crate::site::{Site, has_attributes};

/// The commands of the note that lies in a restore point.
fn commands(site: &Site) -> Vec<Vec<u8>> {
    let readme = fs::read(site.path_buf("point/README.txt")).unwrap();
    let lines = readme.split(|byte| *byte == b'\n');
    lines.filter_map(|line| line.strip_prefix(b"  ")).map(<[u8]>::to_vec).collect()
}

fn shell(command: &[u8]) -> Output {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(std::ffi::OsStr::from_bytes(command)).output().unwrap()
}

#[test]
fn the_commands_of_the_note_give_everything_back() {
    let test = "the_commands_of_the_note_give_everything_back";
    if !has_attributes(test) {
        return;
    }
    let site = Site::rich();
    let before = picture(&site.path_buf("conf"));
    site.take_and_seal();
    let commands = commands(&site);
    let [check, conf, env] = commands.as_slice() else { panic!("{commands:?}") };
    assert!(shell(check).status.success());

    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    fs::write(site.path("conf").join("first"), "changed").unwrap();
    for command in [conf, env] {
        let done = shell(command);
        assert!(done.status.success(), "{done:?}");
        assert!(done.stderr.is_empty(), "{done:?}");
    }
    assert_eq!(picture(&site.path_buf("conf")), before);
    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
    assert_eq!(fs::read_to_string(site.path("env.replaced")).unwrap(), "HEAP=2G\n");
}

#[test]
fn the_check_of_the_note_finds_damage() {
    let site = Site::new();
    site.take_and_seal();
    fs::write(site.path("point").join("env"), "HEAP=9G\n").unwrap();
    let done = shell(&commands(&site)[0]);
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stdout).contains("env: FAILED"), "{done:?}");
}

#[test]
fn paths_with_spaces_and_quotes_are_one_word() {
    let site = Site::new();
    let odd = site.path("it's; a $(odd) \"name\"");
    fs::write(&odd, "content").unwrap();
    let item = refit_model::RestoreItem { name: "odd".into(), path: odd.clone(), warm: false };
    let point = site.path("point");
    refit_backup::take(&site.writer(), &point, std::slice::from_ref(&item)).unwrap();
    refit_backup::seal(&site.writer(), &point, &[item], None).unwrap();
    fs::write(&odd, "changed").unwrap();
    for command in commands(&site) {
        let done = shell(&command);
        assert!(done.status.success(), "{done:?}");
    }
    assert_eq!(fs::read_to_string(&odd).unwrap(), "content");
}
