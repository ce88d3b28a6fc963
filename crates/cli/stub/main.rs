//! A STUB of a broker, for tests that stop and start one thousands of times. No broker: it holds no
//! messages. It stands where `java` stands in a Java home, so that the vendor's own start script
//! starts it, and it does what tells a broker from outside: it runs with the arguments of one,
//! locks the store, listens at the connectors of its `activemq.xml`, and greets there as OpenWire
//! brokers do, with the version of the jar in its home.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use rustix::fs::{FlockOperation, fcntl_lock};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "-version") {
        eprintln!("openjdk version \"17.0.1\" 2021-10-19 (a stub)");
        return ExitCode::SUCCESS;
    }
    match serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the stub ends: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &[String]) -> io::Result<()> {
    let folder = |name: &str| {
        let prefix = format!("-D{name}=");
        let found = arguments.iter().find_map(|argument| argument.strip_prefix(&prefix));
        found.map(PathBuf::from).ok_or_else(|| io::Error::other(format!("{prefix} is missing")))
    };
    let version = version(&folder("activemq.home")?)?;
    let data = folder("activemq.data")?;
    let store = data.join("kahadb");
    fs::create_dir_all(&store)?;
    let mut log = OpenOptions::new().create(true).append(true).open(data.join("activemq.log"))?;
    writeln!(log, "a stub of {version} starts")?;
    let lock = OpenOptions::new().create(true).append(true).open(store.join("lock"))?;
    fcntl_lock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    let read = |name: &str| fs::read_to_string(folder("activemq.conf")?.join(name));
    let ports = addresses(&read("activemq.xml")?).into_iter().chain(console(&read("jetty.xml")?));
    let listeners = ports.map(TcpListener::bind).collect::<io::Result<Vec<_>>>()?;
    // What a broker writes to its store: here one line for each start, whole, because tests wait
    // for it and write over it.
    let mut starts = OpenOptions::new().create(true).append(true).open(store.join("starts"))?;
    starts.write_all(format!("{version}\n").as_bytes())?;
    let greeting = greeting(&version);
    thread::scope(|scope| {
        for listener in &listeners {
            let greeting = &greeting;
            scope.spawn(move || {
                for client in listener.incoming().flatten() {
                    scope.spawn(move || greet(client, greeting));
                }
            });
        }
    });
    drop(lock);
    Ok(())
}

fn version(home: &Path) -> io::Result<String> {
    let names = fs::read_dir(home.join("lib"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let version = names.filter_map(|name| {
        Some(name.strip_prefix("activemq-broker-")?.strip_suffix(".jar")?.into())
    });
    version.last().ok_or_else(|| io::Error::other("no jar tells the version"))
}

/// `HOST:PORT` of each transport connector.
fn addresses(configuration: &str) -> Vec<String> {
    let connectors = configuration.split("<transportConnector ").skip(1);
    let uris = connectors.filter_map(|text| text.split("uri=\"").nth(1)?.split('"').next());
    let addresses = uris.filter_map(|uri| uri.split("://").nth(1)?.split('?').next());
    addresses.map(str::to_owned).collect()
}

/// `HOST:PORT` of the console.
fn console(configuration: &str) -> Option<String> {
    let value = |name: &str| {
        let after = configuration.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
        after.split('"').next()
    };
    Some(format!("{}:{}", value("host")?, value("port")?))
}

/// `WireFormatInfo`, encoded loosely, with name and version of the provider.
fn greeting(version: &str) -> Vec<u8> {
    let mut map = 2_i32.to_be_bytes().to_vec();
    for (name, value) in [("ProviderName", "ActiveMQ"), ("ProviderVersion", version)] {
        for (mark, text) in [(None, name), (Some(9), value)] {
            map.extend(mark);
            map.extend(u16::try_from(text.len()).unwrap_or(0).to_be_bytes());
            map.extend(text.as_bytes());
        }
    }
    let mut body = b"\x01ActiveMQ".to_vec();
    body.extend(12_i32.to_be_bytes());
    body.push(1);
    body.extend(u32::try_from(map.len()).unwrap_or(0).to_be_bytes());
    body.extend(map);
    let mut frame = u32::try_from(body.len()).unwrap_or(0).to_be_bytes().to_vec();
    frame.extend(body);
    frame
}

/// Greets, and keeps the connection until the client goes.
fn greet(mut client: TcpStream, greeting: &[u8]) {
    if client.write_all(greeting).is_ok() {
        let mut heard = [0; 512];
        while client.read(&mut heard).is_ok_and(|length| length > 0) {}
    }
}
