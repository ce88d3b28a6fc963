//! Organisations.

use askama::Template;
use refit_desk::OrganisationId;

use crate::forms::{
    self, CALENDAR, Field, Form, FormBuilder, FormData, FormErrors, ORGANISATION,
    OrganisationFields,
};
use crate::{Html, Shell, paths};

/// The list of organisations, and the form of a new one.
#[derive(Clone, Copy, Debug)]
pub struct OrganisationsView<'a> {
    /// The organisations, by name.
    pub rows: &'a [OrganisationRow],
    /// What was typed into the form of a new one.
    pub data: &'a FormData,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
    /// The support plans that the rules know.
    pub plans: &'a [String],
}

/// An organisation in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its support plan.
    pub support_plan: Option<String>,
    /// Its time zone.
    pub time_zone: String,
    /// How many people it has.
    pub users: usize,
    /// How many open cases it has.
    pub open_cases: usize,
}

/// An organisation.
#[derive(Clone, Copy, Debug)]
pub struct OrganisationView<'a> {
    /// The organisation.
    pub organisation: &'a OrganisationFields,
    /// What was typed, if something is wrong with it.
    pub data: Option<&'a FormData>,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
    /// The support plans that the rules know.
    pub plans: &'a [String],
}

#[derive(Template)]
#[template(path = "organisations.html")]
struct ListPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: OrganisationsView<'a>,
    form: Form,
}

#[derive(Template)]
#[template(path = "organisation.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'a str,
    here: &'static str,
    form: Form,
}

/// The list of organisations, and the form of a new one.
pub fn organisations(shell: &Shell<'_>, view: OrganisationsView<'_>) -> Html {
    let is_new = view.data.iter().next().is_none();
    let data = if is_new { forms::usual_week(shell.zone) } else { view.data.clone() };
    let form = builder(paths::ORGANISATIONS.to_owned(), shell, view.plans)
        .filled(data)
        .errors(view.errors.clone())
        .button("Add the organisation")
        .build();
    let (title, here) = ("Organisations", paths::ORGANISATIONS);
    Html::of(&ListPage { shell, title, here, view, form })
}

/// An organisation, to be changed. A change is for new cases: a case keeps the calendar that it was
/// opened with.
pub fn organisation(shell: &Shell<'_>, view: OrganisationView<'_>) -> Html {
    let OrganisationView { organisation, data, errors, plans } = view;
    let known = forms::fill_organisation(organisation);
    let form = builder(paths::organisation(&organisation.id), shell, plans)
        .filled(data.cloned().unwrap_or(known))
        .fixed(FormData::new().with("id", organisation.id.as_str()))
        .errors(errors.clone())
        .button("Save")
        .build();
    let (title, here) = (organisation.name.as_str(), paths::ORGANISATIONS);
    Html::of(&Page { shell, title, here, form })
}

fn builder(path: String, shell: &Shell<'_>, plans: &[String]) -> FormBuilder {
    let fields: Vec<Field> = ORGANISATION.iter().chain(CALENDAR).copied().collect();
    FormBuilder::of_fields(&fields, "organisation", path, shell)
        .suggested("support_plan", plans.to_vec())
}
