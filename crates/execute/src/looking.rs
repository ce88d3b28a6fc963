//! What is seen of the installation when a run halts: for the person who has to decide.

use refit_hosts::Reader;

use crate::condition::evaluate;
use crate::executor::QUESTION_SECONDS;
use crate::{Executor, Finding, log};

impl Executor<'_> {
    /// The plan's landmarks, each with what is seen now.
    pub(crate) fn what_is_true(&self) -> Vec<String> {
        let Ok(landmarks) = self.parameters.bind(&self.plan.landmarks) else {
            return Vec::new();
        };
        // The operator may have asked to stop; looking is still wanted.
        let cancel = refit_hosts::Cancel::new();
        let Some(host) = self.steps.first().and_then(|step| self.world.host(&step.host).ok())
        else {
            return Vec::new();
        };
        let reader = Reader::new(host, &cancel, QUESTION_SECONDS);
        landmarks
            .iter()
            .map(|landmark| match evaluate(self.world, reader, &landmark.condition) {
                Ok(Finding::Holds(text)) => format!("yes: {} ({text})", landmark.text),
                Ok(Finding::Not(text)) => format!("no: {} ({text})", landmark.text),
                Err(error) => format!("unknown: {} ({})", landmark.text, error.chain()),
            })
            .map(|line| self.world.redact(&line))
            .collect()
    }

    /// The last lines of the broker's logs.
    pub(crate) fn log_tail(&self) -> Vec<String> {
        let Ok(logs) = self.parameters.bind(&self.plan.logs) else { return Vec::new() };
        let cancel = refit_hosts::Cancel::new();
        let Some(host) = self.steps.first().and_then(|step| self.world.host(&step.host).ok())
        else {
            return Vec::new();
        };
        let reader = Reader::new(host, &cancel, QUESTION_SECONDS);
        let mut lines = Vec::new();
        for path in logs {
            // A log that is not there says nothing.
            let Ok(bytes) = reader.tail(&path, log::TAIL_BYTES) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            let tail = log::telling(&text).into_iter().map(|line| self.world.redact(line));
            lines.push(format!("{path}:"));
            lines.extend(tail.map(|line| format!("  {line}")));
        }
        lines
    }
}
