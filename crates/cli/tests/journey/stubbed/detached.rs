//! A run that was left to itself: it goes on without the command that began it, is joined by
//! another one, and ends as any run.

use super::NAME;
use super::site::{Begin, Shape, StubSite};

#[test]
fn a_run_that_is_left_goes_on_is_joined_and_exported() {
    let test = "a_run_that_is_left_goes_on_is_joined_and_exported";
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };
    site.begin_again(Begin::Approved);
    let left = site.refit.json(&["run", NAME, "--detach"]);
    assert_eq!(left["state"], "running", "{left}");
    let follow = ["--format", "json", "status", NAME, "--follow"];
    let followed = site.refit.expect(0, &follow).stdout;
    assert_eq!(site.refit.json(&["status", NAME])["state"], "done");

    let file = site.refit.state_folder().join("exported.jsonl");
    let path = file.to_str().unwrap();
    site.refit.expect(0, &["journal", "export", NAME, "--output", path]);
    let exported = std::fs::read_to_string(&file).unwrap();
    // What was recorded before it was joined is not told again.
    assert!(exported.ends_with(&followed), "{followed}\n---\n{exported}");
    site.refit.expect(0, &["journal", "verify", "--file", path]).telling(&["is whole"]);
    std::fs::write(&file, exported.replacen("\"attempt\":1", "\"attempt\":2", 1)).unwrap();
    site.refit.expect(1, &["journal", "verify", "--file", path]).telling(&["damaged at event"]);

    site.refit.json(&["rollback", NAME, "--detach"]);
    site.refit.expect(7, &follow);
    assert_eq!(site.refit.json(&["status", NAME])["state"], "rolled back");
}
