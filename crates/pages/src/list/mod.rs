//! Lists of cases: requests, the team's queue, recommendations.

mod csv;
mod filter;
mod row;

use askama::Template;
use refit_desk::{ActionKind, Party, Queued, Recommendation, StateMachine as _, Summary, UserId};

pub use csv::requests_csv;
pub(crate) use filter::STATES;
pub(crate) use filter::encoded;
use filter::party_word;
pub use filter::{Order, RequestFilter};
pub use row::RequestRow;

use crate::forms::{FormBuilder, FormData};
use crate::{Html, People, Shell, paths};

/// The list of requests: one page of it.
#[derive(Clone, Copy, Debug)]
pub struct RequestsView<'a> {
    /// What is listed, and in which order.
    pub filter: &'a RequestFilter,
    /// The rows.
    pub rows: &'a [RequestRow],
    /// The names of people.
    pub people: &'a People,
    /// The names of support groups that can be chosen.
    pub groups: &'a [String],
    /// Where the next page begins, if there is one: the server's own word.
    pub next: Option<&'a str>,
    /// Whether this is a later page.
    pub is_later: bool,
}

/// The team's queue.
#[derive(Clone, Copy, Debug)]
pub struct QueueView<'a> {
    /// The cases, the one that has waited longest first.
    pub cases: &'a [Queued],
}

/// Installations that are due.
#[derive(Clone, Copy, Debug)]
pub struct RecommendationsView<'a> {
    /// The installations, the most urgent first.
    pub due: &'a [Recommendation],
}

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: RequestsView<'a>,
}

impl RequestsPage<'_> {
    fn next(&self) -> Option<String> {
        let next = self.view.next?;
        Some(format!("{}?{}", paths::REQUESTS, self.view.filter.query(Some(next))))
    }

    fn first(&self) -> String {
        format!("{}?{}", paths::REQUESTS, self.view.filter.query(None))
    }

    fn csv(&self) -> String {
        format!("{}?{}", paths::REQUESTS_CSV, self.view.filter.query(None))
    }

    /// Whether not all requests are asked for, or this is not the first page.
    fn is_filtered(&self) -> bool {
        let all = RequestFilter { order: self.view.filter.order, ..RequestFilter::default() };
        *self.view.filter != all || self.view.is_later
    }

    /// For whom a case waits, as the viewer reads it.
    fn waits_for(&self, one: &Summary) -> Option<&'static str> {
        let (party, viewer) = (one.waits_for?, self.shell.viewer?);
        let holder = match party {
            Party::Customer => None,
            Party::Consultant => one.consultant.as_ref(),
            Party::ProjectManager => one.project_manager.as_ref(),
        };
        let is_holder = holder.is_none_or(|holder| *holder == viewer.actor.user);
        let is_you = is_holder && viewer.actor.role.party() == Some(party);
        Some(if is_you { "you" } else { party.word() })
    }

    fn owners(&self) -> Vec<(&UserId, &str)> {
        let team = self.view.people.0.iter().filter(|(_, person)| person.role.is_team());
        team.map(|(user, person)| (user, person.name.as_str())).collect()
    }

    fn is_owner(&self, user: &UserId) -> bool {
        self.view.filter.owner.as_ref() == Some(user)
    }

    /// The sides that can be asked for: word in addresses, words, whether it is this one.
    fn parties(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = self.view.filter.waits_for;
        let party = |party: Party| (party_word(party), party.word(), chosen == Some(party));
        Party::ALL.into_iter().map(party).collect()
    }
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: QueueView<'a>,
}

impl QueuePage<'_> {
    /// The button that takes a case up, for those who can fill a vacant post.
    fn take_up(&self, queued: &Queued) -> Option<crate::forms::Form> {
        let role = self.shell.role()?;
        let kind = ActionKind::TakeUp;
        queued.vacant.iter().find(|post| post.role() == role)?;
        let id = format!("take-up-{}", queued.case);
        let path = paths::action(&queued.case, kind);
        let builder = FormBuilder::new(kind, &id, path, self.shell).fixed(FormData::new());
        Some(builder.button("Take it up").build())
    }
}

#[derive(Template)]
#[template(path = "recommendations.html")]
struct RecommendationsPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    /// Whether the person makes requests.
    can_request: bool,
    view: RecommendationsView<'a>,
}

/// The list of requests, with filters, order and pages.
pub fn requests(shell: &Shell<'_>, view: RequestsView<'_>) -> Html {
    Html::of(&RequestsPage { shell, title: "Requests", here: paths::REQUESTS, view })
}

/// The team's queue: cases that lack a consultant or a project manager.
pub fn queue(shell: &Shell<'_>, view: QueueView<'_>) -> Html {
    Html::of(&QueuePage { shell, title: "Queue", here: paths::QUEUE, view })
}

/// Installations that are due for their next upgrade.
pub fn recommendations(shell: &Shell<'_>, view: RecommendationsView<'_>) -> Html {
    let (title, here) = ("What is due", paths::RECOMMENDATIONS);
    let can_request = shell.role().is_some_and(|role| ActionKind::CreateRequest.is_for(role));
    Html::of(&RecommendationsPage { shell, title, here, can_request, view })
}
