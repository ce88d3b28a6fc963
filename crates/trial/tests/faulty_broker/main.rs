//! A small STOMP broker that makes mistakes on purpose: every one of them must be found.

#[cfg(test)]
mod access;
#[cfg(test)]
mod broker;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod drain;
#[cfg(test)]
mod gap;
#[cfg(test)]
mod load;
