//! Tests of the desk as those that use it see it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod approvals;
mod calendar;
mod clock;
mod decisions;
mod example;
mod examples;
mod forecast;
mod last_word;
mod matrix;
mod notices;
mod people;
mod promises;
mod questionnaire;
mod replay;
mod rules;
mod short;
mod support;
mod tables;
mod turns;
mod walk;
