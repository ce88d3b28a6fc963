//! Damage in a repository is named, and nothing is given back from it.

use std::fs;
use std::path::Path;

use refit_repository::{Access, RepositoryError};

use crate::site::{Site, largest, owner};

fn spoil(file: &Path, how: impl Fn(&mut Vec<u8>)) {
    let mut content = fs::read(file).unwrap();
    how(&mut content);
    // The files of a repository can only be read.
    fs::remove_file(file).unwrap();
    fs::write(file, content).unwrap();
}

#[test]
fn a_damaged_pack_is_named_and_nothing_is_written() {
    type Spoil = fn(&mut Vec<u8>);
    let spoilers: [(&str, Spoil); 3] = [
        ("flipped", |content| {
            let middle = content.len() / 2;
            content[middle] ^= 1;
        }),
        ("torn", |content| content.truncate(content.len() - 1)),
        ("emptied", Vec::clear),
    ];
    for (what, how) in spoilers {
        let site = Site::new();
        let repository = site.create();
        let (kept, _) = repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
        let pack = largest(&site.path("repository").join("data"));
        spoil(&pack, how);
        let name = pack.file_name().unwrap().to_str().unwrap()[..8].to_owned();
        let problems = repository.check(true).unwrap().problems;
        assert!(problems.iter().any(|problem| problem.contains(&name)), "{what}: {problems:?}");
        let error = repository.fetch(&site.reader(), &kept, &site.path("back")).unwrap_err();
        assert!(matches!(error, RepositoryError::Damaged { .. }), "{what}: {error}");
        assert!(error.to_string().contains(&name), "{what}: {error}");
        assert!(!site.path("back").exists(), "{what}");
    }
}

#[test]
fn missing_and_spoiled_descriptions_are_told() {
    for part in ["index", "snapshots", "config", "keys"] {
        let site = Site::new();
        let repository = site.create();
        repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
        drop(repository);
        let path = site.path("repository").join(part);
        let file = if path.is_dir() { largest(&path) } else { path };
        spoil(&file, |content| {
            let middle = content.len() / 2;
            content[middle] ^= 1;
        });
        let told = site.open(Access::Shared).and_then(|repository| repository.check(true));
        let problems = told.map_or_else(|error| vec![error.to_string()], |told| told.problems);
        assert!(!problems.is_empty(), "{part}");
        let told = problems.join("; ");
        assert!(told.len() < 300 && !told.contains('\n'), "{part}: {told}");
        println!("{part}: {told}");
    }
}
