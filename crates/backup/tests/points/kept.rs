//! What a restore point keeps, and whose it is.

use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};

use refit_backup::{BackupError, restore, seal, take};

use crate::picture::picture;
use crate::site::{Site, has_attributes, is_root};

#[test]
fn what_was_taken_comes_back_and_what_was_there_is_kept_aside() {
    let site = Site::new();
    site.take_and_seal();
    let verified = site.verify().unwrap();
    assert_eq!(verified.run().unwrap().as_str(), "run");

    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    fs::remove_dir(site.path("conf").join("empty")).unwrap();
    assert_eq!(site.restore(&verified).unwrap(), [""; 0]);

    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
    let mode = fs::metadata(site.path("conf").join("empty")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o2750);
    assert_eq!(fs::read_to_string(site.path("aside").join("env")).unwrap(), "HEAP=2G\n");
}

#[test]
fn everything_that_a_file_system_holds_comes_back() {
    let test = "everything_that_a_file_system_holds_comes_back";
    if !has_attributes(test) {
        return;
    }
    if !is_root() {
        refit_demo::tell_skipped(&format!("{test} (part)"), "root, for owners and devices");
    }
    let site = Site::rich();
    let before = picture(&site.path_buf("conf"));
    site.take_and_seal();
    assert_eq!(picture(&site.path_buf("point/conf")), before, "the copy");
    let verified = site.verify().unwrap();
    fs::remove_dir_all(site.path("conf")).unwrap();
    site.restore(&verified).unwrap();
    assert_eq!(picture(&site.path_buf("conf")), before, "what was restored");
    let telling = before.join("\n");
    for part in ["posix_acl_access", "user.note", "sparse true", "sparse false", "987654321"] {
        assert!(telling.contains(part), "{part} is among what was compared: {telling}");
    }
    assert!(!is_root() || telling.contains("security.capability"));
}

#[test]
fn a_file_of_more_than_four_gibibytes_with_holes_does_not_grow() {
    let site = Site::new();
    let large = site.path_buf("conf/large");
    let file = fs::File::create(&large).unwrap();
    file.set_len((4 << 30) + (1 << 20)).unwrap();
    file.write_at(b"beyond four gibibytes", (4 << 30) + 12_345).unwrap();
    drop(file);
    take(&site.writer(), &site.point(), &site.items()).unwrap();
    seal(&site.writer(), &site.point(), &site.items(), None).unwrap();
    let verified = site.verify().unwrap();
    fs::remove_file(&large).unwrap();
    site.restore(&verified).unwrap();
    let found = fs::metadata(&large).unwrap();
    assert_eq!(found.size(), (4 << 30) + (1 << 20));
    assert!(found.blocks() * 512 < 1 << 20, "{} blocks", found.blocks());
    let mut part = [0; 21];
    fs::File::open(&large).unwrap().read_exact_at(&mut part, (4 << 30) + 12_345).unwrap();
    assert_eq!(&part, b"beyond four gibibytes");
}

#[test]
fn a_file_that_lost_its_holes_is_told() {
    let site = Site::new();
    let path = site.path_buf("conf/holes");
    fs::File::create(&path).unwrap().set_len(40 << 20).unwrap();
    site.take_and_seal();
    let copy = site.path_buf("point/conf/holes");
    let time = fs::metadata(&copy).unwrap().modified().unwrap();
    let file = fs::File::options().write(true).open(&copy).unwrap();
    file.write_all_at(&vec![0; 40 << 20], 0).unwrap();
    file.set_modified(time).unwrap();
    let error = site.verify().unwrap_err().to_string();
    assert!(error.contains("conf/holes has no holes any more"), "{error}");
}

#[test]
fn restoring_twice_gives_the_same() {
    let site = Site::new();
    site.take_and_seal();
    let verified = site.verify().unwrap();
    for _ in 0..2 {
        fs::remove_file(site.path("env")).unwrap();
        site.restore(&verified).unwrap();
        assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
    }
}

#[test]
fn an_interrupted_restoring_is_gone_on_with() {
    let site = Site::new();
    site.take_and_seal();
    let verified = site.verify().unwrap();
    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    fs::create_dir(site.path("aside")).unwrap();
    // As if it had been killed between the two moves, after a copy that was torn.
    fs::rename(site.path("env"), site.path("aside").join("env")).unwrap();
    fs::write(site.path("env.refit-restoring"), "HEAP=").unwrap();
    site.restore(&verified).unwrap();
    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
    assert_eq!(fs::read_to_string(site.path("aside").join("env")).unwrap(), "HEAP=2G\n");
    assert!(!site.path_buf("env.refit-restoring").exists());
}

#[test]
fn another_run_cannot_restore_it() {
    let mut site = Site::new();
    site.take_and_seal();
    let verified = site.verify().unwrap();
    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    site.hand_over("other");
    let error = site.restore(&verified).unwrap_err();
    assert!(matches!(error, BackupError::Foreign { .. }), "{error}");
    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=2G\n");
}

#[test]
fn an_item_goes_back_to_its_own_place_alone() {
    let site = Site::new();
    site.take_and_seal();
    let verified = site.verify().unwrap();
    let mut items = site.items();
    items[1].path = site.path("elsewhere");
    let error = restore(&site.writer(), &verified, &items, &site.path("aside")).unwrap_err();
    assert!(error.to_string().contains("env was taken from"), "{error}");
    assert!(!site.path_buf("elsewhere").exists());
}

#[test]
fn a_point_is_never_overwritten() {
    let site = Site::new();
    site.take_and_seal();
    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    take(&site.writer(), &site.point(), &site.items()).unwrap();
    let kept = fs::read_to_string(site.path("point").join("env")).unwrap();
    assert_eq!(kept, "HEAP=1G\n");
}

#[test]
fn an_unsealed_point_cannot_be_verified() {
    let site = Site::new();
    take(&site.writer(), &site.point(), &site.items()).unwrap();
    assert!(matches!(site.verify(), Err(BackupError::Unsealed(_))));
    // A copy that was never compared counts as none.
    fs::rename(site.path("point").join("env"), site.path("point").join("env.unchecked")).unwrap();
    fs::write(site.path("point").join("env.unchecked"), "torn").unwrap();
    take(&site.writer(), &site.point(), &site.items()).unwrap();
    seal(&site.writer(), &site.point(), &site.items(), None).unwrap();
    let verified = site.verify().unwrap();
    assert_eq!(fs::read_to_string(verified.at().join("env")).unwrap(), "HEAP=1G\n");
}

#[test]
fn manifests_of_before_are_still_read() {
    let site = Site::new();
    site.take_and_seal();
    let path = site.path_buf("point/ENTRIES.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    // Before, there were only entries, none for a folder as a whole, and no checksums.
    let old = lines[1..lines.len() - 1]
        .iter()
        .filter(|line| !line.contains("\"path\":\"\",\"kind\":\"folder"));
    let old: Vec<_> = old.map(|line| line.rsplit_once('\t').unwrap().0).collect();
    assert_eq!(old.len(), 4, "{old:?}");
    fs::write(&path, old.join("\n") + "\n").unwrap();
    let verified = site.verify().unwrap();
    assert_eq!(verified.run(), None);
    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    site.restore(&verified).unwrap();
    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
}
