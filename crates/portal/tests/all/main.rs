//! The real server on a free port, with a client that does what a browser does.

mod api;
mod browser;
mod locks;
mod matrix;
mod walk;
mod world;
