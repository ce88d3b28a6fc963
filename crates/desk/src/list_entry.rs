//! What lists need of a case, so that they need not fold it.

use jiff::Timestamp;
use refit_model::{EnvironmentName, FactValue, PlatformName};
use serde::{Deserialize, Serialize};

use crate::{Answer, Audience, Case, Line, Summary, WorkTime};

/// The version of how entries are written down: one of another version is made anew.
pub const LIST_ENTRY_FORMAT: u32 = 2;

/// The question for the version that is wanted.
const TARGET_VERSION: &str = "target-version";

/// What lists need of a case, as long as nothing happens to it: it says the same as the case at any
/// later moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListEntry {
    /// [`LIST_ENTRY_FORMAT`].
    pub format: u32,
    /// From when on something is late.
    pub late_from: Option<Timestamp>,
    /// From when on the forecast passes the deadline.
    pub at_risk_from: Option<Timestamp>,
    /// The platform.
    pub platform: PlatformName,
    /// The version that runs.
    pub version: Line,
    /// The version that is wanted, or that was installed.
    pub wanted: Option<Line>,
    /// The environment that is upgraded, once access to it was checked.
    pub environment: Option<EnvironmentName>,
    /// When the request was made.
    pub made: Timestamp,
    /// The support group's name.
    pub group: Option<Line>,
    /// Who sees the case.
    pub audience: Audience,
    summary: Summary,
}

impl ListEntry {
    /// The case in one line, at a moment `now` after what happened last.
    pub fn summary(&self, now: Timestamp) -> Summary {
        let is_over = |from: Option<Timestamp>| from.is_some_and(|from| from <= now);
        let (is_late, is_deadline_at_risk) = (is_over(self.late_from), is_over(self.at_risk_from));
        Summary { is_late, is_deadline_at_risk, ..self.summary.clone() }
    }
}

impl Case {
    /// What lists need of it; nothing before there is a request.
    pub fn list_entry(&self) -> Option<ListEntry> {
        let request = self.request.as_ref()?;
        let calendar = &request.customer.calendar;
        let at = self.changed.unwrap_or(request.made);
        let running = self.clocks.values().filter(|clock| clock.is_running());
        let late_from = running.map(|clock| {
            // The first second that is not agreed.
            let work = calendar.work_in(clock.allotted.most).plus(WorkTime::of_seconds(1));
            clock.moment_of(calendar, at, work)
        });
        let at_risk_from = self.deadline_at_risk_from();
        Some(ListEntry {
            format: LIST_ENTRY_FORMAT,
            late_from: late_from.min(),
            at_risk_from,
            platform: request.fields.platform.clone(),
            version: request.fields.current_version.clone(),
            wanted: self.wanted_version(),
            environment: self.access.last().map(|check| check.environment.clone()),
            made: request.made,
            group: self.group.as_ref().map(|group| group.name.clone()),
            audience: self.audience()?,
            summary: self.summary_with(at, at_risk_from)?,
        })
    }

    /// The version that a run installed; before that, the one that the customer asked for.
    fn wanted_version(&self) -> Option<Line> {
        let installed = self.runs.iter().rev().find_map(|run| run.installed.as_ref());
        if let Some(installed) = installed {
            return Some(installed.version.clone());
        }
        let questionnaire = self.questionnaire.as_ref()?;
        let mut answers = questionnaire.answers.iter();
        let (_, answer) = answers.find(|(id, _)| id.as_str() == TARGET_VERSION)?;
        match Answer::value(answer)? {
            FactValue::Text(version) => Line::new(version).ok(),
            _ => None,
        }
    }
}
