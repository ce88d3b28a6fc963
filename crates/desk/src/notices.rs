//! What is due to be sent, to whom, and since when. Each has a key that stays the same, so that a
//! server which keeps the keys of what it sent sends everything once.

use jiff::Timestamp;
use serde::Serialize;

use crate::letters::of_party;
use crate::{
    Activity, ActivityKey, BusinessDuration, Case, CaseState, Clock, DeadlineRisk, Dependency,
    Document, DocumentKey, DocumentState, LetterKind, Party, Post, Recipient, Role, Rules, Waiting,
    WaitingOf, WorkTime,
};

/// Something that is due to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its key, unique among all cases.
    pub key: String,
    /// When it is due.
    pub due: Timestamp,
    /// Who gets it.
    pub to: Vec<Recipient>,
    /// What it says.
    pub what: NoticeKind,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Something happened.
    Letter {
        /// What it says.
        kind: LetterKind,
        /// The event, by number.
        event: u64,
    },
    /// Something will be due.
    Reminder {
        /// What.
        about: Subject,
        /// When it is due.
        due: Timestamp,
        /// How that comes about; nothing where the moment was set.
        arithmetic: Option<String>,
    },
    /// Something was due, and is not done.
    Escalation {
        /// What.
        about: Subject,
        /// When it was due.
        due: Timestamp,
        /// How that comes about; nothing where the moment was set.
        arithmetic: Option<String>,
    },
    /// Something still waits for the recipient.
    StillWaiting(Waiting),
    /// Nobody has a post.
    Unassigned {
        /// The post.
        post: Post,
        /// Since when.
        since: Timestamp,
    },
    /// As things stand the hand-over may come after the customer's last day.
    DeadlineAtRisk(DeadlineRisk),
}

/// What a reminder is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The activities of a clock, by the activity whose time it is.
    Clock(ActivityKey),
    /// A document.
    Document(DocumentKey),
    /// A dependency of the kick-off, by number.
    Dependency(u32),
}

impl Subject {
    fn key(&self) -> String {
        match self {
            Self::Clock(activity) => format!("clock/{activity}"),
            Self::Document(document) => format!("document/{document}"),
            Self::Dependency(number) => format!("dependency/{number}"),
        }
    }
}

impl Case {
    /// Everything that is due to be sent by `now`, whether it was sent or not: what happened, what
    /// is late, what has to be remembered. Of what is over nothing is told any more but what
    /// happened.
    pub fn notices(&self, rules: &Rules, now: Timestamp) -> Vec<Notice> {
        let mut notices = self.all_notices(rules, now);
        notices.retain(|notice| notice.due <= now);
        notices
    }

    /// When the next notice will be due after `now`, if nothing happens before.
    pub fn next_notice(&self, rules: &Rules, now: Timestamp) -> Option<Timestamp> {
        let notices = self.all_notices(rules, now).into_iter();
        notices.map(|notice| notice.due).filter(|due| *due > now).min()
    }

    fn all_notices(&self, rules: &Rules, now: Timestamp) -> Vec<Notice> {
        let mut notices: Vec<_> = self
            .letters
            .iter()
            .map(|letter| Notice {
                key: format!("{}/{}/{}", self.id, letter.event, word(&letter.kind)),
                due: letter.at,
                to: letter.to.clone(),
                what: NoticeKind::Letter { kind: letter.kind, event: letter.event },
            })
            .collect();
        if self.state != CaseState::Open {
            return notices;
        }
        notices.extend(Post::ALL.into_iter().flat_map(|post| self.unassigned(rules, post)));
        notices.extend(self.deadline_passed(now));
        for (key, clock) in self.clocks.iter().filter(|(_, clock)| clock.is_running()) {
            notices.extend(self.notices_of_clock(rules, now, key, clock));
        }
        notices.extend(self.waits().into_iter().filter_map(|wait| self.still(rules, wait)));
        for document in &self.documents {
            notices.extend(self.notices_of_document(rules, document));
        }
        for (number, dependency) in self.unmet_dependencies() {
            notices.extend(self.notices_of_dependency(rules, number, dependency));
        }
        notices
    }

    /// Told once for each time that something waits. What has a day has its own reminders.
    fn still(&self, rules: &Rules, wait: Waiting) -> Option<Notice> {
        if matches!(wait.of, WaitingOf::Document(_) | WaitingOf::Dependency(_)) {
            return None;
        }
        let calendar = self.calendar()?;
        Some(Notice {
            key: format!("{}/still-waiting/{}/{}", self.id, wait.of.key(), wait.since),
            due: calendar.add(wait.since, calendar.work_in(rules.ask_again_after)),
            to: of_party(self, wait.waits_for),
            what: NoticeKind::StillWaiting(wait),
        })
    }

    /// First to who is named in the rules, or to the project managers; then to the administrators:
    /// the whole team was told when the request was made.
    fn unassigned(&self, rules: &Rules, post: Post) -> Vec<Notice> {
        let Some(since) = self.vacant_since(post) else { return Vec::new() };
        let calendar = &rules.team_calendar;
        let within = calendar.work_in(rules.assign_within);
        let again = self.vacated.get(&post).map(|since| format!("/{since}")).unwrap_or_default();
        let key = format!("{}/unassigned/{}{again}", self.id, word(&post));
        let managers = Recipient::Role(Role::ProjectManager);
        let first = rules.escalate_to.clone().map_or(managers, Recipient::User);
        let notice = |key, work, to| Notice {
            key,
            due: calendar.add(since, work),
            to: vec![to],
            what: NoticeKind::Unassigned { post, since },
        };
        let last = Recipient::Role(Role::Administrator);
        vec![
            notice(key.clone(), within, first),
            notice(format!("{key}/administrators"), within.times(2), last),
        ]
    }

    /// Told once for each deadline, to those who can do something about it.
    fn deadline_passed(&self, now: Timestamp) -> Option<Notice> {
        let due = self.deadline_at_risk_from()?;
        let risk = self.deadline_risk_at(now.max(due))?;
        let people = [Party::ProjectManager, Party::Customer];
        Some(Notice {
            key: format!("{}/deadline/{}", self.id, risk.deadline),
            due,
            to: people.into_iter().flat_map(|party| of_party(self, party)).collect(),
            what: NoticeKind::DeadlineAtRisk(risk),
        })
    }

    /// Reminders to those whose time it is; escalations to the project manager and the team.
    fn notices_of_clock(
        &self,
        rules: &Rules,
        now: Timestamp,
        key: &ActivityKey,
        clock: &Clock,
    ) -> Vec<Notice> {
        let Some(calendar) = self.calendar() else { return Vec::new() };
        let whole = calendar.work_in(clock.allotted.most);
        let due = clock.due(calendar, now);
        let about = || Subject::Clock(key.clone());
        let of = about().key();
        let arithmetic = || Some(clock.arithmetic(calendar, now).to_string());
        let owners = self.owners_on(key);
        let leads = rules.remind_before.iter().filter_map(|lead| {
            let at = whole.less(calendar.work_in(*lead));
            // A reminder at the start, or before it, reminds of nothing.
            (at > WorkTime::ZERO).then(|| Notice {
                key: self.key_of("remind", &of, *lead),
                due: clock.moment_of(calendar, now, at),
                to: owners.clone(),
                what: NoticeKind::Reminder { about: about(), due, arithmetic: arithmetic() },
            })
        });
        let escalations = rules.escalate_after.iter().map(|after| Notice {
            key: self.key_of("escalate", &of, *after),
            due: clock.moment_of(calendar, now, whole.plus(calendar.work_in(*after))),
            to: self.told_when_late(&owners),
            what: NoticeKind::Escalation { about: about(), due, arithmetic: arithmetic() },
        });
        leads.chain(escalations).collect()
    }

    fn notices_of_document(&self, rules: &Rules, document: &Document) -> Vec<Notice> {
        let is_with_customer =
            matches!(document.state, DocumentState::Sent | DocumentState::Incomplete(_));
        if !is_with_customer {
            return Vec::new();
        }
        let about = Subject::Document(document.template.key.clone());
        self.notices_of_date(rules, &about, document.due, Party::Customer)
    }

    /// A dependency is due at the end of its day.
    fn notices_of_dependency(
        &self,
        rules: &Rules,
        number: u32,
        dependency: &Dependency,
    ) -> Vec<Notice> {
        let Some(calendar) = self.calendar() else { return Vec::new() };
        let due = calendar.end_of(dependency.due);
        self.notices_of_date(rules, &Subject::Dependency(number), due, dependency.from)
    }

    /// Reminders before a moment that was set, and escalations after it.
    fn notices_of_date(
        &self,
        rules: &Rules,
        about: &Subject,
        due: Timestamp,
        party: Party,
    ) -> Vec<Notice> {
        let Some(calendar) = self.calendar() else { return Vec::new() };
        let owners = of_party(self, party);
        let key = about.key();
        let reminders = rules.remind_before.iter().map(|lead| Notice {
            key: self.key_of("remind", &key, *lead),
            due: calendar.subtract(due, calendar.work_in(*lead)),
            to: owners.clone(),
            what: NoticeKind::Reminder { about: about.clone(), due, arithmetic: None },
        });
        let escalations = rules.escalate_after.iter().map(|after| Notice {
            key: self.key_of("escalate", &key, *after),
            due: calendar.add(due, calendar.work_in(*after)),
            to: self.told_when_late(&owners),
            what: NoticeKind::Escalation { about: about.clone(), due, arithmetic: None },
        });
        reminders.chain(escalations).collect()
    }

    fn owners_on(&self, clock: &ActivityKey) -> Vec<Recipient> {
        let open = self.on_clock(clock).filter(|activity: &&Activity| !activity.state.is_settled());
        let parties = open.flat_map(|activity| activity.rule.owners.iter().copied());
        let mut owners: Vec<_> = parties.flat_map(|party| of_party(self, party)).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    fn told_when_late(&self, owners: &[Recipient]) -> Vec<Recipient> {
        let manager = of_party(self, Party::ProjectManager);
        let mut told: Vec<_> = owners.iter().cloned().chain(manager).collect();
        told.push(Recipient::Team);
        told.sort_unstable();
        told.dedup();
        told
    }

    fn key_of(&self, what: &str, about: &str, amount: BusinessDuration) -> String {
        format!("{}/{what}/{about}/{}", self.id, amount.to_string().replace(' ', "-"))
    }
}

/// The word that a value has in JSON.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => format!("{other:?}"),
    }
}
