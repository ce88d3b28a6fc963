//! As much of MQTT 3.1.1 as it takes to ask a broker who may do what.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);
/// How a broker answers a client that may not come in: wrong name, not allowed.
pub const REFUSED: [u8; 2] = [4, 5];

/// A client that is let in.
pub struct Client {
    stream: TcpStream,
}

impl Client {
    /// Comes in with a name and a password, or without; else the broker's reason.
    pub fn connect(
        port: u16,
        id: &str,
        user: Option<(&str, &str)>,
    ) -> io::Result<Result<Self, u8>> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(LIMIT))?;
        // A clean session, and whether a name and a password follow.
        let flags = if user.is_some() { 0b1100_0010 } else { 0b0000_0010 };
        let mut body = text("MQTT");
        body.extend([4, flags, 0, 60]);
        body.extend(text(id));
        if let Some((name, password)) = user {
            body.extend(text(name));
            body.extend(text(password));
        }
        stream.write_all(&packet(0x10, &body))?;
        let mut answer = [0; 4];
        stream.read_exact(&mut answer)?;
        assert_eq!(answer[..2], [0x20, 2], "an answer to the connection");
        Ok(if answer[3] == 0 { Ok(Self { stream }) } else { Err(answer[3]) })
    }

    /// Wants to hear a topic.
    pub fn subscribe(&mut self, topic: &str) {
        let mut body = vec![0, 1];
        body.extend(text(topic));
        body.push(0);
        self.stream.write_all(&packet(0x82, &body)).unwrap();
        let (kind, answer) = self.read();
        assert_eq!((kind, &answer[..]), (0x90, &[0, 1, 0][..]), "subscribed");
    }

    /// Says something; the broker does not answer.
    pub fn publish(&mut self, topic: &str, message: &[u8]) {
        let mut body = text(topic);
        body.extend(message);
        self.stream.write_all(&packet(0x30, &body)).unwrap();
    }

    /// The next thing that is heard: topic and message.
    pub fn hear(&mut self) -> (String, Vec<u8>) {
        let (kind, body) = self.read();
        assert_eq!(kind & 0xf0, 0x30, "something is heard");
        let end = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
        (String::from_utf8(body[2..end].to_vec()).unwrap(), body[end..].to_vec())
    }

    fn read(&mut self) -> (u8, Vec<u8>) {
        let (kind, mut length, mut shift) = (self.byte(), 0, 0);
        loop {
            let byte = self.byte();
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (kind, body)
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.stream.read_exact(&mut byte).unwrap();
        byte[0]
    }
}

fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    [&length.to_be_bytes(), text.as_bytes()].concat()
}

fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![kind];
    let mut rest = body.len();
    loop {
        let low = u8::try_from(rest % 128).unwrap();
        rest /= 128;
        packet.push(if rest > 0 { low | 0x80 } else { low });
        if rest == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}
