//! Small servers that misbehave, for one connection or a few.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a client may wait for a fake that answers.
pub fn soon() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

/// What is done with one connection.
pub type Serve = Box<dyn FnOnce(TcpStream) + Send>;

/// A server in this process. Joined when dropped, so that its failure is seen.
pub struct Fake {
    pub address: String,
    thread: Option<JoinHandle<()>>,
}

impl Fake {
    /// Serves one connection with `serve`.
    pub fn serve(serve: impl FnOnce(TcpStream) + Send + 'static) -> Self {
        Self::serve_each(vec![Box::new(serve)])
    }

    /// Serves one connection after another, each with its own.
    pub fn serve_each(serve: Vec<Serve>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let thread = thread::spawn(move || {
            for serve in serve {
                let (stream, _) = listener.accept().unwrap();
                let limit = Some(Duration::from_secs(20));
                stream.set_read_timeout(limit).unwrap();
                stream.set_write_timeout(limit).unwrap();
                serve(stream);
            }
        });
        Self { address, thread: Some(thread) }
    }

    /// Waits for the first bytes, answers with `answer`, and closes.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::serve(move |mut stream| {
            read_some(&mut stream);
            write(&mut stream, &answer);
        })
    }

    /// Sends `bytes` over and over until the client has enough.
    pub fn endless(beginning: &'static [u8], bytes: &'static [u8]) -> Self {
        Self::serve(move |mut stream| {
            write(&mut stream, beginning);
            let many = bytes.repeat(1_000);
            while write(&mut stream, &many) {}
        })
    }

    /// Sends `beginning`, then one byte after another, slowly, until the client has enough.
    pub fn dripping(beginning: &'static [u8], drop: u8) -> Self {
        Self::serve(move |mut stream| {
            write(&mut stream, beginning);
            while write(&mut stream, &[drop]) {
                thread::sleep(Duration::from_millis(20));
            }
        })
    }

    /// Says nothing until the client goes.
    pub fn silent() -> Self {
        Self::serve(|mut stream| while read_some(&mut stream) > 0 {})
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let result = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            assert!(!matches!(result, Some(Err(_))), "the fake server failed");
        }
    }
}

/// Reads once; how much. A connection that broke has nothing more.
pub fn read_some(stream: &mut TcpStream) -> usize {
    stream.read(&mut [0; 4096]).unwrap_or_default()
}

/// Writes; false once the client has gone.
pub fn write(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).is_ok()
}
