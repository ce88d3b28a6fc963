//! What an administrator sets.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::eligibility::{default_eligibility, default_scope};
use crate::written::line;
use crate::{
    BusinessCalendar, BusinessDuration, CalendarError, DocumentTemplate, EligibilityRule, Line,
    Process, ProcessProblem, QuestionnaireDescription, Role, ScopeRule, TimeOfDay, documents,
    questionnaire,
};

/// The place of the customer's name in a title.
pub const CUSTOMER_PLACE: &str = "[Customer]";
/// The version of how rules are written down.
pub const RULES_FORMAT: u32 = 1;

/// All settings of the service. A case keeps what it needs of them from the day it was opened, so
/// that a change does not rewrite what was agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// [`RULES_FORMAT`].
    pub format: u32,
    /// The title of cases, with `[Customer]` in the place of the name.
    pub title: Line,
    /// The activities.
    pub process: Process,
    /// When the team works: for what concerns the team alone.
    pub team_calendar: BusinessCalendar,
    /// How long a request may be without consultant or project manager before that escalates, in
    /// the team's calendar.
    pub assign_within: BusinessDuration,
    /// How long before something is due its owner is reminded, the longest first.
    pub remind_before: Vec<BusinessDuration>,
    /// How long after something was due it escalates; `0 days` is at once.
    pub escalate_after: Vec<BusinessDuration>,
    /// How long something may wait for a side before that side is told again, in the customer's
    /// calendar.
    pub ask_again_after: BusinessDuration,
    /// Who gets the service.
    pub eligibility: Vec<EligibilityRule>,
    /// What is outside of it.
    pub scope: Vec<ScopeRule>,
    /// The documents that go out with the questionnaire, the questionnaire among them.
    pub documents: Vec<DocumentTemplate>,
    /// The questions that are asked about every platform.
    pub questionnaire: QuestionnaireDescription,
    /// When the next upgrade is recommended.
    pub annual: AnnualRules,
    /// Whether administrators need a second factor.
    #[serde(default)]
    pub administrators_need_second_factor: bool,
    /// Whether everybody of the team needs one.
    #[serde(default)]
    pub team_needs_second_factor: bool,
}

/// When the next upgrade is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnualRules {
    /// So many months after the last one.
    pub months_since_upgrade: u16,
    /// So many days before the version's end of life.
    pub days_before_end_of_life: u16,
}

/// What is wrong with rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RulesProblem {
    /// They were written for another version of the program.
    #[error("the rules have format {0}, this Refit reads format {RULES_FORMAT}")]
    Format(u32),
    /// The title does not say whose case it is.
    #[error("the title has no `{CUSTOMER_PLACE}`")]
    TitleWithoutCustomer,
    /// The process.
    #[error(transparent)]
    Process(#[from] ProcessProblem),
    /// There is no document that is the questionnaire, or a document is there twice.
    #[error("the document `{0}` must be there exactly once")]
    Document(String),
    /// A question is there twice, or hangs on one that is not before it.
    #[error("the question `{0}` is there twice, or asks about one that is not before it")]
    Question(String),
}

impl Rules {
    /// The settings before an administrator changes them, with the team's calendar.
    pub fn new(team_calendar: BusinessCalendar) -> Self {
        Self {
            format: RULES_FORMAT,
            title: line("[Customer] - Platinum Services Request: Managed Upgrade"),
            process: Process::default(),
            team_calendar,
            assign_within: BusinessDuration::Hours(4),
            remind_before: vec![BusinessDuration::Days(1), BusinessDuration::Hours(2)],
            escalate_after: vec![BusinessDuration::Days(0), BusinessDuration::Days(1)],
            ask_again_after: BusinessDuration::Days(2),
            eligibility: default_eligibility(),
            scope: default_scope(),
            documents: documents::default_templates(),
            questionnaire: questionnaire::generic(),
            annual: AnnualRules { months_since_upgrade: 12, days_before_end_of_life: 180 },
            administrators_need_second_factor: false,
            team_needs_second_factor: false,
        }
    }

    /// Everything that is wrong with them; nothing if they can be used.
    pub fn problems(&self) -> Vec<RulesProblem> {
        let mut problems = Vec::new();
        if self.format != RULES_FORMAT {
            problems.push(RulesProblem::Format(self.format));
        }
        if !self.title.as_str().contains(CUSTOMER_PLACE) {
            problems.push(RulesProblem::TitleWithoutCustomer);
        }
        problems.extend(self.process.problems().into_iter().map(RulesProblem::Process));
        let count = |key: &str| {
            self.documents.iter().filter(|document| document.key.as_str() == key).count()
        };
        let keys = self.documents.iter().map(|document| document.key.as_str());
        let mut keys: Vec<_> = keys.chain([documents::QUESTIONNAIRE]).collect();
        keys.sort_unstable();
        keys.dedup();
        let wrong = keys.into_iter().filter(|key| count(key) != 1);
        problems.extend(wrong.map(|key| RulesProblem::Document(key.to_owned())));
        let questions = self.questionnaire.problems();
        problems.extend(questions.into_iter().map(|id| RulesProblem::Question(id.to_string())));
        problems
    }

    /// Whether somebody of a role has to have a second factor.
    pub fn asks_second_factor(&self, role: Role) -> bool {
        let is_administrator = role == Role::Administrator;
        (self.administrators_need_second_factor && is_administrator)
            || (self.team_needs_second_factor && role.is_team())
    }

    /// The title of a customer's case.
    pub fn title_for(&self, customer: &Line) -> String {
        self.title.as_str().replace(CUSTOMER_PLACE, customer.as_str())
    }
}

impl Default for Rules {
    /// The table; the team works from 9 to 17 UTC, Monday to Friday.
    fn default() -> Self {
        let hours = (TimeOfDay::hour(9), TimeOfDay::hour(17));
        let calendar: Result<_, CalendarError> =
            BusinessCalendar::weekdays("UTC", hours.0, hours.1);
        Self::new(calendar.expect("UTC is a time zone, and 9 is before 17"))
    }
}

impl AnnualRules {
    /// The first day on which an upgrade is a year, or what the rules say, old.
    pub fn due_after(self, upgraded: Date) -> Date {
        upgraded.saturating_add(jiff::Span::new().months(i64::from(self.months_since_upgrade)))
    }

    /// The first day on which an end of life is near.
    pub fn near(self, end_of_life: Date) -> Date {
        end_of_life.saturating_sub(jiff::Span::new().days(i64::from(self.days_before_end_of_life)))
    }
}
