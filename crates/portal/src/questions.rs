//! The questions that a pack adds to the questionnaire, as the desk asks them.

use refit_desk::{Line, Prose, Question, QuestionId, QuestionKind, Section};
use refit_packs::{PackQuestion, PackQuestionKind, PackQuestions};

use crate::failure::Failure;
use crate::portal::Portal;

/// The sections of the pack of a platform; none where no pack of this name asks anything.
pub(crate) fn of_pack(portal: &Portal, platform: &str) -> Result<Vec<Section>, Failure> {
    let questions = match portal.settings.packs.questions_of(platform) {
        Ok(questions) => questions,
        Err(refit_packs::PackError::UnknownPlatform { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(Failure::internal(error)),
    };
    sections(&questions).map_err(Failure::internal)
}

/// The same of a pack's questions; fails where the desk does not take a text of it.
fn sections(questions: &PackQuestions) -> Result<Vec<Section>, String> {
    questions
        .section
        .iter()
        .map(|section| {
            let asked: Result<Vec<_>, _> = section.question.iter().map(question).collect();
            Ok(Section { id: id(&section.id)?, title: line(&section.title)?, questions: asked? })
        })
        .collect()
}

fn question(question: &PackQuestion) -> Result<Question, String> {
    Ok(Question {
        id: id(&question.id)?,
        text: line(&question.text)?,
        kind: kind(&question.kind)?,
        help: question.help.as_deref().map(prose).transpose()?,
        required: question.required,
        when: question.when.clone(),
        fact: question.fact.clone(),
        attachment: question.attachment.as_deref().map(line).transpose()?,
    })
}

fn kind(kind: &PackQuestionKind) -> Result<QuestionKind, String> {
    let lines = |texts: &[String]| -> Result<Vec<Line>, String> {
        texts.iter().map(|text| line(text)).collect()
    };
    Ok(match kind {
        PackQuestionKind::Text => QuestionKind::Text,
        PackQuestionKind::LongText => QuestionKind::LongText,
        PackQuestionKind::Number { unit, least, most } => {
            QuestionKind::Number { unit: line(unit)?, least: *least, most: *most }
        }
        PackQuestionKind::YesNo => QuestionKind::YesNo,
        PackQuestionKind::Date => QuestionKind::Date,
        PackQuestionKind::Choice(choices) => QuestionKind::Choice(lines(choices)?),
        PackQuestionKind::Choices(choices) => QuestionKind::Choices(lines(choices)?),
    })
}

fn id(text: &str) -> Result<QuestionId, String> {
    QuestionId::new(text).map_err(|error| error.to_string())
}

fn line(text: &str) -> Result<Line, String> {
    Line::new(text).map_err(|error| format!("{text}: {error}"))
}

fn prose(text: &str) -> Result<Prose, String> {
    Prose::new(text).map_err(|error| format!("{text}: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use refit_desk::Rules;
    use refit_packs::Packs;

    use super::*;

    /// The packs that ask something of their own, by name.
    fn asking() -> Vec<(String, Vec<Section>)> {
        let packs = Packs::embedded();
        let entries = packs.list_of_settings().unwrap();
        let sections = |name: &str| sections(&packs.questions_of(name).unwrap()).unwrap();
        let of = entries.into_iter().map(|entry| (sections(&entry.name), entry.name));
        of.filter(|(sections, _)| !sections.is_empty()).map(|(a, b)| (b, a)).collect()
    }

    #[test]
    fn questions_of_packs_fit_to_those_of_every_broker() {
        let asking = asking();
        let names: BTreeSet<_> = asking.iter().map(|(name, _)| name.as_str()).collect();
        for entry in Packs::embedded().list_of_settings().unwrap() {
            assert!(names.contains(entry.name.as_str()), "{} asks nothing", entry.name);
        }
        for (name, sections) in asking {
            let all = Rules::default().questionnaire.with(&sections);
            assert_eq!(all.problems(), [], "{name}");
            assert!(sections.iter().all(|section| !section.questions.is_empty()), "{name}");
        }
    }
}
