//! Damage of every kind is found, by looking and by restoring, before anything is changed.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use refit_backup::{BackupError, restore};
use refit_model::HostPath;

use crate::site::{Site, copy_folder, has_attributes, is_root};

/// Verifies, which must fail, and gives what was told.
fn found(site: &Site, what: &str) -> String {
    match site.verify() {
        Ok(_) => panic!("{what}: not found"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_kind_of_damage_is_named() {
    type Spoil = fn(&HostPath);
    let spoilers: [(&str, Spoil); 14] = [
        ("env has another content", |point| fs::write(point.join("env"), "HEAP=9G\n").unwrap()),
        ("env has another size", |point| fs::write(point.join("env"), "").unwrap()),
        ("env is missing", |point| fs::remove_file(point.join("env")).unwrap()),
        ("conf/new was not there", |point| fs::write(point.join("conf/new"), "").unwrap()),
        ("foreign was not there", |point| fs::write(point.join("foreign"), "").unwrap()),
        ("README.txt has another content", |point| {
            fs::write(point.join("README.txt"), "rm -rf /").unwrap();
        }),
        ("SHA256SUMS is missing", |point| fs::remove_file(point.join("SHA256SUMS")).unwrap()),
        ("conf/empty has other permissions", |point| {
            let closed = fs::Permissions::from_mode(0o600);
            fs::set_permissions(point.join("conf/empty"), closed).unwrap();
        }),
        ("conf has other permissions", |point| {
            let open = fs::Permissions::from_mode(0o777);
            fs::set_permissions(point.join("conf"), open).unwrap();
        }),
        ("conf/link has another target", |point| {
            fs::remove_file(point.join("conf/link")).unwrap();
            symlink("elsewhere", point.join("conf/link")).unwrap();
        }),
        ("conf/empty has another kind", |point| {
            let moved = point.join("../moved");
            fs::rename(point.join("conf/empty"), &moved).unwrap();
            symlink(moved.as_path(), point.join("conf/empty")).unwrap();
        }),
        ("conf has another kind", |point| {
            let moved = point.join("../moved");
            fs::rename(point.join("conf"), &moved).unwrap();
            symlink(moved.as_path(), point.join("conf")).unwrap();
        }),
        ("SHA256SUMS has another kind", |point| {
            let moved = point.join("../moved");
            fs::rename(point.join("SHA256SUMS"), &moved).unwrap();
            symlink(moved.as_path(), point.join("SHA256SUMS")).unwrap();
        }),
        ("conf has another kind and another size", |point| {
            // Swapped with the other item.
            fs::rename(point.join("env"), point.join("../moved")).unwrap();
            fs::rename(point.join("conf"), point.join("env")).unwrap();
            fs::rename(point.join("../moved"), point.join("conf")).unwrap();
        }),
    ];
    for (expected, spoil) in spoilers {
        let site = Site::new();
        site.take_and_seal();
        let verified = site.verify().unwrap();
        spoil(&site.point());
        let error = found(&site, expected);
        assert!(error.contains(expected), "{expected}: {error}");
        if expected.starts_with("env") || expected.starts_with("conf") {
            nothing_is_overwritten(&site, &verified, expected);
        }
    }
}

/// Restoring what was verified before the damage came finds it too, and changes nothing.
fn nothing_is_overwritten(site: &Site, verified: &refit_backup::Verified, what: &str) {
    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    fs::write(site.path("conf").join("mine"), "now").unwrap();
    let restored = restore(&site.writer(), verified, &site.items(), &site.path("aside"));
    let error = restored.map(drop).unwrap_err();
    assert!(matches!(error, BackupError::Differs { .. } | BackupError::Host(_)), "{what}: {error}");
    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=2G\n", "{what}");
    assert_eq!(fs::read_to_string(site.path("conf").join("mine")).unwrap(), "now", "{what}");
    assert!(!site.path_buf("aside").exists(), "{what}");
}

/// Changes something in a copy.
type Spoil = fn(&Path);

#[test]
fn attributes_links_owners_and_kinds_are_compared() {
    let test = "attributes_links_owners_and_kinds_are_compared";
    if !has_attributes(test) {
        return;
    }
    let mut spoilers: Vec<(&str, Spoil)> = vec![
        ("conf/first has other attributes (user.note)", |conf| {
            xattr::set(conf.join("first"), "user.note", b"\x00binary\xfe").unwrap();
        }),
        ("conf/first has other attributes (user.note)", |conf| {
            xattr::remove(conf.join("first"), "user.note").unwrap();
        }),
        ("conf has other attributes (user.more)", |conf| {
            xattr::set(conf, "user.more", b"").unwrap();
        }),
        ("conf/tool has other permissions and other attributes", |conf| {
            xattr::remove(conf.join("tool"), "system.posix_acl_access").unwrap();
            fs::set_permissions(conf.join("tool"), fs::Permissions::from_mode(0o755)).unwrap();
        }),
        ("conf/second has other hard links", |conf| {
            let apart = conf.join("apart");
            copy_folder(&conf.join("second"), &apart);
            fs::rename(apart, conf.join("second")).unwrap();
        }),
        ("conf/pipe has another kind", |conf| {
            fs::remove_file(conf.join("pipe")).unwrap();
            let time = fs::metadata(conf.join("socket")).unwrap();
            assert!(time.size() == 0);
            fs::rename(conf.join("socket"), conf.join("pipe")).unwrap();
        }),
    ];
    if is_root() {
        spoilers.push(("conf/capable has other attributes (security.capability)", |conf| {
            xattr::remove(conf.join("capable"), "security.capability").unwrap();
        }));
        spoilers.push(("conf/link has another owner", |conf| {
            std::os::unix::fs::lchown(conf.join("link"), Some(1), Some(1)).unwrap();
        }));
    } else {
        refit_demo::tell_skipped(&format!("{test} (part)"), "root, for owners and capabilities");
    }
    for (expected, spoil) in spoilers {
        let site = Site::rich();
        site.take_and_seal();
        spoil(&site.path_buf("point/conf"));
        let error = found(&site, expected);
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_manifest_that_ends_anywhere_is_found() {
    let site = Site::new();
    site.take_and_seal();
    let path = site.path_buf("point/ENTRIES.jsonl");
    let whole = fs::read(&path).unwrap();
    let mut points = 0;
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let error = site.verify().map(drop).unwrap_err();
        assert!(matches!(error, BackupError::Manifest { .. }), "at {length}: {error}");
        points += 1;
    }
    fs::write(&path, &whole).unwrap();
    site.verify().unwrap();
    println!("manifest truncated: points {points}, found {points}");
}

#[test]
fn a_flipped_bit_anywhere_in_manifest_and_sums_is_found_with_its_line() {
    let site = Site::new();
    site.take_and_seal();
    let mut points = 0;
    for name in ["ENTRIES.jsonl", "SHA256SUMS", "README.txt"] {
        let path = site.path_buf("point").join(name);
        let whole = fs::read(&path).unwrap();
        for index in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[index] ^= 1 << (index % 8);
            fs::write(&path, &damaged).unwrap();
            let number = whole[..index].split(|byte| *byte == b'\n').count();
            match site.verify().map(drop).unwrap_err() {
                // A line feed that came, or one that went, moves what follows it.
                BackupError::Manifest { line, .. } if name == "ENTRIES.jsonl" => {
                    assert_eq!(line, number, "byte {index} of {name}");
                }
                BackupError::Damaged { differences, .. } if name != "ENTRIES.jsonl" => {
                    assert_eq!(differences, [format!("{name} has another content")]);
                }
                error => panic!("byte {index} of {name}: {error}"),
            }
            points += 1;
        }
        fs::write(&path, &whole).unwrap();
    }
    site.verify().unwrap();
    println!("bits flipped: points {points}, found {points}");
}

#[test]
fn a_flipped_bit_in_any_byte_of_a_copy_is_found() {
    let site = Site::new();
    site.take_and_seal();
    let path = site.path_buf("point/env");
    let whole = fs::read(&path).unwrap();
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    for bit in 0..whole.len() * 8 {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &damaged).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        let error = found(&site, "a bit of a copy");
        assert!(error.ends_with("env has another content"), "bit {bit}: {error}");
    }
}

#[test]
fn a_line_that_was_left_out_or_moved_is_found() {
    let site = Site::new();
    site.take_and_seal();
    let path = site.path_buf("point/ENTRIES.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    for left_out in 0..lines.len() {
        let mut fewer = lines.clone();
        fewer.remove(left_out);
        fs::write(&path, fewer.concat()).unwrap();
        assert!(matches!(site.verify(), Err(BackupError::Manifest { .. })), "{left_out}");
    }
    let mut moved = lines.clone();
    moved.swap(1, 2);
    fs::write(&path, moved.concat()).unwrap();
    assert!(matches!(site.verify(), Err(BackupError::Manifest { .. })));
}

#[test]
fn a_point_of_another_time_or_run_is_found() {
    let mut site = Site::new();
    site.take_and_seal();
    copy_folder(&site.path_buf("point"), &site.path_buf("older"));
    fs::remove_dir_all(site.path("point")).unwrap();
    fs::write(site.path("env"), "HEAP=3G\n").unwrap();
    site.hand_over("later");
    site.take_and_seal();
    // One item of the older point.
    copy_folder(&site.path_buf("older/env"), &site.path_buf("point/env"));
    assert!(found(&site, "an older item").contains("env has another content"));
    // The whole older point, which is good, and another run's.
    fs::remove_dir_all(site.path("point")).unwrap();
    fs::rename(site.path("older"), site.path("point")).unwrap();
    let verified = site.verify().unwrap();
    let error = site.restore(&verified).unwrap_err().to_string();
    assert!(error.contains("of the run run; the run later cannot restore it"), "{error}");
    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=3G\n");
}
