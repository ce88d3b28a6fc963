//! One connection of the faulty broker.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::thread;

use refit_wire::stomp::{Decoder, Frame, Limits};

use crate::broker::{Mistake, State};

/// Answers until the client goes.
pub fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let mut decoder = Decoder::new(Limits::default());
    let mut buffer = vec![0; 65_536];
    loop {
        let read = stream.read(&mut buffer).unwrap_or_default();
        if read == 0 {
            return;
        }
        decoder.push(&buffer[..read]);
        while let Some(frame) = decoder.next_frame().unwrap() {
            answer(&stream, state, &frame);
        }
    }
}

fn answer(stream: &TcpStream, state: &Mutex<State>, frame: &Frame) {
    match frame.command.as_str() {
        "CONNECT" => greet(stream, state, frame),
        "SUBSCRIBE" => {
            confirm(stream, state, frame);
            let mut state = state.lock().unwrap();
            state.readers.push(stream.try_clone().unwrap());
            state.deliver();
        }
        "SEND" if frame.header("destination") == Some("/queue/forbidden") => {
            let error = Frame::new("ERROR").with("message", "User ann is not authorized to write");
            write(stream, &error);
        }
        "SEND" => take(stream, state, frame),
        _ => confirm(stream, state, frame),
    }
}

fn greet(stream: &TcpStream, state: &Mutex<State>, frame: &Frame) {
    let login = state.lock().unwrap().login;
    let told = frame.header("login").zip(frame.header("passcode"));
    let connected = Frame::new("CONNECTED").with("version", "1.2").with("server", "Faulty/1.0");
    let refused = Frame::new("ERROR").with("message", "User name or password is invalid.");
    write(stream, if login.is_none() || login == told { &connected } else { &refused });
}

/// Takes a message, and makes the mistakes that are due.
fn take(stream: &TcpStream, state: &Mutex<State>, frame: &Frame) {
    let mut held = state.lock().unwrap();
    let number = held.taken;
    held.taken += 1;
    let mistakes = held.mistakes.clone();
    let makes = |mistake: Mistake| mistakes.contains(&mistake);
    for mistake in &mistakes {
        if let Mistake::Stall(at, how_long) = mistake
            && *at == number
        {
            // With the lock held, so that nothing at all happens.
            thread::sleep(*how_long);
        }
    }
    let mut message = Frame { command: "MESSAGE".to_owned(), ..frame.clone() };
    message.headers.retain(|(name, _)| name != "receipt");
    let mut message = message.with("message-id", format!("faulty:{number}"));
    if makes(Mistake::Damage(number)) {
        *message.body.last_mut().unwrap() ^= 1;
    }
    if makes(Mistake::Double(number)) {
        held.waiting.push_back(message.clone());
    }
    if makes(Mistake::Swap(number)) {
        held.held_back = Some(message);
    } else if !makes(Mistake::Lose(number)) {
        held.waiting.push_back(message);
        let held_back = held.held_back.take();
        held.waiting.extend(held_back);
    }
    held.deliver();
    if makes(Mistake::HangUp(number)) {
        held.hang_up();
        return;
    }
    drop(held);
    for mistake in &mistakes {
        if let Mistake::Slow(how_long) = mistake {
            thread::sleep(*how_long);
        }
    }
    if !makes(Mistake::Withhold(number)) {
        confirm(stream, state, frame);
    }
}

impl State {
    /// Gives what waits to the readers in turn.
    pub fn deliver(&mut self) {
        if self.readers.is_empty() || self.mistakes.contains(&Mistake::Mute) {
            return;
        }
        while let Some(message) = self.waiting.pop_front() {
            let reader = &self.readers[self.next_reader % self.readers.len()];
            self.next_reader += 1;
            let message = message.with("subscription", "1").with("ack", "1");
            write(reader, &message);
        }
    }
}

/// Confirms a frame that wants to be. Under the lock, so that frames do not mix.
fn confirm(stream: &TcpStream, state: &Mutex<State>, frame: &Frame) {
    if let Some(receipt) = frame.header("receipt") {
        let _held = state.lock().unwrap();
        write(stream, &Frame::new("RECEIPT").with("receipt-id", receipt));
    }
}

/// A client that has gone gets nothing.
fn write(mut stream: &TcpStream, frame: &Frame) {
    drop(stream.write_all(&frame.encode().unwrap()));
}
