//! Tests of the pages as those that use them see them.

mod case;
mod pages;
mod support;
mod values;
mod written;
