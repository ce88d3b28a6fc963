//! `refit backup`: restore points of a real run, and repositories of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::refit::Refit;
use crate::site::{NAME, Site};

#[test]
fn keys_are_in_custody_and_mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let refit = Refit::in_folder(folder.path());
    let place = ["--repository", "repository", "--key-file", "own.key"];
    let with = |words: &[&str]| owned(&[&["backup"], words, &place].concat());
    refit.expect(1, &with(&["kept"])).telling(&["cannot be read"]);

    refit.expect(0, &with(&["init"])).telling(&["the new key file own.key opens it"]);
    let mode = fs::metadata(at("own.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let key = fs::read_to_string(at("own.key")).unwrap().trim().to_owned();
    assert_eq!(key.len(), 64);
    let refit = refit.keeping(vec![key]);
    refit.expect(2, &with(&["init"])).telling(&["is not empty"]);
    refit.expect(0, &with(&["kept"])).telling(&["Nothing is kept"]);
    refit.expect(0, &with(&["check", "--read-data"])).telling(&["every byte was read"]);
    refit.expect(2, &with(&["forget"])).telling(&["--keep-last"]);
    refit.expect(0, &with(&["forget", "--keep-last", "0", "--apply"]));
    refit.expect(0, &with(&["prune", "--apply"])).telling(&["is needed"]);
    refit.expect(4, &with(&["fetch", "--into", "back"])).telling(&["nothing is kept"]);

    refit.expect(0, &["backup", "key", "new", "second.key"]);
    refit.expect(1, &["backup", "key", "new", "second.key"]).telling(&["cannot be made"]);
    let wrong = ["backup", "kept", "--repository", "repository", "--key-file", "second.key"];
    refit.expect(2, &wrong).telling(&["the key does not open"]);
    let add = ["key", "add", "--new-key-file", "second.key", "--holder", "B. Second"];
    refit.expect(0, &with(&add)).telling(&["B. Second"]);
    refit.expect(0, &wrong).telling(&["Nothing is kept"]);
    let keys = refit.json(&[&["backup", "key", "list"][..], &place].concat());
    let own = keys.as_array().unwrap().iter().find(|key| key["in_use"] == true).unwrap();
    let id = own["id"].as_str().unwrap();
    refit.expect(2, &with(&["key", "remove", id])).telling(&["in use now"]);
    let by_second = ["--repository", "repository", "--key-file", "second.key"];
    refit.expect(0, &[&["backup", "key", "remove", id][..], &by_second].concat());
    refit.expect(2, &with(&["kept"])).telling(&["the key does not open"]);
    let last = refit.json(&[&["backup", "key", "list"][..], &by_second].concat());
    let id = last[0]["id"].as_str().unwrap();
    let done = refit.expect(2, &[&["backup", "key", "remove", id][..], &by_second].concat());
    done.telling(&["the last key"]);

    fs::set_permissions(at("second.key"), fs::Permissions::from_mode(0o644)).unwrap();
    refit.expect(1, &wrong).telling(&["can be read by others"]);
    let nowhere = ["backup", "kept", "--repository", "nowhere", "--key-file", "own.key"];
    refit.expect(2, &nowhere).telling(&["holds no repository"]);
    let inside = ["backup", "init", "--repository", ".", "--key-file", "own.key"];
    refit.expect(2, &inside).telling(&["in the repository that it opens"]);
}

#[test]
fn restore_points_of_a_run_are_kept_and_come_back() {
    let Some(site) = Site::make("restore_points_of_a_run_are_kept_and_come_back") else {
        return;
    };
    let refit = &site.refit;
    refit.expect(0, &["backup", "list", NAME]).telling(&["no restore point"]);
    site.approve();
    refit.expect(0, &["run", NAME]);
    refit.expect(0, &["backup", "list", NAME]).telling(&["a of the run", "b of the run"]);
    let verified = refit.expect(0, &["backup", "verify", NAME]);
    verified.telling(&["every byte as recorded"]);

    let at = |name: &str| site.root().join(name).display().to_string();
    let (repository, key) = (at("kept"), at("kept.key"));
    let place = ["--repository", repository.as_str(), "--key-file", key.as_str()];
    let with = |words: &[&str]| owned(&[&["backup"], words, &place].concat());
    refit.expect(0, &with(&["init"]));
    refit.expect(0, &with(&["keep", NAME])).telling(&["is kept, and was compared"]);
    refit.expect(0, &with(&["keep", NAME])).telling(&["was kept before"]);
    refit.expect(0, &with(&["check", "--read-data"])).telling(&["every byte was read"]);
    let stays = refit.expect(0, &with(&["forget", "--keep-last", "0", "--apply"]));
    stays.telling(&["stays: the run is"]);
    let back = at("back");
    refit.expect(0, &with(&["fetch", "--into", &back])).telling(&["verified"]);
    assert!(Path::new(&back).join("a/home/conf/activemq.xml").is_file());
    assert!(Path::new(&back).join("b/README.txt").is_file());

    // A restore point that is damaged is told, and not kept.
    let listed = refit.json(&["backup", "list", NAME]);
    let a = listed.as_array().unwrap().iter().find(|point| point["point"] == "a").unwrap();
    let file = Path::new(a["path"].as_str().unwrap()).join("home/conf/activemq.xml");
    let mut content = fs::read(&file).unwrap();
    content[10] ^= 1;
    fs::write(&file, content).unwrap();
    let damaged = refit.expect(1, &["backup", "verify", NAME]);
    damaged.telling(&["DAMAGED", "home/conf/activemq.xml has another content"]);
    refit.expect(1, &with(&["keep", NAME])).telling(&["home/conf/activemq.xml"]);
    site.refit.keeps_its_secrets();
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
