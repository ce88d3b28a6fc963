//! Tests of the desk as those that use it see it.

mod approvals;
mod calendar;
mod clock;
mod examples;
mod matrix;
mod notices;
mod people;
mod questionnaire;
mod replay;
mod rules;
mod support;
mod tables;
mod walk;
