//! Clients that take their time: past any client's own care, over real sockets.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::world::World;

/// How long anything may take, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn who_sends_a_head_byte_by_byte_is_ended_and_others_are_served() {
    let world = World::configured(|settings| settings.connections.head = Duration::from_secs(3));
    let mut kept = connect(&world);
    ask(&mut kept);
    let mut slow = connect(&world);
    slow.write_all(b"GET /healthz HTTP/1.1\r\nX: ").unwrap();
    let since = Instant::now();
    let mut drops = 0;
    while !is_ended(&mut slow) {
        assert!(since.elapsed() < PATIENCE, "it is waited for after {drops} drops");
        world.browser().get("/login").expect(200);
        drops += 1;
    }
    assert!(drops > 0, "it had its time");
    // A connection that is kept between requests has had as long, and lives on.
    ask(&mut kept);
}

fn connect(world: &World) -> TcpStream {
    let connection = TcpStream::connect(world.url.strip_prefix("http://").unwrap()).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection
}

/// Asks, and reads what is answered.
fn ask(connection: &mut TcpStream) {
    connection.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        let mut piece = [0; 1024];
        let length = connection.read(&mut piece).unwrap();
        assert!(length > 0, "no answer: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..length]);
    }
}

/// Sends the next drop; whether that comes to nothing, as the connection is ended.
fn is_ended(connection: &mut TcpStream) -> bool {
    if connection.write_all(b"x").is_err() {
        return true;
    }
    connection.set_nonblocking(true).unwrap();
    let read = connection.read(&mut [0]);
    connection.set_nonblocking(false).unwrap();
    match read {
        Ok(0) => true,
        Ok(_) => panic!("half a head is answered"),
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}
