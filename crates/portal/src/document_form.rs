//! Documents to fill in: for each document that goes out to the customer a text with what is known
//! already, and with room for what is not. It is Markdown, which every editor opens.

use refit_desk::{Case, Document, QUESTIONNAIRE, Question, QuestionKind, Questionnaire};
use refit_packs::Pack;
use refit_pages::moment_of;

/// The headings and the columns of a sheet, and how many rows it has room for.
type Sheet = (&'static str, &'static str, &'static [&'static str], usize);

/// What is asked in the documents that the program brings.
const SHEETS: [(&str, &[Sheet]); 2] = [
    (
        "access-details",
        &[
            (
                "Hosts",
                "How each host is reached, from where, and as whom.",
                &["Host", "Reached by (SSH, jump host, VPN)", "User", "May read", "May write"],
                4,
            ),
            (
                "Who helps when it does not work",
                "People who are there while the upgrade is done.",
                &["Name", "For what", "Telephone or e-mail", "When"],
                3,
            ),
        ],
    ),
    (
        "environment-overview",
        &[
            (
                "Environments and installations",
                "One line for each installation, in every environment.",
                &["Environment", "Host", "Installation", "Version", "Operating system"],
                6,
            ),
            (
                "What connects to them",
                "Clients, bridges and other brokers.",
                &["From", "To", "Protocol and port", "Who looks after it"],
                6,
            ),
            (
                "Change windows",
                "When each environment may be interrupted.",
                &["Environment", "Days and hours", "Longest interruption", "Who has to agree"],
                3,
            ),
        ],
    ),
];

/// The name of a document's file.
pub(crate) fn file_name(document: &Document) -> String {
    format!("{}.md", document.template.key)
}

/// The text of a document, to be filled in.
pub(crate) fn document_form(case: &Case, document: &Document, pack: Option<&Pack>) -> String {
    let mut text = format!("# {}\n\n", cell(document.template.title.as_str()));
    head(&mut text, case, document, pack);
    let key = document.template.key.as_str();
    let sheets = SHEETS.iter().find(|(known, _)| *known == key).map(|(_, sheets)| *sheets);
    match (&case.questionnaire, sheets) {
        (Some(asked), _) if key == QUESTIONNAIRE => questions(&mut text, asked),
        (_, Some(sheets)) => sheets.iter().for_each(|one| sheet(&mut text, one)),
        _ => text += "## Your text\n\n\n",
    }
    text
}

fn head(text: &mut String, case: &Case, document: &Document, pack: Option<&Pack>) {
    let mut line = |name: &str, value: &str| {
        *text += &format!("- {name}: {}\n", cell(value));
    };
    if let Some(request) = &case.request {
        line("Request", request.title.as_str());
        let fields = &request.fields;
        let platform = pack.map_or(fields.platform.as_str(), |pack| &pack.product.title);
        line("Installation", &format!("{platform} {}", fields.current_version));
    }
    line("Case", case.id.as_str());
    line("Due back", &moment_of(case, document.due));
    line("What it is for", document.template.purpose.as_str());
    *text += "\nFill this in, and give the file back on the page of the documents. Passwords, keys \
              and licences\nare never written into it.\n\n";
}

fn sheet(text: &mut String, (title, what, columns, rows): &Sheet) {
    *text += &format!("## {title}\n\n{what}\n\n| {} |\n", columns.join(" | "));
    *text += &format!("|{}\n", " --- |".repeat(columns.len()));
    *text += &format!("|{}\n", "  |".repeat(columns.len())).repeat(*rows);
    *text += "\n";
}

fn questions(text: &mut String, asked: &Questionnaire) {
    for section in &asked.description.sections {
        *text += &format!("## {}\n\n", cell(section.title.as_str()));
        for question in &section.questions {
            one_question(text, question);
        }
    }
}

fn one_question(text: &mut String, question: &Question) {
    let needed = if question.required { "" } else { " (optional)" };
    let asks = cell(question.text.as_str());
    *text += &format!("### {asks}{needed}\n\n");
    if let Some(help) = &question.help {
        *text += &format!("{}\n\n", cell(help.as_str()));
    }
    match &question.kind {
        QuestionKind::Choice(choices) | QuestionKind::Choices(choices) => {
            for choice in choices {
                *text += &format!("- [ ] {}\n", cell(choice.as_str()));
            }
            *text += "\n";
        }
        kind => {
            *text += &format!("({})\n\nAnswer:\n\n", kind.words());
        }
    }
}

/// A text in one line, which cannot end a cell or begin something else.
fn cell(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    refit_report::inert(&words.join(" ").replace('|', "/"))
}
