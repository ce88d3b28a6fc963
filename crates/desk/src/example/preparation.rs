//! From the request to an accepted plan.

use std::collections::BTreeMap;

use super::answers::{answer_to, one_before};
use super::{Story, lines};
use crate::process::keys;
use crate::written::{line, name, prose};
use crate::{
    AccessCheck, AccessPromise, Action, Actor, Answer, AssessmentSummary, BusinessDuration,
    Contact, Dependency, Deployment, DurationRange, Duty, EnvironmentKind, Extension, FileKind,
    Given, KickOff, NewRequest, NoteScope, Party, Period, Post, PostedPlan, ProjectFile,
    QUESTIONNAIRE, QuestionId, Refusal, RequestFields, SoftwarePlaced, SupportGroup,
};

/// The documentation that the plan refers to.
const NOTES: &str = "Upgrade notes.md";

impl Story<'_> {
    pub(super) fn ask(&mut self) -> Result<(), Refusal> {
        self.goes_to(0, 14, 5);
        let plot = self.plot;
        let fields = RequestFields {
            platform: plot.platform.clone(),
            current_version: plot.version.clone(),
            deployment: Deployment::OnPremises,
            earliest_start: self.day(7),
            ideal_start: self.day(14),
            deadline: self.day(46),
            deadline_reason: plot.reason.clone(),
            access: AccessPromise::ReadAndWrite,
            environments: 1,
        };
        let (customer, version) = (self.cast.customer.clone(), plot.standing);
        let request = NewRequest { customer, fields, version, on_behalf: None };
        self.does(&self.cast.approver.clone(), Action::CreateRequest(Box::new(request)))
    }

    pub(super) fn respond(&mut self) -> Result<(), Refusal> {
        let (consultant, manager) = (self.cast.consultant.clone(), self.cast.manager.clone());
        self.goes_to(0, 15, 20);
        self.does(&consultant, Action::TakeUp)?;
        let (post, to) = (Post::ProjectManager, manager.user);
        self.does(&self.cast.administrator.clone(), Action::Assign { post, to, why: None })?;
        let message = prose(&format!(
            "Thank you, we have your request. The questionnaire and two documents are with you \
             now. {}, the project manager, will be in touch within a day.",
            self.cast.manager_name
        ));
        self.does(&consultant, Action::Respond { message })?;
        let additions = self.plot.additions.clone();
        self.does(&consultant, Action::SendQuestionnaire { additions })?;
        self.inventory()
    }

    fn inventory(&mut self) -> Result<(), Refusal> {
        let mut facts = refit_model::Facts::new();
        facts.set("installed.version", self.plot.version.as_str());
        let source = match &self.plot.real {
            Some(real) => real.assessment.digest,
            None => super::digest("assessment"),
        };
        self.does(&self.cast.consultant.clone(), Action::RecordInventory { facts, source })
    }

    pub(super) fn set_up(&mut self) -> Result<(), Refusal> {
        self.goes_to(1, 10, 0);
        let overview =
            prose("Next: questionnaire and documents, kick-off tomorrow, then the preparation.");
        self.does(&self.cast.manager.clone(), Action::AcknowledgeFormally { overview })?;
        self.answer_some()?;
        self.kick_off()
    }

    /// Some answers, one of which the inventory contradicts.
    fn answer_some(&mut self) -> Result<(), Refusal> {
        let answers = [
            ("version", Answer::of(one_before(self.plot.version.as_str()))),
            ("operating-system", Answer::of("Debian 12")),
            ("hosts", Answer::of(2_i64)),
            ("started-by", Answer::of("systemd unit")),
            ("brokers", Answer { given: Given::NotKnown, attachments: Vec::new() }),
            ("is-clustered", Answer::of(true)),
            ("protocols", Answer::of(vec!["OpenWire".to_owned(), "STOMP".to_owned()])),
        ];
        let answers = answers.map(|(id, answer)| (name(id), Some(answer)));
        let action = Action::SaveAnswers { answers: answers.into(), seen: None };
        self.does(&self.cast.approver.clone(), action)
    }

    fn kick_off(&mut self) -> Result<(), Refusal> {
        self.goes_to(2, 10, 0);
        let cast = self.cast;
        for (duty, who, of) in [
            (Duty::TechnicalContact, &cast.technician, &cast.technician_name),
            (Duty::Approver, &cast.approver, &cast.approver_name),
        ] {
            self.name_contact(duty, who, of)?;
        }
        let (name, members) = (
            line(&format!("{} upgrade", cast.customer.name)),
            [&cast.approver, &cast.technician, &cast.consultant, &cast.manager],
        );
        let members = members.map(|who| who.user.clone()).into();
        self.does(&cast.consultant, Action::SetGroup(SupportGroup { name, members }))?;
        self.post(FileKind::InitialDocument, "Project plan.md", "made for this project")?;
        let dependency = Dependency {
            what: line("SSH access to the staging hosts, to read and to write"),
            from: Party::Customer,
            due: self.day(9),
        };
        let kick_off = KickOff {
            deliverables: lines(&[
                "An upgraded staging environment",
                "A report of the tests",
                "A Playbook for production",
            ]),
            plan: prose("Staging two weeks after the request, review in the week after."),
            dependencies: vec![dependency],
            escalation: vec![cast.manager_name.clone(), line("The head of support")],
        };
        self.does(&cast.consultant, Action::RecordKickOff(kick_off))?;
        let text = prose(&format!(
            "{} is on holiday until tomorrow; ask {} before.",
            cast.technician_name, cast.approver_name
        ));
        self.does(&cast.consultant, Action::AddNote { scope: NoteScope::Team, text })?;
        let text = prose("The kick-off went well. Minutes are among the files.");
        self.does(&cast.manager, Action::AddNote { scope: NoteScope::Everyone, text })
    }

    fn name_contact(&mut self, duty: Duty, who: &Actor, of: &crate::Line) -> Result<(), Refusal> {
        let available = vec![Period { from: self.day(-1), to: self.day(118) }];
        let contact = Contact { duty, user: who.user.clone(), name: of.clone(), available };
        self.does(&self.cast.approver.clone(), Action::NameContact(contact))
    }

    fn post(&mut self, kind: FileKind, title: &str, source: &str) -> Result<(), Refusal> {
        let digest = self.file(title);
        let file = ProjectFile { kind, name: line(title), digest, source: line(source) };
        self.does(&self.cast.consultant.clone(), Action::PostFile(file))
    }

    pub(super) fn finish(&mut self, by: &Actor, key: &str) -> Result<(), Refusal> {
        let (activity, note, evidence) = (name(key), None, None);
        self.does(by, Action::FinishActivity { activity, note, evidence })
    }

    pub(super) fn plan(&mut self) -> Result<(), Refusal> {
        let cast = self.cast;
        self.goes_to(2, 16, 30);
        self.does(&cast.manager, Action::MeetDependency { dependency: 1 })?;
        self.does(&cast.approver, Action::SubmitAnswers)?;
        self.does(&cast.consultant, Action::AskForMissing)?;
        self.name_contact(Duty::Reviewer, &cast.approver, &cast.approver_name)?;
        self.finish(&cast.consultant, keys::SET_UP)?;
        self.goes_to(3, 9, 0);
        let source = format!("the pack of {}", self.plot.platform);
        self.post(FileKind::UpgradeDocumentation, NOTES, &source)?;
        self.finish(&cast.consultant, keys::PREPARE)?;
        let assessment = self.assessment();
        let of = assessment.digest;
        self.does(&cast.consultant, Action::RecordAssessment(assessment))?;
        let (digest, summary) = match &self.plot.real {
            Some(real) => (real.plan, real.plan_summary.clone()),
            None => (
                super::digest("plan"),
                prose(
                    "Side by side: the new version is unpacked beside the old one while the \
                     broker runs. One restart, about a minute. The way back stays open until you \
                     approve the first start of the new version.",
                ),
            ),
        };
        let documentation = vec![super::digest(NOTES)];
        let plan = PostedPlan { digest, assessment: of, documentation, summary, steps: Vec::new() };
        self.does(&cast.consultant, Action::PostPlan(plan))
    }

    fn assessment(&self) -> AssessmentSummary {
        if let Some(real) = &self.plot.real {
            return real.assessment.clone();
        }
        AssessmentSummary {
            digest: super::digest("assessment"),
            blocking: Vec::new(),
            customisations: lines(&["The plugin audit-stamp 2.1 of your own"]),
            version: self.plot.version.clone(),
            extension: Some(Extension {
                range: DurationRange {
                    least: BusinessDuration::Weeks(1),
                    most: BusinessDuration::Weeks(3),
                },
                why: prose("The store has 210 GB: restore points take most of a night."),
            }),
        }
    }

    pub(super) fn accept(&mut self) -> Result<(), Refusal> {
        self.goes_to(4, 11, 0);
        let posted = self.walk.case.plan().map(|plan| plan.digest);
        let missing = || Refusal::NotFound("plan".to_owned());
        let action =
            Action::AcceptPlan { plan: posted.ok_or_else(missing)?, accepts_extension: true };
        self.does(&self.cast.approver.clone(), action)
    }

    pub(super) fn give_inputs(&mut self) -> Result<(), Refusal> {
        let cast = self.cast;
        let evidence = Some(self.evidence("archive on the host broker-1"));
        let word = Some(prose("The technician has compared it with the vendor's page."));
        let placed_by = Party::Customer;
        let software = SoftwarePlaced {
            placed_by,
            is_verified: true,
            digest: None,
            against: Vec::new(),
            word,
            evidence,
        };
        self.does(&cast.consultant, Action::RecordSoftware(software))?;
        self.goes_to(7, 9, 30);
        self.answer_the_rest()?;
        self.does(&cast.approver, Action::SubmitAnswers)?;
        let approver = &cast.approver;
        self.give_back(approver, "access-details", "Access to staging.md")?;
        self.give_back(approver, "environment-overview", "Environments.csv")?;
        let what = prose("The second broker is missing in the overview.");
        let document = name("environment-overview");
        self.does(&cast.consultant, Action::FindIncomplete { document, what })?;
        self.goes_to(8, 11, 0);
        self.give_back(&cast.technician, "environment-overview", "Environments (2).csv")?;
        for document in [QUESTIONNAIRE, "access-details", "environment-overview"] {
            let document = name(document);
            self.does(&cast.consultant, Action::ProcessDocument { document })?;
        }
        for can_write in [false, true] {
            let evidence = Some(self.evidence("report of the access check"));
            let (environment, kind) = (name("staging"), EnvironmentKind::Staging);
            let word = Some(prose("The consultant has tried it with the technician."));
            let (can_read, report) = (true, None);
            let check =
                AccessCheck { environment, kind, can_read, can_write, report, word, evidence };
            self.does(&cast.consultant, Action::RecordAccessCheck(check))?;
            self.goes_to(9, 10, 0);
        }
        Ok(())
    }

    fn give_back(&mut self, by: &Actor, document: &str, file: &str) -> Result<(), Refusal> {
        let (digest, document) = (self.file(file), name(document));
        self.does(by, Action::ReturnDocument { document, name: line(file), digest })
    }

    /// Answers decide which questions are asked next.
    fn answer_the_rest(&mut self) -> Result<(), Refusal> {
        loop {
            let Some(asked) = &self.walk.case.questionnaire else { return Ok(()) };
            let answer = |id: QuestionId| {
                let question = asked.description.get(&id)?;
                Some((id, Some(answer_to(question))))
            };
            let answers: BTreeMap<_, _> = asked.missing().into_iter().filter_map(answer).collect();
            if answers.is_empty() {
                return Ok(());
            }
            self.does(&self.cast.approver.clone(), Action::SaveAnswers { answers, seen: None })?;
        }
    }
}
