//! Keys of the activities that the desk knows more about than the process says. An administrator
//! may name, reorder and retime them; these keys stay.

/// Create Request Case.
pub const CREATE: &str = "create-request-case";
/// Respond to Request.
pub const RESPOND: &str = "respond-to-request";
/// Acknowledge Request Formally.
pub const ACKNOWLEDGE: &str = "acknowledge-request-formally";
/// Set Up Project Framework.
pub const SET_UP: &str = "set-up-project-framework";
/// Prepare for Upgrade.
pub const PREPARE: &str = "prepare-for-upgrade";
/// The assessment.
pub const ASSESS: &str = "assess-installation";
/// The plan, and its acceptance.
pub const PLAN: &str = "plan-upgrade";
/// Prepare Environment for Upgrade.
pub const PREPARE_ENVIRONMENT: &str = "prepare-environment-for-upgrade";
/// Backup Configuration Files.
pub const BACK_UP: &str = "backup-configuration-files";
/// Upgrade a Development or a Staging Environment.
pub const UPGRADE: &str = "upgrade-development-or-staging";
/// Test.
pub const TEST: &str = "test";
/// Fix Issues and Retest.
pub const FIX: &str = "fix-issues-and-retest";
/// Deliver Upgrade Resources.
pub const DELIVER_RESOURCES: &str = "deliver-upgrade-resources";
/// Create Playbook.
pub const CREATE_PLAYBOOK: &str = "create-playbook";
/// Deliver Playbook: the customer's review.
pub const REVIEW: &str = "deliver-playbook";
/// Deliver Playbook: what the review asked for.
pub const CHANGES: &str = "deliver-playbook-changes";
/// On-call support.
pub const ON_CALL: &str = "on-call-support";
/// Upgrade of other environments.
pub const OTHER: &str = "upgrade-other-environments";

/// All of them.
pub const ALL: [&str; 18] = [
    CREATE,
    RESPOND,
    ACKNOWLEDGE,
    SET_UP,
    PREPARE,
    ASSESS,
    PLAN,
    PREPARE_ENVIRONMENT,
    BACK_UP,
    UPGRADE,
    TEST,
    FIX,
    DELIVER_RESOURCES,
    CREATE_PLAYBOOK,
    REVIEW,
    CHANGES,
    ON_CALL,
    OTHER,
];
