//! Forms as HTML.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::Safe;
use refit_desk::{ActionKind, MAX_LINE, MAX_PROSE};

use super::data::{FormData, TAKEN_FILES};
use super::error::{FormErrors, capital};
use super::field::{Field, FieldKind, Needed};
use super::read::MAX_ENTRIES;
use super::table::{FormOf, form_of};
use crate::Shell;
use crate::html::render;

/// How many empty rows a list of rows has behind those that are filled in.
const SPARE_ROWS: usize = 3;
/// What a form says first if something in it is wrong.
pub(crate) const NOTHING_SAVED: &str = "Nothing was saved.";

/// One of the things that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

/// A form, ready to be shown.
#[derive(Clone, Debug, Template)]
#[template(path = "part/form.html")]
pub(crate) struct Form {
    /// Unique within a page.
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) csrf: String,
    pub(crate) button: String,
    /// Whether the button takes something away.
    pub(crate) is_grave: bool,
    /// What is wrong with the whole.
    pub(crate) whole: Vec<String>,
    /// The fields that are wrong, wherever they are.
    pub(crate) wrong: Vec<Wrong>,
    pub(crate) fields: Vec<Shown>,
    pub(crate) has_files: bool,
    /// What else the form can be sent for: name, value and label of buttons.
    pub(crate) more: Vec<(&'static str, &'static str, &'static str)>,
}

/// A field, ready to be shown.
#[derive(Clone, Debug, Template)]
#[template(path = "part/field.html")]
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) error: Option<String>,
    /// Whether it has to be filled in; the others are called optional.
    pub(crate) is_needed: bool,
    /// Whether the browser is to insist on it. Not in rows, which may stay empty.
    pub(crate) is_insisted: bool,
    pub(crate) control: Control,
    /// What is suggested; anything else can be typed, too.
    pub(crate) suggested: Vec<String>,
}

/// What a field is made of.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    Hidden(String),
    Input { of_type: &'static str, value: String, most: Option<usize>, range: Option<(u32, u32)> },
    Text { value: String, rows: usize, most: usize },
    Select(Vec<Picked>),
    Radios(Vec<Picked>),
    Checks(Vec<Picked>),
    Tick(bool),
    File,
    Content(String),
    Document(Vec<Picked>),
    Rows(Vec<Vec<Shown>>),
}

/// Something that can be chosen, and whether it is.
#[derive(Clone, Debug)]
pub(crate) struct Picked {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// A field that is wrong, as the summary on top of a form tells it.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    /// The field's id.
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) error: String,
}

impl Wrong {
    /// Those of these fields that are seen, and of the rows within them.
    pub(crate) fn of(fields: &[Shown]) -> Vec<Self> {
        let mut wrong = Vec::new();
        for field in fields.iter().filter(|field| !field.is_hidden()) {
            if let Some(error) = &field.error {
                let (id, label) = (field.id.clone(), field.label.clone());
                wrong.push(Self { id, label, error: error.clone() });
            }
            if let Control::Rows(rows) = &field.control {
                for (number, row) in (1..).zip(rows) {
                    let within = Self::of(row).into_iter();
                    wrong.extend(within.map(|one| Self {
                        label: format!("{} {number}: {}", field.label, one.label),
                        ..one
                    }));
                }
            }
        }
        wrong
    }
}

impl Form {
    /// The form within a template.
    pub(crate) fn html(&self) -> Safe<String> {
        Safe(render(self))
    }

    /// Whether there is nothing to fill in.
    pub(crate) fn is_button(&self) -> bool {
        self.whole.is_empty() && self.fields.iter().all(Shown::is_hidden)
    }
}

impl Shown {
    /// The field within a template.
    pub(crate) fn html(&self) -> Safe<String> {
        Safe(render(self))
    }

    /// The ids of what describes the field, for `aria-describedby`.
    pub(crate) fn described(&self) -> String {
        let help = (!self.help.is_empty()).then(|| format!("{}-help", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        help.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn is_hidden(&self) -> bool {
        matches!(self.control, Control::Hidden(_))
    }

    /// Whether the field is of several controls, which are grouped under its label.
    pub(crate) fn is_group(&self) -> bool {
        matches!(self.control, Control::Radios(_) | Control::Checks(_) | Control::Rows(_))
    }
}

/// Makes a form.
pub(crate) struct FormBuilder {
    id: String,
    path: String,
    csrf: String,
    data: FormData,
    errors: FormErrors,
    fixed: FormData,
    choices: BTreeMap<&'static str, Vec<Choice>>,
    /// What is suggested in fields that take anything.
    suggested: BTreeMap<&'static str, Vec<String>>,
    /// Labels and helps of fields that say something of the case.
    words: BTreeMap<&'static str, (String, String)>,
    button: String,
    is_grave: bool,
    fields: Vec<Field>,
}

impl FormBuilder {
    /// An empty form of an action, to be sent to `path`. The id is unique within the page.
    pub(crate) fn new(kind: ActionKind, id: &str, path: String, shell: &Shell<'_>) -> Self {
        let fields = match form_of(kind) {
            FormOf::Fields(fields) => fields,
            FormOf::Questionnaire => &[],
        };
        let button = capital_word(kind.words());
        let builder = Self::of_fields(fields, id, path, shell).button(button);
        let builder = Self { is_grave: is_grave(kind), ..builder };
        if kind == ActionKind::AmendRequest && !shell.platforms.is_empty() {
            let platform = |(value, label): &(String, String)| Choice {
                value: value.clone(),
                label: label.clone(),
            };
            let platforms = shell.platforms.iter().map(platform).collect();
            return builder.choices("fields.platform", platforms);
        }
        builder
    }

    /// An empty form of these fields.
    pub(crate) fn of_fields(fields: &[Field], id: &str, path: String, shell: &Shell<'_>) -> Self {
        Self {
            id: id.to_owned(),
            path,
            csrf: shell.csrf.to_owned(),
            data: FormData::new(),
            errors: FormErrors::default(),
            fixed: FormData::new(),
            choices: BTreeMap::new(),
            words: BTreeMap::new(),
            suggested: BTreeMap::new(),
            button: String::new(),
            is_grave: false,
            fields: fields.to_vec(),
        }
    }

    /// What stands in the fields.
    pub(crate) fn filled(self, data: FormData) -> Self {
        Self { data, ..self }
    }

    pub(crate) fn errors(self, errors: FormErrors) -> Self {
        Self { errors, ..self }
    }

    /// What is not to be typed: these fields are there, and not seen.
    pub(crate) fn fixed(self, fixed: FormData) -> Self {
        Self { fixed, ..self }
    }

    /// The form without the fields whose names begin so.
    pub(crate) fn without(mut self, begin: &str) -> Self {
        self.fields.retain(|field| !field.name.starts_with(begin));
        self
    }

    /// The form in which the fields whose names begin so have to be filled in.
    pub(crate) fn insisting(mut self, begin: &str) -> Self {
        for field in self.fields.iter_mut().filter(|field| field.name.starts_with(begin)) {
            field.needed = Needed::Always;
        }
        self
    }

    /// What can be chosen in a field that could have any name or number.
    pub(crate) fn choices(mut self, field: &'static str, choices: Vec<Choice>) -> Self {
        self.choices.insert(field, choices);
        self
    }

    /// What is suggested in a field, which takes anything.
    pub(crate) fn suggested(mut self, field: &'static str, texts: Vec<String>) -> Self {
        self.suggested.insert(field, texts);
        self
    }

    /// Another label and help for a field, which say something of the case.
    pub(crate) fn worded(mut self, field: &'static str, label: String, help: &str) -> Self {
        self.words.insert(field, (label, help.to_owned()));
        self
    }

    pub(crate) fn button(self, button: impl Into<String>) -> Self {
        Self { button: button.into(), ..self }
    }

    /// The form.
    pub(crate) fn build(self) -> Form {
        let fields = self.fields(&self.fields, "");
        let has_files = |kind: FieldKind| {
            matches!(kind, FieldKind::File | FieldKind::Content | FieldKind::Document(_))
        };
        Form {
            has_files: self.fields.iter().any(|field| has_files(field.kind)),
            button: self.button.clone(),
            is_grave: self.is_grave,
            whole: self.whole_errors(&fields),
            wrong: Wrong::of(&fields),
            id: self.id,
            path: self.path,
            csrf: self.csrf,
            fields,
            more: Vec::new(),
        }
    }

    /// What is wrong with the whole, with fields that are not seen, and with those that the form
    /// does not have.
    fn whole_errors(&self, fields: &[Shown]) -> Vec<String> {
        let mut whole = self.errors.whole.clone();
        let others = self.errors.fields.iter().filter(|(name, _)| !is_among(fields, name));
        whole.extend(others.map(|(_, error)| capital(&error.to_string())));
        let hidden = fields.iter().filter(|field| field.is_hidden());
        whole.extend(hidden.filter_map(|field| {
            field.error.as_ref().map(|error| format!("{}: {error}", field.label))
        }));
        whole
    }

    /// Fields whose names are behind `prefix`, for a form that is put together elsewhere.
    pub(crate) fn fields(&self, fields: &[Field], prefix: &str) -> Vec<Shown> {
        fields.iter().map(|field| self.shown(field, prefix)).collect()
    }

    fn shown(&self, field: &Field, prefix: &str) -> Shown {
        let name = format!("{prefix}{}", field.name);
        let error = self.errors.fields.get(&name).map(|error| capital(&error.to_string()));
        let own = || (field.label.to_owned(), field.help.to_owned());
        let (label, mut help) = self.words.get(field.name).cloned().unwrap_or_else(own);
        if matches!(field.kind, FieldKind::File | FieldKind::Content) {
            let space = if help.is_empty() { "" } else { " " };
            help += &[space, TAKEN_FILES].concat();
        }
        Shown {
            id: format!("{}-{}", self.id, name.replace('.', "-")),
            control: self.control(field, &name),
            label,
            help,
            suggested: self.suggested.get(field.name).cloned().unwrap_or_default(),
            is_needed: field.needed == Needed::Always,
            is_insisted: field.needed == Needed::Always && prefix.is_empty(),
            error,
            name,
        }
    }

    fn control(&self, field: &Field, name: &str) -> Control {
        if let Some(value) = self.fixed.text(name) {
            return Control::Hidden(value.to_owned());
        }
        if let FieldKind::Document(_) = field.kind {
            return self.document(field, name);
        }
        if let Some(choices) = self.choices.get(field.name) {
            return self.chosen(field.kind, name, choices);
        }
        let value = self.data.text(name).unwrap_or_default().to_owned();
        let input =
            |of_type, most| Control::Input { of_type, value: value.clone(), most, range: None };
        match field.kind {
            FieldKind::Line | FieldKind::FileName(_) => input("text", Some(MAX_LINE)),
            FieldKind::Prose => Control::Text { value, rows: 4, most: MAX_PROSE },
            FieldKind::Lines | FieldKind::Names(_) | FieldKind::Digests => {
                let lines: Vec<_> = self.data.texts(name).collect();
                Control::Text { value: lines.join("\n"), rows: 3, most: MAX_PROSE }
            }
            FieldKind::Numbers => {
                let numbers: Vec<_> = self.data.texts(name).collect();
                let value = numbers.join(", ");
                Control::Input { of_type: "text", value, most: Some(MAX_LINE), range: None }
            }
            FieldKind::Name(_) => input("text", Some(refit_model::MAX_NAME_LENGTH)),
            FieldKind::Duration => input("text", Some(20)),
            FieldKind::Digest => input("text", Some(71)),
            FieldKind::Date => input("date", None),
            FieldKind::Moment => input("datetime-local", None),
            FieldKind::Number { least, most } => {
                Control::Input { of_type: "number", value, most: None, range: Some((least, most)) }
            }
            FieldKind::Content | FieldKind::Document(_) => Control::Content(value),
            FieldKind::File => Control::File,
            FieldKind::Tick => Control::Tick(!value.is_empty()),
            FieldKind::YesNo => Control::Radios(self.picked(name, &[("yes", "Yes"), ("no", "No")])),
            FieldKind::Choice(choices) if choices.len() <= 4 => {
                Control::Radios(self.picked(name, choices))
            }
            FieldKind::Choice(choices) => Control::Select(self.picked(name, choices)),
            FieldKind::Rows(fields) => Control::Rows(self.rows(fields, name)),
        }
    }

    /// A document: chosen from those that the server knows, or as any other content.
    fn document(&self, field: &Field, name: &str) -> Control {
        match self.choices.get(field.name) {
            Some(choices) if !choices.is_empty() => {
                Control::Document(self.picked_of(name, choices))
            }
            _ => Control::Content(self.data.text(name).unwrap_or_default().to_owned()),
        }
    }

    fn picked(&self, name: &str, choices: &[(&str, &str)]) -> Vec<Picked> {
        let picked = |(value, label): &(&str, &str)| Picked {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            is_chosen: self.data.texts(name).any(|text| text == *value),
        };
        choices.iter().map(picked).collect()
    }

    /// Things of the case that can be chosen.
    fn chosen(&self, kind: FieldKind, name: &str, choices: &[Choice]) -> Control {
        let picked = self.picked_of(name, choices);
        if kind.is_list() { Control::Checks(picked) } else { Control::Select(picked) }
    }

    fn picked_of(&self, name: &str, choices: &[Choice]) -> Vec<Picked> {
        let pairs: Vec<_> =
            choices.iter().map(|one| (one.value.as_str(), one.label.as_str())).collect();
        let mut picked = self.picked(name, &pairs);
        // What stands there already stays, also if it could not be chosen any more.
        let is_known = |text: &&str| choices.iter().any(|one| one.value == **text);
        let others = self.data.texts(name).filter(|text| !text.is_empty() && !is_known(text));
        picked.extend(others.map(|text| Picked {
            value: text.to_owned(),
            label: text.to_owned(),
            is_chosen: true,
        }));
        picked
    }

    fn rows(&self, fields: &'static [Field], name: &str) -> Vec<Vec<Shown>> {
        // Rows that came in empty are spare ones: a form that is sent again does not grow.
        let came = self.data.rows(name, MAX_ENTRIES);
        let is_filled = |row: &usize| self.data.has_any_in(&format!("{name}.{row}"));
        let filled = (0..came).rev().find(is_filled).map_or(0, |last| last + 1);
        let number = filled.saturating_add(SPARE_ROWS);
        let row = |index: usize| {
            let prefix = format!("{name}.{index}.");
            fields.iter().map(|field| self.shown(field, &prefix)).collect()
        };
        (0..number.min(MAX_ENTRIES)).map(row).collect()
    }
}

/// Whether a field with this name is among these, or in a row of one of them.
fn is_among(fields: &[Shown], name: &str) -> bool {
    fields.iter().any(|field| match &field.control {
        Control::Rows(rows) => field.name == name || rows.iter().any(|row| is_among(row, name)),
        _ => field.name == name,
    })
}

fn is_grave(kind: ActionKind) -> bool {
    use ActionKind as A;
    matches!(
        kind,
        A::Withdraw
            | A::Close
            | A::SkipActivity
            | A::ExcludeActivity
            | A::RemoveContact
            | A::DeclineChange
            | A::WithdrawChange
            | A::WithdrawOffer
            | A::ObjectToPlan
    )
}

/// The text with a capital at its begin.
pub(crate) fn capital_word(text: &str) -> String {
    let capital = capital(text);
    capital.strip_suffix('.').unwrap_or(&capital).to_owned()
}
