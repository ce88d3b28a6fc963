//! Tests of the pages as those that use them see them.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod actions;
mod axe;
mod case;
#[path = "../../../store/tests/all/cluster.rs"]
#[expect(dead_code, reason = "only what tells that a test is skipped is needed")]
mod cluster;
mod delivery;
mod details;
mod dom;
mod forms;
mod golden;
mod hostile;
mod letters;
mod offers;
mod outline;
mod pages;
#[expect(dead_code, reason = "the tests of the desk use all of it")]
#[path = "../../../desk/tests/all/short.rs"]
mod short;
mod structure;
mod support;
mod values;
#[path = "../../../portal/tests/all/webdriver.rs"]
#[expect(dead_code, reason = "pages are looked at, not worked with")]
mod webdriver;
mod width;
mod written;
