//! Keeping, fetching, forgetting, pruning.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use refit_repository::{Access, Repository, RepositoryError, Unwatched};

use crate::site::{KEY, Site, key, owner};

#[test]
fn what_is_kept_comes_back_verified() {
    let site = Site::new();
    let repository = site.create();
    let verified = site.verified("run-1");
    let (kept, new) = repository.keep(&verified, &owner("run-1")).unwrap();
    assert!(new);
    assert_eq!((kept.run.as_str(), kept.point.as_str()), ("run-1", "a"));
    let (again, new) = repository.keep(&verified, &owner("run-1")).unwrap();
    assert!(!new, "what is kept already is left as it is");
    assert_eq!(again, kept);
    assert_eq!(repository.kept().unwrap(), std::slice::from_ref(&kept));

    let back = site.path("back");
    let fetched = repository.fetch(&site.reader(), &kept, &back).unwrap();
    assert_eq!(fetched.run().unwrap().as_str(), "run-1");
    let sparse = fs::metadata(back.join("home/sparse")).unwrap();
    assert_eq!(sparse.size(), 40 << 20);
    assert!(sparse.blocks() * 512 < 1 << 20, "{} blocks", sparse.blocks());
    assert_eq!(fs::metadata(back.join("home/again")).unwrap().nlink(), 2);
    let error = repository.fetch(&site.reader(), &kept, &back).unwrap_err();
    assert!(matches!(error, RepositoryError::NotEmpty(_)), "{error}");
    assert!(repository.check(true).unwrap().problems.is_empty());
}

#[test]
fn a_second_run_costs_little_and_forgetting_gives_room_back() {
    let site = Site::new();
    let repository = site.create();
    let (first, _) = repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
    let one = repository.prune(false).unwrap().before_bytes;
    fs::write(site.path("home").join("store"), vec![7; 3_000_000]).unwrap();
    site.take(&site.path("run-2"));
    let (second, _) = repository.keep(&site.verified("run-2"), &owner("run-2")).unwrap();
    let two = repository.prune(false).unwrap();
    assert!(two.before_bytes < one + one / 10, "{one} {two:?}");
    drop(repository);

    let repository = site.open(Access::Alone).unwrap();
    repository.forget(std::slice::from_ref(&first)).unwrap();
    assert_eq!(repository.kept().unwrap(), std::slice::from_ref(&second));
    let planned = repository.prune(false).unwrap();
    let done = repository.prune(true).unwrap();
    assert!(!planned.applied && done.applied);
    assert_eq!(planned.freed_bytes, done.freed_bytes);
    assert!(done.freed_bytes > one / 2, "{done:?}");
    assert_eq!(repository.prune(false).unwrap().freed_bytes, 0);
    assert!(repository.check(true).unwrap().problems.is_empty());
    repository.fetch(&site.reader(), &second, &site.path("back")).unwrap();
}

#[test]
fn wrong_places_and_keys_are_told() {
    let site = Site::new();
    let missing = site.open(Access::Shared).unwrap_err();
    assert!(matches!(missing, RepositoryError::Missing(_)), "{missing}");
    drop(site.create());
    let folder = site.path("repository");
    let wrong = Repository::open(
        &folder,
        &key("a key of nobody 5e1f"),
        Access::Shared,
        Arc::new(Unwatched),
    );
    let error = wrong.unwrap_err();
    assert!(matches!(error, RepositoryError::WrongKey(_)), "{error}");
    assert!(!error.to_string().contains("5e1f"), "{error}");
    let again = Repository::create(&folder, &key(KEY), "tester", Arc::new(Unwatched)).unwrap_err();
    assert!(matches!(again, RepositoryError::NotEmpty(_)), "{again}");
}

#[test]
fn a_repository_that_was_not_finished_is_made_anew_and_a_damaged_one_is_not() {
    let site = Site::new();
    drop(site.create());
    let folder = site.path("repository");
    fs::remove_file(folder.join("config")).unwrap();
    let repository = site.create();
    assert_eq!(repository.keys().unwrap().len(), 1, "the key of the first attempt is gone");
    repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
    drop(repository);
    fs::remove_file(folder.join("config")).unwrap();
    let again = Repository::create(&folder, &key(KEY), "tester", Arc::new(Unwatched)).unwrap_err();
    assert!(matches!(again, RepositoryError::NotEmpty(_)), "{again}");
    assert!(folder.join("keys").is_dir());
}

#[test]
fn nobody_prunes_while_somebody_keeps() {
    let site = Site::new();
    let keeping = site.create();
    drop(keeping);
    let keeping = site.open(Access::Shared).unwrap();
    let error = site.open(Access::Alone).unwrap_err();
    assert!(matches!(error, RepositoryError::Busy { .. }), "{error}");
    site.open(Access::Shared).unwrap();
    drop(keeping);
    fs::create_dir_all(site.path("repository").join("locks")).unwrap();
    fs::write(site.path("repository").join("locks/of-restic"), "").unwrap();
    let error = site.open(Access::Alone).unwrap_err();
    assert!(error.to_string().contains("in use by restic"), "{error}");
}
