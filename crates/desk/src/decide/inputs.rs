//! What the customer gives: answers, documents, access.

use super::{Draft, refuse_missing};
use crate::documents::QUESTIONNAIRE;
use crate::{
    Action, Answer, Change, Document, DocumentEvent, DocumentKey, DocumentState, DocumentTemplate,
    Given, GivenAnswers, MAX_ATTACHMENTS, Missing, Party, QuestionId, Refusal, ReturnedFile,
    Section, StateMachine,
};

/// The most facts of an inventory; packs declare about a hundred.
const MAX_FACTS: usize = 2000;

impl Draft<'_> {
    pub(super) fn act_on_inputs(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::SendQuestionnaire { additions } => self.send_questionnaire(&additions),
            Action::SendDocument { key, title, purpose, due_in } => {
                if self.case.document(key.as_str()).is_some() {
                    return Err(Refusal::AlreadyThere(format!("a document `{key}`")));
                }
                let document = self.sent(DocumentTemplate { key, title, purpose, due_in })?;
                Ok(self.emit(Change::DocumentSent(document))?)
            }
            Action::RecordInventory { facts, source } => {
                if facts.iter().nth(MAX_FACTS).is_some() {
                    return Err(Refusal::TooMany { what: "facts", most: MAX_FACTS });
                }
                Ok(self.emit(Change::InventoryRecorded { facts, source })?)
            }
            Action::SaveAnswers { answers, seen } => self.save(answers, seen),
            Action::SubmitAnswers => self.submit(),
            Action::AskForMissing => self.ask_for_missing(),
            Action::ReturnDocument { document, name, digest } => {
                if document.as_str() == QUESTIONNAIRE {
                    return Err(Refusal::Say("the questionnaire is given back by submitting it"));
                }
                self.check_document(&document, &DocumentEvent::Returned)?;
                let file = ReturnedFile { name, digest, at: self.at };
                self.emit(Change::FileReturned { document: document.clone(), file })?;
                self.move_document(&document, DocumentEvent::Returned)
            }
            Action::FindIncomplete { document, what } => {
                self.move_document(&document, DocumentEvent::FoundIncomplete(what))
            }
            Action::ProcessDocument { document } => self.process(&document),
            Action::RecordAccessCheck(check) => {
                if check.report.is_none() && check.word.is_none() {
                    let say =
                        "give the report of `refit access check`, or say on whose word it is so";
                    return Err(Refusal::Say(say));
                }
                Ok(self.emit(Change::AccessChecked(check))?)
            }
            other => Err(Refusal::NotRouted(other.kind())),
        }
    }

    fn send_questionnaire(&mut self, additions: &[Section]) -> Result<(), Refusal> {
        if self.case.questionnaire.is_some() {
            return Err(Refusal::AlreadyThere("a questionnaire".to_owned()));
        }
        let description = self.rules.questionnaire.clone().with(additions);
        if let Some(wrong) = description.problems().first() {
            let what = format!("sound question `{wrong}`: mend the pack's questionnaire");
            return Err(Refusal::NotFound(what));
        }
        let templates = self.rules.documents.iter();
        let documents = templates.map(|template| self.sent(template.clone()));
        let documents = documents.collect::<Result<_, _>>()?;
        self.emit(Change::QuestionnaireSent { description, documents })?;
        self.responded()
    }

    fn sent(&self, template: DocumentTemplate) -> Result<Document, Refusal> {
        let calendar = self.case.calendar().ok_or(Refusal::NoRequest)?;
        let due = calendar.add(self.at, calendar.work_in(template.due_in));
        let (state, since) = (DocumentState::Sent, self.at);
        Ok(Document { template, due, state, since, returned: Vec::new() })
    }

    fn save(&mut self, answers: GivenAnswers, seen: Option<u64>) -> Result<(), Refusal> {
        let missing = || Refusal::NotFound("questionnaire".to_owned());
        let questionnaire = self.case.questionnaire.as_ref().ok_or_else(missing)?;
        for (id, answer) in &answers {
            let question = questionnaire.description.get(id);
            let question = question.ok_or_else(|| Refusal::NotFound(format!("question `{id}`")))?;
            let Some(answer) = answer else { continue };
            if answer.attachments.len() > MAX_ATTACHMENTS {
                return Err(Refusal::TooMany { what: "attachments", most: MAX_ATTACHMENTS });
            }
            if let Given::Value(value) = &answer.given {
                let invalid = |why| Refusal::Answer { question: id.clone(), why };
                question.check(value).map_err(invalid)?;
            }
        }
        let is_processed = self.case.document(QUESTIONNAIRE).map(|document| &document.state);
        if is_processed == Some(&DocumentState::Processed) {
            return Err(Refusal::Say("the questionnaire is processed: write a note instead"));
        }
        let is_new = |id: &QuestionId, answer: &Option<Answer>| {
            questionnaire.answers.get(id) != answer.as_ref()
        };
        let answers: GivenAnswers =
            answers.into_iter().filter(|(id, answer)| is_new(id, answer)).collect();
        if answers.is_empty() {
            return Ok(());
        }
        let clashes = seen.map(|seen| questionnaire.clashes(&answers, seen)).unwrap_or_default();
        if !clashes.is_empty() {
            return Err(Refusal::Answered(clashes));
        }
        Ok(self.emit(Change::AnswersSaved(answers))?)
    }

    fn submit(&mut self) -> Result<(), Refusal> {
        let key = questionnaire_key(self)?;
        self.check_document(&key, &DocumentEvent::Returned)?;
        self.emit(Change::AnswersSubmitted)?;
        self.move_document(&key, DocumentEvent::Returned)
    }

    /// All missing answers at once; the document goes back to the customer with the list.
    fn ask_for_missing(&mut self) -> Result<(), Refusal> {
        let key = questionnaire_key(self)?;
        let missing = self.missing_answers();
        if missing.is_empty() {
            return Err(Refusal::NotFound("missing answer".to_owned()));
        }
        let what = crate::written::prose(&format!("{} answers are missing", missing.len()));
        let event = DocumentEvent::FoundIncomplete(what);
        self.check_document(&key, &event)?;
        self.emit(Change::MissingAsked(missing))?;
        self.move_document(&key, event)
    }

    fn process(&mut self, key: &DocumentKey) -> Result<(), Refusal> {
        self.check_document(key, &DocumentEvent::Processed)?;
        if key.as_str() == QUESTIONNAIRE {
            let answer =
                |id: &QuestionId| Missing::from(Party::Customer, format!("an answer to `{id}`"));
            refuse_missing(self.missing_answers().iter().map(answer).collect())?;
        }
        self.move_document(key, DocumentEvent::Processed)
    }

    fn missing_answers(&self) -> Vec<QuestionId> {
        self.case.questionnaire.as_ref().map(crate::Questionnaire::missing).unwrap_or_default()
    }

    fn check_document(&self, key: &DocumentKey, event: &DocumentEvent) -> Result<(), Refusal> {
        let missing = || Refusal::NotFound(format!("document `{key}`"));
        let document = self.case.document(key.as_str()).ok_or_else(missing)?;
        document.state.moved(event, &format!("the document `{key}`"))?;
        Ok(())
    }

    fn move_document(&mut self, key: &DocumentKey, event: DocumentEvent) -> Result<(), Refusal> {
        self.check_document(key, &event)?;
        Ok(self.emit(Change::DocumentMoved { document: key.clone(), event })?)
    }
}

fn questionnaire_key(draft: &Draft<'_>) -> Result<DocumentKey, Refusal> {
    let document = draft.case.document(QUESTIONNAIRE);
    let document = document.ok_or_else(|| Refusal::NotFound("questionnaire".to_owned()))?;
    Ok(document.template.key.clone())
}
