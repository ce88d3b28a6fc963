//! `mosquitto.conf`: an option and its value a line. Lines like `listener 1883` and `connection b`
//! open sections; the options of a listener, a bridge or a plugin belong to the last one above.

mod options;
mod parse;
mod syntax;

pub(crate) use syntax::Mosquitto;
