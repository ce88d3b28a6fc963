//! Tests over the crate's whole surface: reading, settling, carrying over.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod accounts;
mod data_formats;
mod data_texts;
mod documents;
mod laws;
mod line_formats;
mod line_texts;
mod log4j;
mod login;
mod properties_of;
mod rabbitmq;
mod replay;
mod rules;
mod settle;
mod small;
mod support;
mod terms;
