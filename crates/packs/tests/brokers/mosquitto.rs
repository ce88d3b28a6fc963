//! Mosquitto: of 1.6 before, and the installed one after.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::mqtt::{Client, REFUSED};
use crate::process::Running;
use crate::support::{Case, Settled, folder, free_ports, installed, version_of};

const BROKER: &str = "/usr/sbin/mosquitto";
const HASHES: &str = "/usr/bin/mosquitto_passwd";
/// What the package makes the broker start with, and the file with everything in it.
const SHORT: &str = "/etc/mosquitto/mosquitto.conf";
const FULL: &str = "/usr/share/doc/mosquitto/examples/mosquitto.conf";

/// What the package of before had for `SHORT`, made up.
const OLD_SHORT: &str = "\
# Put your own files into the folder at the end
pid_file /var/run/mosquitto.pid
persistence true
persistence_location /var/lib/mosquitto/
log_dest file /var/log/mosquitto/mosquitto.log
include_dir /etc/mosquitto/conf.d
";

const SITE_ACL: &str = "\
# the plant
user amy
topic readwrite plant/#

user bob
topic read plant/#
";

#[test]
fn a_short_file_of_1_6_opens_its_listeners_for_its_users() {
    let (Some(broker), Some(hashes), Some(new)) =
        (installed(BROKER), installed(HASHES), installed(SHORT))
    else {
        return;
    };
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let [port, limited] = free_ports();
    fs::create_dir(at("store")).unwrap();
    fs::create_dir(at("more")).unwrap();
    users(&hashes, &at("users"));
    let written = fs::read_to_string(at("users")).unwrap();
    fs::write(at("users"), of_site("passwd", &written)).unwrap();
    fs::write(at("acl"), of_site("acl", SITE_ACL)).unwrap();
    let site = short_site(folder.path(), port, limited);
    let (version, new) = (version_of(&broker, "-h"), fs::read_to_string(new).unwrap());
    let case = Case {
        file: ("mosquitto", "mosquitto.conf"),
        versions: ("1.6.9", &version),
        base: Some(OLD_SHORT),
        new: Some(&new),
        site: &site,
    };

    let unsettled = start(&broker, folder.path(), "before.conf", &site);
    let (status, printed) = unsettled.ended();
    assert!(!status.success() && printed.contains("store_clean_interval"), "{printed}");

    let settled = case.settle();
    let mut running = start(&broker, folder.path(), "settled.conf", &settled.text);
    running.wait_for("a listener", || TcpStream::connect(("127.0.0.1", port)).ok());
    asks_for_names(port);
    only_what_the_list_permits(port);
    at_most_one(limited);
    assert!(running.end().success());
    let written = |name: &str| fs::metadata(at(name)).is_ok_and(|file| file.len() > 0);
    assert!(written("store/mosquitto.db"), "the store is where the site has it");
    assert!(written("broker.log"), "the log is where the site has it");
}

fn short_site(folder: &Path, port: u16, limited: u16) -> String {
    let folder = folder.display();
    format!(
        "\
# Put your own files into the folder at the end
pid_file {folder}/broker.pid
# root, so that the files of this folder can be read
user root
persistence true
persistence_location {folder}/store/
autosave_interval 900
store_clean_interval 10
log_dest file {folder}/broker.log
log_type all
message_size_limit 1000
allow_anonymous false
password_file {folder}/users
acl_file {folder}/acl
# the line
listener {port} 127.0.0.1
# the panel in the hall
listener {limited} 127.0.0.1
max_connections 1
include_dir {folder}/more
"
    )
}

fn users(hashes: &Path, file: &Path) {
    fs::write(file, "").unwrap();
    for (user, password) in [("amy", "first pass"), ("bob", "second")] {
        let mut command = Command::new(hashes);
        let done = command.arg("-b").arg(file).args([user, password]).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}

fn start(broker: &Path, folder: &Path, name: &str, text: &str) -> Running {
    let file: PathBuf = folder.join(name);
    fs::write(&file, text).unwrap();
    Running::start(Command::new(broker).arg("-c").arg(&file), &folder.join("printed"))
}

fn asks_for_names(port: u16) {
    let refused = |user| Client::connect(port, "x", user).unwrap().err().unwrap();
    assert!(REFUSED.contains(&refused(None)), "nobody without a name");
    assert!(REFUSED.contains(&refused(Some(("amy", "second")))), "nobody with a wrong password");
}

fn only_what_the_list_permits(port: u16) {
    let connect = |id, user| Client::connect(port, id, Some(user)).unwrap().ok().unwrap();
    let mut amy = connect("a", ("amy", "first pass"));
    let mut bob = connect("b", ("bob", "second"));
    amy.subscribe("#");
    bob.publish("plant/1", b"bob may only read");
    amy.publish("office/1", b"amy may not speak here");
    amy.publish("plant/1", &[b'x'; 2000]);
    amy.publish("plant/1", b"good");
    assert_eq!(amy.hear(), ("plant/1".to_owned(), b"good".to_vec()), "the first that is heard");
}

fn at_most_one(port: u16) {
    let connect = |id| Client::connect(port, id, Some(("amy", "first pass")));
    let first = connect("c").unwrap();
    assert!(first.is_ok());
    assert!(connect("d").is_err(), "a second connection is closed without an answer");
}

/// The site's own few lines, and the vendor's full file as the skeleton.
#[test]
fn a_file_by_hand_opens_what_it_opened_and_says_what_it_no_longer_permits() {
    let (Some(broker), Some(new)) = (installed(BROKER), installed(FULL)) else {
        return;
    };
    let folder = folder();
    let [port] = free_ports();
    let site = format!("bind_address 127.0.0.1\nport {port}\nuser root\nmax_inflight_messages 7\n");
    let settled = full(&broker, &new, &site);
    let told = settled.remarks_about("allow_anonymous");
    assert!(told.contains("clients without a user name"), "{:#?}", settled.settlement.remarks);
    let mut running = start(&broker, folder.path(), "settled.conf", &settled.text);
    running.wait_for("a listener", || TcpStream::connect(("127.0.0.1", port)).ok());
    let answer = Client::connect(port, "x", None).unwrap().err();
    assert!(answer.is_some_and(|code| REFUSED.contains(&code)), "as it was told");
    assert!(running.end().success());
}

/// The vendor's full file, in which the site had switched examples on and written its own values.
#[test]
fn a_full_file_lets_in_whom_it_let_in() {
    let (Some(broker), Some(new)) = (installed(BROKER), installed(FULL)) else {
        return;
    };
    let folder = folder();
    let [port] = free_ports();
    let store = folder.path().join("store");
    fs::create_dir(&store).unwrap();
    let mut site = fs::read_to_string(&new).unwrap();
    for (example, own) in [
        ("#listener\n", format!("listener {port} 127.0.0.1\n")),
        ("#allow_anonymous false\n", "allow_anonymous true\n".to_owned()),
        ("#user mosquitto\n", "user root\n".to_owned()),
        ("#persistence false\n", "persistence true\n".to_owned()),
        ("#persistence_location\n", format!("persistence_location {}/\n", store.display())),
        ("#message_size_limit 0\n", "message_size_limit 1000\n".to_owned()),
    ] {
        assert!(site.contains(example), "the vendor's file has {example}");
        site = site.replacen(example, &own, 1);
    }
    let settled = full(&broker, &new, &site);
    let mut running = start(&broker, folder.path(), "settled.conf", &settled.text);
    running.wait_for("a listener", || TcpStream::connect(("127.0.0.1", port)).ok());
    let mut anyone = Client::connect(port, "x", None).unwrap().ok().unwrap();
    anyone.subscribe("#");
    anyone.publish("a", &[b'x'; 2000]);
    anyone.publish("a", b"small");
    assert_eq!(anyone.hear().1, b"small", "the large one is dropped");
    assert!(running.end().success());
    assert!(store.join("mosquitto.db").is_file(), "the store is where the site has it");
}

#[test]
fn an_unknown_key_is_told_before_the_broker_refuses_it() {
    let (Some(broker), Some(new)) = (installed(BROKER), installed(FULL)) else {
        return;
    };
    let folder = folder();
    let settled = full(&broker, &new, "user root\nmax_inflght_messages 7\n");
    settled.names_as_unknown("max_inflght_messages");
    let (status, printed) = start(&broker, folder.path(), "wrong.conf", &settled.text).ended();
    assert!(!status.success() && printed.contains("max_inflght_messages"), "{printed}");
}

/// Settles a file that no vendor ships.
fn of_site(file: &str, site: &str) -> String {
    let versions = ("1.6.9", "2.0.11");
    Case { file: ("mosquitto", file), versions, base: None, new: None, site }.settle().text
}

/// Settles a file with the vendor's full one; the pack finds the old one.
fn full(broker: &Path, new: &Path, site: &str) -> Settled {
    let (version, new) = (version_of(broker, "-h"), fs::read_to_string(new).unwrap());
    let case = Case {
        file: ("mosquitto", "mosquitto.conf"),
        versions: ("1.6.9", &version),
        base: None,
        new: Some(&new),
        site,
    };
    case.settle()
}
