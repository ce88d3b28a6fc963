//! What the clients do with servers that are broken, hostile, or not what they should be.

#[cfg(test)]
mod fakes;
#[cfg(test)]
mod greeting_and_jolokia;
#[cfg(test)]
mod stomp;
#[cfg(test)]
mod tls;
