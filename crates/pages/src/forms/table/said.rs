//! What is said after an action: what happened, and what comes next.

use refit_desk::ActionKind;

/// What is said at the top of the next page when this was done.
pub fn said(kind: ActionKind) -> &'static str {
    of_request(kind)
        .or_else(|| of_project(kind))
        .or_else(|| of_activity(kind))
        .or_else(|| of_inputs(kind))
        .or_else(|| of_delivery(kind))
        .or_else(|| of_playbook(kind))
        .or_else(|| of_support(kind))
        // A test asks for every kind.
        .unwrap_or_default()
}

fn of_request(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::CreateRequest => {
            "The request is made. A consultant takes it up and responds; what it waits for stands \
             on this page."
        }
        A::AmendRequest => "The request is changed. The timeline follows the new dates.",
        A::Respond => {
            "The response is given: it stands with the request. Next the questionnaire is sent."
        }
        A::AcknowledgeFormally => {
            "The request is acknowledged: the overview stands with it. Next the project is set up."
        }
        A::VacatePost => "The post is vacant: it is to be given to somebody else.",
        A::TakeUp => "The request is yours. What it waits for stands at the top of this page.",
        A::Assign => "The request is assigned: who has which post stands under People.",
        A::DecideEligibility => "The decision about eligibility is recorded, with your reason.",
        A::Withdraw => "The request is withdrawn. A project manager can reopen it.",
        A::Close => "The case is closed. A project manager can reopen it.",
        A::Reopen => "The case is open again. What it waits for stands at the top of this page.",
        _ => return None,
    })
}

fn of_project(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::SetGroup => "The support group is set: its members see the case.",
        A::RecordKickOff => {
            "The kick-off is recorded. Its dependencies are ticked as they are met."
        }
        A::MeetDependency => "The dependency is met.",
        A::NameContact => "The contact is named. Who is still missing stands under People.",
        A::RemoveContact => "The contact is removed. Who is now missing stands under People.",
        A::PostFile => "The file is posted. Everybody who sees the case can download it.",
        A::AddNote => "The note is written.",
        _ => return None,
    })
}

fn of_activity(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::StartActivity => "The activity is begun, and its clock runs.",
        A::HoldActivity => "The activity waits. It goes on when it is released.",
        A::ReleaseActivity => "The activity goes on, and its clock runs again.",
        A::FinishActivity => "The activity is done. What hung on it can begin.",
        A::SkipActivity => "The activity is left out, with your reason.",
        A::ExcludeActivity => "The activity does not belong to the service, with your reason.",
        A::ReopenActivity => "The activity is open again, with your reason.",
        _ => return None,
    })
}

fn of_inputs(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::SendQuestionnaire => {
            "The questionnaire and the documents that go with it are sent. Next the customer \
             answers."
        }
        A::SendDocument => "The document is sent. Next the customer returns it.",
        A::RecordInventory => {
            "The inventory is recorded: its facts stand in the questionnaire, to be confirmed."
        }
        A::SaveAnswers => "The answers are saved. Give the questionnaire back when it is complete.",
        A::SubmitAnswers => {
            "The questionnaire is given back. Next the consultant looks at it, and asks once for \
             what is missing."
        }
        A::AskForMissing => "The customer is asked for all missing answers, once and together.",
        A::ReturnDocument => "The document is returned. Next the consultant looks at it.",
        A::FindIncomplete => "The customer is told what is missing in the document.",
        A::ProcessDocument => "The document is complete, and counts as processed.",
        A::RecordAccessCheck => "The access check is recorded.",
        _ => return None,
    })
}

fn of_delivery(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::RecordAssessment => "The assessment is recorded. Next the plan is posted.",
        A::PostPlan => "The plan is posted. Next the customer's approver accepts it, or objects.",
        A::AcceptPlan => {
            "The plan is accepted, exactly as it is. A changed plan would need a new acceptance."
        }
        A::ObjectToPlan => "The objection is recorded. Next the consultant changes the plan.",
        A::RecordSoftware => "It is recorded whether the newest software is on the host.",
        A::RecordRun => "The run is recorded. Next its outcome is tested.",
        A::TakeDecisions => {
            "It is decided, and stands in the history. A plan that is made with it comes next."
        }
        A::RecordHalt => "It is recorded that the run stands still, and who has to do something.",
        A::RecordGoingOn => "It is recorded that the run goes on.",
        A::TickStep => "The step is ticked.",
        A::RecordTrial => "The trial is recorded, and its defects stand below it.",
        A::FixDefect => "The fix is recorded. A retest shows whether it helped.",
        A::DocumentDefect => "The defect is documented, and stays as it is.",
        A::DeliverResources => "The resources are delivered. Next the Playbook is made.",
        _ => return None,
    })
}

fn of_playbook(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::PostPlaybook => "The version is posted. Next the customer reviews it.",
        A::AskForChange => "You have asked. Next the consultant answers.",
        A::DiscussChange => "What you said stands with the change request.",
        A::AgreeToChange => "The change is agreed. A later version makes it.",
        A::AnswerChange => "The answer stands with the change request.",
        A::DeclineChange => "The change is declined, with your reason.",
        A::WithdrawChange => "The change request is withdrawn.",
        A::ApprovePlaybook => {
            "This version of the Playbook is approved, exactly as it is. Next the consultant \
             delivers it as the final one."
        }
        A::DeliverPlaybook => "The final Playbook is delivered. Next on-call support is opened.",
        A::OpenOnCall => "On-call support is open in the time that stands below.",
        _ => return None,
    })
}

fn of_support(kind: ActionKind) -> Option<&'static str> {
    use ActionKind as A;
    Some(match kind {
        A::ReportProblem => {
            "The problem is reported. Next the consultant tries to see it in the environment that \
             was upgraded."
        }
        A::RecordReplicated => "The problem was replicated: a corrected version follows.",
        A::RecordNotReplicated => "The problem was not replicated: it is out of scope.",
        A::AnswerProblem => "The answer stands with the problem.",
        A::PlanEnvironment => "The environment is planned. It is upgraded with the Playbook.",
        A::RecordOtherUpgrade => "The upgrade of the environment is recorded.",
        A::OfferEngagement => "The engagement is offered. Next the customer accepts or declines.",
        A::AnswerOffer => "Your answer to the offer is recorded.",
        A::WithdrawOffer => "The offer is taken back.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_says_what_happened() {
        let mut all: Vec<_> = ActionKind::ALL.iter().map(|kind| said(*kind)).collect();
        assert!(all.iter().all(|text| text.ends_with('.')), "{all:?}");
        let number = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), number);
    }
}
