//! What comes after a trial of the demonstration, by its verdict.

use refit_app::{StateDir, StateError};
use refit_model::{EnvironmentName, ExitCode, InstallationName, Stored, TrialVerdict};
use refit_trial::report::TrialReport;

use super::sites::INSTALLATION;
use crate::failure::Failure;

/// How often a trial is made at most: an INVALID one says nothing of the upgrade, only that this
/// machine was too busy to measure.
pub const MOST: u32 = 3;

/// What comes after a trial.
#[derive(Debug, PartialEq, Eq)]
pub enum After {
    /// The next point.
    GoOn,
    /// Another trial, and what is said before it.
    Again(String),
    /// The end of the demonstration, and why.
    End(String),
}

impl After {
    /// After a trial of an environment, which was the `number`th one there, from 1.
    pub fn of(environment: &str, verdict: TrialVerdict, reason: &str, number: u32) -> Self {
        match verdict {
            TrialVerdict::Pass => Self::GoOn,
            TrialVerdict::Invalid if number < MOST => Self::Again(format!(
                "\nThe trial of {environment} is INVALID ({reason}): it says nothing of the upgrade, \
                 neither good nor bad. Something else on this machine stood in its way; it is \
                 made again, as trial {} of at most {MOST}; the report of this one is kept.",
                number + 1
            )),
            TrialVerdict::Invalid => Self::End(format!(
                "the demonstration ends here: the trial of {environment} was INVALID {number} times, \
                 the last time since {reason}. The upgrade itself was done and verified; this \
                 machine was too busy to measure it. Try again when less runs on it"
            )),
            TrialVerdict::Inconclusive => Self::End(format!(
                "the demonstration ends here: the trial of {environment} is INCONCLUSIVE ({reason}). \
                 What was measured is too little to pass and to fail; try again \
                 when less runs on this machine"
            )),
            TrialVerdict::Fail => Self::End(format!(
                "the demonstration ends here: the trial of {environment} FAILED ({reason}). That is \
                 not expected; its report is above"
            )),
        }
    }
}

/// The last trial of an environment, if one was made.
pub fn last(
    state: &StateDir,
    environment: &EnvironmentName,
) -> Result<Option<Stored<TrialReport>>, Failure> {
    let failed = |error: StateError| Failure::failed(format!("the trial cannot be read: {error}"));
    let installation = InstallationName::new(INSTALLATION);
    let installation = installation.map_err(|error| Failure::failed(error.to_string()))?;
    let newest = state.newest(environment, &installation).map_err(failed)?;
    newest.trial.map(|digest| state.load(digest).map_err(failed)).transpose()
}

/// The failure of a demonstration that a trial ended.
pub fn ended(text: String) -> Failure {
    Failure { text, code: ExitCode::TrialNotPassed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_trial_is_made_again_but_not_for_ever() {
        let after = |verdict, number| After::of("staging", verdict, "not validly tested", number);
        for number in 1..MOST {
            let After::Again(said) = after(TrialVerdict::Invalid, number) else {
                panic!("trial {number} is not made again")
            };
            assert!(said.contains("is INVALID (not validly tested)"), "{said}");
            assert!(said.contains(&format!("as trial {} of at most 3", number + 1)), "{said}");
        }
        let After::End(said) = after(TrialVerdict::Invalid, MOST) else { panic!("it goes on") };
        assert!(said.contains("INVALID 3 times, "), "{said}");
    }

    #[test]
    fn what_was_measured_is_not_measured_again() {
        let after = |verdict| After::of("staging", verdict, "failed: messages", 1);
        assert_eq!(after(TrialVerdict::Pass), After::GoOn);
        for (verdict, word) in
            [(TrialVerdict::Fail, "FAILED"), (TrialVerdict::Inconclusive, "INCONCLUSIVE")]
        {
            let After::End(said) = after(verdict) else { panic!("{verdict} goes on") };
            assert!(said.contains(word) && said.contains("failed: messages"), "{said}");
        }
    }
}
