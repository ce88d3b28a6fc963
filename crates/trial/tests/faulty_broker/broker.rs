//! The broker: one queue, kept in memory, and its mistakes.

use std::collections::VecDeque;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use refit_trial::{MonotonicClock, StompBroker};
use refit_wire::TcpConnect;
use refit_wire::stomp::Frame;

use crate::connection::serve;

/// What goes wrong. Messages are counted from 0 in the order in which the broker takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// This message is confirmed and forgotten.
    Lose(usize),
    /// This message is given twice.
    Double(usize),
    /// This message is given after the next one.
    Swap(usize),
    /// This message's body is changed.
    Damage(usize),
    /// This message is kept, but never confirmed.
    Withhold(usize),
    /// Nothing happens for so long when this message comes.
    Stall(usize, Duration),
    /// Each confirmation takes so long.
    Slow(Duration),
    /// All connections are closed when this message comes, which is kept.
    HangUp(usize),
    /// Whoever subscribes is never given anything.
    Mute,
}

/// What the broker holds, and who reads it.
#[derive(Default)]
pub struct State {
    pub mistakes: Vec<Mistake>,
    /// The only one who may log in, with the password; none lets in everyone.
    pub login: Option<(&'static str, &'static str)>,
    /// How many messages it has taken.
    pub taken: usize,
    /// What no reader has got yet.
    pub waiting: VecDeque<Frame>,
    /// A message that is held back until the next one.
    pub held_back: Option<Frame>,
    /// Who reads.
    pub readers: Vec<TcpStream>,
    pub next_reader: usize,
    /// All connections.
    pub open: Vec<TcpStream>,
    stopping: bool,
}

/// A running broker; ends when dropped.
pub struct FaultyBroker {
    pub address: String,
    state: Arc<Mutex<State>>,
    accepting: Option<JoinHandle<()>>,
}

impl FaultyBroker {
    /// A broker that makes these mistakes.
    pub fn with(mistakes: &[Mistake]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = State { mistakes: mistakes.to_vec(), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let accepting = thread::spawn(move || accept(&listener, &shared));
        Self { address, state, accepting: Some(accepting) }
    }

    /// One that holds messages with these ids already; those with `*` were delivered before.
    pub fn holding(ids: &[&str]) -> Self {
        let broker = Self::with(&[]);
        let message = |id: &&str| {
            let plain = id.trim_end_matches('*');
            let mut frame = Frame::new("MESSAGE").with("message-id", plain);
            if id.ends_with('*') {
                frame = frame.with("redelivered", "true");
            }
            frame.body = format!("body of {plain}").into_bytes();
            frame
        };
        broker.state().waiting.extend(ids.iter().map(message));
        broker
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn at(&self) -> StompBroker<'_> {
        StompBroker { connect: &TcpConnect, address: &self.address, clock: &MonotonicClock }
    }
}

impl State {
    /// Closes all connections, as a broker that ends.
    pub fn hang_up(&mut self) {
        self.readers.clear();
        for stream in self.open.drain(..) {
            // One that the client has closed already cannot be closed again.
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

impl Drop for FaultyBroker {
    fn drop(&mut self) {
        if let Ok(mut state) = self.state.lock() {
            state.stopping = true;
            state.hang_up();
        }
        // Wakes the thread that accepts.
        drop(TcpStream::connect(&self.address));
        let ended = self.accepting.take().map(JoinHandle::join);
        assert!(!matches!(ended, Some(Err(_))) || thread::panicking(), "the broker failed");
    }
}

/// Serves connections, each on a thread, until the broker ends.
fn accept(listener: &TcpListener, state: &Arc<Mutex<State>>) {
    let mut serving = Vec::new();
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        let mut held = state.lock().unwrap();
        if held.stopping {
            break;
        }
        held.open.push(stream.try_clone().unwrap());
        let shared = Arc::clone(state);
        serving.push(thread::spawn(move || serve(stream, &shared)));
    }
    for thread in serving {
        thread.join().unwrap();
    }
}
