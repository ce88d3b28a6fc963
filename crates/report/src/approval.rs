//! Approvals.

use refit_model::{Approval, ApprovalOf};

use crate::Style;
use crate::text::{Page, plain};
use crate::words::moment;

/// An approval as text for the terminal.
pub fn approval_text(approval: &Approval, style: Style) -> String {
    let what = match approval.of {
        ApprovalOf::Run => "running the plan up to the point of no return",
        ApprovalOf::PointOfNoReturn => "passing the point of no return",
        ApprovalOf::Finalise => "finalising: after it nothing can be taken back",
        ApprovalOf::Restore => "restoring, with the loss that it means",
    };
    let mut page = Page::new(style);
    page.title(&format!("Approved in {}: {what}", approval.environment));
    page.blank();
    let fields = [
        ("run", approval.run.to_string()),
        ("plan", approval.plan.to_string()),
        ("by", approval.by.clone()),
        ("given", moment(approval.given_unix_seconds)),
        ("expires", moment(approval.expires_unix_seconds)),
    ];
    for (label, text) in fields {
        page.field(2, label, 10, &[plain(text)]);
    }
    page.finish()
}
