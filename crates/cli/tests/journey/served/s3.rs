//! Contents in an S3-compatible store, as the configuration file says.

use refit_model::Digest;

use super::person::Outcome;
use super::site::Site;
use crate::s3_server::Server;

#[test]
fn contents_are_kept_where_the_configuration_says() {
    let test = "contents_are_kept_where_the_configuration_says";
    let (Some(store), Some(site)) = (Server::start(test), Site::new(test, None)) else { return };
    let key = site.secret("key", "hunter2\n");
    site.configure(&format!(
        "[blobs]\nendpoint = \"http://{}\"\nbucket = \"refit\"\nprefix = \"some/where\"\n\
         key_id = \"id\"\nkey = {{ file = \"{}\" }}\n",
        store.address,
        key.display()
    ));
    let mut people = site.people();
    let server = site.start();
    let case = people[0].request(&server.url);
    // Large enough to be sent in several parts.
    let content = "a broker's log\n".repeat(800_000);
    let url = format!("{}{case}/do/post-file", server.url);
    assert_eq!(people[0].send_file(&url, content.as_bytes()), Outcome::Acknowledged);
    server.kill();
    let server = site.start();
    let digits = Digest::of(content.as_bytes()).to_hex();
    let read = people[0].content(&format!("{}{case}/content/{digits}", server.url));
    assert!(read == content.as_bytes(), "it comes back");
    server.kill();
    let left: Vec<_> = std::fs::read_dir(site.contents().join("incoming")).unwrap().collect();
    assert_eq!(left.len(), 0, "nothing stays on this machine");
    assert_eq!(std::fs::read_dir(site.contents()).unwrap().count(), 1);
}
