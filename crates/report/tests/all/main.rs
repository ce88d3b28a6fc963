//! Everything this crate makes, from small documents that are built here.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod expect;
mod fixture;
mod html;
mod inert;
mod markdown;
mod text;
