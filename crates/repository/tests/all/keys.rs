//! Custody of keys.

use std::sync::Arc;

use refit_repository::{Access, Repository, RepositoryError, Unwatched};

use crate::site::{Site, key};

#[test]
fn a_second_person_holds_a_key_and_the_last_one_stays() {
    let site = Site::new();
    let repository = site.create();
    let only = repository.keys().unwrap();
    let [first] = only.as_slice() else { panic!("{only:?}") };
    assert!(first.in_use && first.holder == "tester" && !first.added.is_empty(), "{first:?}");
    let error = repository.remove_key(&first.id).unwrap_err();
    assert!(error.to_string().contains("the last key"), "{error}");

    let second = repository.add_key(&key("second"), "B. Second").unwrap();
    assert_eq!(repository.keys().unwrap().len(), 2);
    let error = repository.remove_key(&first.id).unwrap_err();
    assert!(error.to_string().contains("in use now"), "{error}");
    let error = repository.remove_key("no such").unwrap_err();
    assert!(matches!(error, RepositoryError::Key(_)), "{error}");
    drop(repository);

    let folder = site.path("repository");
    let open =
        |text: &str| Repository::open(&folder, &key(text), Access::Alone, Arc::new(Unwatched));
    let theirs = open("second").unwrap();
    assert!(theirs.keys().unwrap().iter().any(|key| key.in_use && key.id == second.id));
    theirs.remove_key(&first.id[..8]).unwrap();
    drop(theirs);
    let error = site.open(Access::Shared).unwrap_err();
    assert!(matches!(error, RepositoryError::WrongKey(_)), "{error}");
    open("second").unwrap();
}
