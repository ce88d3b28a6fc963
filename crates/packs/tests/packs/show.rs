//! What `refit packs show` prints, word for word, for a small pack.

use crate::common::PackFiles;

#[test]
fn the_small_pack_as_text() {
    let description = PackFiles::valid().load().unwrap().describe();
    insta::assert_snapshot!(description.to_text());
}

#[test]
fn the_summary_in_one_line() {
    let summary = PackFiles::valid().load().unwrap().summary();
    assert_eq!(summary.platform, "demo");
    assert_eq!(summary.title, "Demo Broker");
    assert_eq!(summary.versions, "1.0.0 to 2.0.0");
    assert!(summary.digest.starts_with("sha256:"));
}
