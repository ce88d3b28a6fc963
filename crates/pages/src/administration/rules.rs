//! The rules of the service.

use askama::Template;
use refit_desk::{Party, Rules};

use crate::forms::{
    self, ACTIVITY, CALENDAR, Choice, FormBuilder, FormData, FormErrors, GENERAL, Shown, Wrong,
};
use crate::{Html, Shell, paths};

/// The rules, to be changed.
#[derive(Clone, Copy, Debug)]
pub struct RulesView<'a> {
    /// The rules as they stand.
    pub rules: &'a Rules,
    /// What was typed, if something is wrong with it.
    pub data: Option<&'a FormData>,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
}

#[derive(Template)]
#[template(path = "rules.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: RulesView<'a>,
    general: Vec<Shown>,
    calendar: Vec<Shown>,
    activities: Vec<Activity<'a>>,
    /// The fields that are wrong, with the activity that they are of.
    wrong: Vec<Wrong>,
}

struct Activity<'a> {
    key: &'a str,
    name: &'a str,
    fields: Vec<Shown>,
    is_wrong: bool,
}

/// The rules of the service. A change is for new cases: an open case keeps the rules that it was
/// opened with.
pub fn rules(shell: &Shell<'_>, view: RulesView<'_>) -> Html {
    let party = |party: Party| Choice {
        value: forms::party_word(party).to_owned(),
        label: party.word().to_owned(),
    };
    let known = || forms::fill_rules(view.rules);
    let builder = FormBuilder::of_fields(&[], "rules", paths::RULES.to_owned(), shell)
        .filled(view.data.cloned().unwrap_or_else(known))
        .errors(view.errors.clone())
        .choices("owner", Party::ALL.into_iter().map(party).collect());
    let activity = |rule: &'_ refit_desk::ActivityRule| {
        let fields = builder.fields(ACTIVITY, &forms::activity_prefix(rule));
        (fields.iter().any(|field| field.error.is_some()), fields)
    };
    let activities = view.rules.process.0.iter().map(|rule| {
        let (is_wrong, fields) = activity(rule);
        Activity { key: rule.key.as_str(), name: rule.name.as_str(), fields, is_wrong }
    });
    let activities: Vec<_> = activities.collect();
    let (general, calendar) = (builder.fields(GENERAL, ""), builder.fields(CALENDAR, ""));
    let mut wrong = [Wrong::of(&general), Wrong::of(&calendar)].concat();
    for activity in &activities {
        let of_it = Wrong::of(&activity.fields).into_iter();
        let label = |one: &Wrong| format!("{}: {}", activity.name, one.label);
        wrong.extend(of_it.map(|one| Wrong { label: label(&one), ..one }));
    }
    Html::of(&Page {
        shell,
        title: "Rules",
        here: paths::RULES,
        view,
        general,
        calendar,
        activities,
        wrong,
    })
}
