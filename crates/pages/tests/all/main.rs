//! Tests of the pages as those that use them see them.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod actions;
mod case;
mod details;
mod dom;
mod forms;
mod golden;
mod hostile;
mod offers;
mod outline;
mod pages;
#[expect(dead_code, reason = "the tests of the desk use all of it")]
#[path = "../../../desk/tests/all/short.rs"]
mod short;
mod structure;
mod support;
mod values;
mod written;
