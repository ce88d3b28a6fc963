//! NATS server: gnatsd of 1.4 and a server of 2.1 before, and the installed one after.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use crate::process::Running;
use crate::support::{Case, Settled, folder, free_ports, installed, version_of};

const SERVER: &str = "/usr/sbin/nats-server";
const SHIPPED: &str = "/etc/nats-server.conf";
const LIMIT: Duration = Duration::from_secs(20);

/// What the vendor had shipped before, made up.
const OLD: &str = "# Where to listen\nhost: 127.0.0.1\nport: 4222\n";

#[test]
fn a_file_of_gnatsd_serves_its_users_at_its_place() {
    let (Some(server), Some(new)) = (installed(SERVER), installed(SHIPPED)) else {
        return;
    };
    let folder = folder();
    let [port, monitor, cluster] = free_ports();
    let site = gnatsd_site(folder.path(), port, monitor, cluster);
    let new = fs::read_to_string(new).unwrap();
    let case = Case {
        file: ("nats", "gnatsd.conf"),
        versions: ("1.4.1", &version_of(&server, "--version")),
        base: Some(OLD),
        new: Some(&new),
        site: &site,
    };
    let settled = case.settle();
    assert_eq!(settled.settlement.file, "nats-server.conf");
    let mut running = start(&server, folder.path(), &settled);
    let info = running.wait_for("a listener", || info(port).ok());
    assert!(info.contains(r#""auth_required":true"#), "{info}");
    assert!(info.contains(r#""max_payload":2222"#), "{info}");
    assert_eq!(connect(port, "amy", "wrong"), "-ERR 'Authorization Violation'");
    assert_eq!(connect(port, "amy", "first pass"), "PONG");
    for port in [monitor, cluster] {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        assert!(stream.is_ok(), "it listens on {port}");
    }
    let state = state(monitor);
    for part in ["\"max_connections\": 7,", "\"ping_interval\": 30000000000,"] {
        assert!(state.contains(part), "{part}\n{state}");
    }
    running.end();
    let log = fs::read_to_string(folder.path().join("server.log")).unwrap();
    assert!(log.contains("Listening for client connections"), "{log}");
}

fn gnatsd_site(folder: &Path, port: u16, monitor: u16, cluster: u16) -> String {
    let folder = folder.display();
    format!(
        "\
# Where to listen
listen: \"127.0.0.1:{port}\"
http: \"127.0.0.1:{monitor}\"
# small machines
max_payload: 2222
max_connections: 7
ping_interval: '30s'
logfile: \"{folder}/server.log\"
pid_file: \"{folder}/server.pid\"
PASS = \"first pass\"
authorization {{
  users = [
    {{ user: amy, password: $PASS
      permissions: {{ publish: \"plant.>\", subscribe: [\"plant.>\", \"_INBOX.>\"] }} }}
  ]
  timeout: 2
}}
cluster {{
  listen: \"127.0.0.1:{cluster}\"
}}
"
    )
}

#[test]
fn a_store_and_a_name_of_2_2_stay() {
    let (Some(server), Some(new)) = (installed(SERVER), installed(SHIPPED)) else {
        return;
    };
    let folder = folder();
    let [port] = free_ports();
    let store = folder.path().join("store");
    let site = format!(
        "host: 127.0.0.1\nport: {port}\nserver_name: yard\nmax_pending: 5MB\n\
         jetstream: {{\n  store_dir: '{}'\n  max_mem: 1MB # little\n  max_file: 10MB\n}}\n",
        store.display()
    );
    let settled = settle_of_2(&server, &new, &site);
    let mut running = start(&server, folder.path(), &settled);
    let info = running.wait_for("a listener", || info(port).ok());
    for part in [r#""server_name":"yard""#, r#""jetstream":true"#] {
        assert!(info.contains(part), "{part}\n{info}");
    }
    running.end();
    assert!(store.join("jetstream").is_dir(), "the store is where the site has it");
}

#[test]
fn an_unknown_key_is_told_before_the_server_refuses_it() {
    let (Some(server), Some(new)) = (installed(SERVER), installed(SHIPPED)) else {
        return;
    };
    let folder = folder();
    let settled = settle_of_2(&server, &new, "host: 127.0.0.1\nmax_payloads: 2222\n");
    settled.names_as_unknown("max_payloads");
    let tested = test(&server, folder.path(), &settled);
    let told = String::from_utf8_lossy(&tested.stderr).into_owned();
    assert!(!tested.status.success() && told.contains("max_payloads"), "{told}");
}

fn settle_of_2(server: &Path, new: &Path, site: &str) -> Settled {
    let (version, new) = (version_of(server, "--version"), fs::read_to_string(new).unwrap());
    let case = Case {
        file: ("nats", "nats-server.conf"),
        versions: ("2.2.0", &version),
        base: Some(OLD),
        new: Some(&new),
        site,
    };
    case.settle()
}

/// What the server says of a file without serving.
fn test(server: &Path, folder: &Path, settled: &Settled) -> Output {
    let file = folder.join("nats-server.conf");
    fs::write(&file, &settled.text).unwrap();
    Command::new(server).arg("-t").arg("-c").arg(&file).output().unwrap()
}

fn start(server: &Path, folder: &Path, settled: &Settled) -> Running {
    let tested = test(server, folder, settled);
    assert!(tested.status.success(), "{tested:?}\n{}", settled.text);
    let mut command = Command::new(server);
    command.arg("-c").arg(folder.join("nats-server.conf"));
    Running::start(&mut command, &folder.join("printed"))
}

/// How the server greets.
fn info(port: u16) -> io::Result<String> {
    let mut greeting = String::new();
    BufReader::new(open(port)?).read_line(&mut greeting)?;
    Ok(greeting)
}

/// The answer to a name and a password.
fn connect(port: u16, user: &str, password: &str) -> String {
    let mut stream = open(port).unwrap();
    let words = format!(
        "CONNECT {{\"verbose\":false,\"user\":\"{user}\",\"pass\":\"{password}\"}}\r\nPING\r\n"
    );
    stream.write_all(words.as_bytes()).unwrap();
    let lines = BufReader::new(stream).lines().map(Result::unwrap);
    lines.into_iter().find(|line| !line.starts_with("INFO")).unwrap_or_default()
}

/// What the server tells of itself.
fn state(port: u16) -> String {
    let mut stream = open(port).unwrap();
    stream.write_all(b"GET /varz HTTP/1.0\r\n\r\n").unwrap();
    let mut state = String::new();
    stream.read_to_string(&mut state).unwrap();
    state
}

fn open(port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(LIMIT))?;
    Ok(stream)
}
