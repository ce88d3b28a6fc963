//! Requests of a demonstration: one at every stage, at believable moments before now.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use refit_desk::example::{Cast, Plot, RealUpgrade, Stage, Walk, walk};
use refit_desk::{Action, Case, CaseId, Line, Prose, Role, VersionStanding};
use refit_pages::forms::MAX_FILE;
use refit_store::{Commit, JsonText, NewRecord};

use super::people::{ADMINISTRATOR, CONSULTANTS, CUSTOMERS, DemoCustomer, MANAGER};
use super::{DemoError, actor, real};
use crate::cases;
use crate::documents;
use crate::failure::Failure;
use crate::first::TEAM;
use crate::portal::Portal;
use crate::questions;
use crate::record::Origin;

/// Versions that are installed, each with the reason why there is a deadline.
const REASONS: [(&str, &str); 3] = [
    (
        "5.16.6",
        "Support of 5.16 has ended, and our auditors want a supported version before the end of \
         the year.\nAfter the deadline we have a change freeze.",
    ),
    ("5.15.16", "A scan of our security team found libraries that are not maintained any more."),
    ("5.17.6", "The new warehouse opens a week later, and sends twice as many messages."),
];
/// The platform of all requests.
const PLATFORM: &str = "activemq-classic";
/// The request that is tied to a real upgrade.
const REAL: &str = "demo-real-upgrade";

/// Makes all requests; gives how many, and which one is tied to a real upgrade.
pub(super) async fn make(
    portal: &Portal,
    origin: &Origin,
) -> Result<(usize, Option<String>), DemoError> {
    let mut number = 0;
    for (index, stage) in Stage::ALL.into_iter().enumerate() {
        let customer = &CUSTOMERS[index % 3];
        let case = format!("demo-{:02}-{}", index + 1, word(stage));
        let plot = plot(portal, &case, index, None)?;
        make_one(portal, origin, customer, &plot, stage).await?;
        number += 1;
    }
    // One whose customer does not have the support plan, and one that was taken back.
    let others = [("demo-14-no-plan", &CUSTOMERS[3]), ("demo-15-withdrawn", &CUSTOMERS[1])];
    for (index, (case, customer)) in others.into_iter().enumerate() {
        let plot = plot(portal, case, index, None)?;
        make_one(portal, origin, customer, &plot, Stage::New).await?;
        number += 1;
    }
    withdraw(portal, origin).await?;
    let Some(found) = real::find(portal).await? else { return Ok((number, None)) };
    let plot = plot(portal, REAL, 0, Some(found.upgrade.clone()))?;
    make_one(portal, origin, &CUSTOMERS[0], &plot, Stage::Reviewed).await?;
    let contents = portal.contents_of(&plot.case).await?;
    contents.put(found.bundle.as_slice(), MAX_FILE).await.map_err(Failure::from)?;
    for document in &found.documents {
        documents::keep(portal, &contents, document).await?;
    }
    Ok((number + 1, Some(REAL.to_owned())))
}

/// The word of a stage in the name of its request.
fn word(stage: Stage) -> String {
    format!("{stage:?}").to_lowercase()
}

fn plot(
    portal: &Portal,
    case: &str,
    index: usize,
    real: Option<RealUpgrade>,
) -> Result<Plot, Failure> {
    let (version, reason) = REASONS[index % REASONS.len()];
    let version = real.as_ref().map_or_else(
        || Line::new(version).map_err(Failure::internal),
        |real| Ok(real.assessment.version.clone()),
    )?;
    let standing = if portal.knows_version(PLATFORM, version.as_str()) {
        VersionStanding::Known
    } else {
        VersionStanding::Unconfirmed
    };
    Ok(Plot {
        case: CaseId::new(case).map_err(Failure::internal)?,
        platform: PLATFORM.parse().map_err(Failure::internal)?,
        version,
        standing,
        reason: Prose::new(reason).map_err(Failure::internal)?,
        additions: questions::of_pack(portal, PLATFORM)?,
        real,
    })
}

fn cast(customer: &DemoCustomer, consultant: (&str, &str)) -> Result<Cast, Failure> {
    let line = |text: &str| Line::new(text).map_err(Failure::internal);
    Ok(Cast {
        customer: customer.customer()?,
        approver: actor(customer.approver.0, Role::Customer, customer.id)?,
        approver_name: line(customer.approver.1)?,
        technician: actor(customer.technician.0, Role::Customer, customer.id)?,
        technician_name: line(customer.technician.1)?,
        consultant: actor(consultant.0, Role::Consultant, TEAM)?,
        manager: actor(MANAGER.0, Role::ProjectManager, TEAM)?,
        manager_name: line(MANAGER.1)?,
        administrator: actor(ADMINISTRATOR.0, Role::Administrator, TEAM)?,
    })
}

async fn make_one(
    portal: &Portal,
    origin: &Origin,
    customer: &DemoCustomer,
    plot: &Plot,
    stage: Stage,
) -> Result<(), DemoError> {
    let consultant = CONSULTANTS[plot.case.as_str().len() % CONSULTANTS.len()];
    let cast = cast(customer, consultant)?;
    let first = first_day(origin.at, &cast, stage);
    let rules = portal.rules().await?;
    let refused = |why: refit_desk::Refusal| DemoError::Refused {
        case: plot.case.to_string(),
        why: why.to_string(),
    };
    let walk = walk(&cast, plot, first, stage, &rules).map_err(refused)?;
    let contents = portal.contents_of(&plot.case).await?;
    for content in &walk.contents {
        contents.put(content.as_bytes(), MAX_FILE).await.map_err(Failure::from)?;
    }
    keep(portal, &walk).await.map_err(DemoError::Failed)
}

/// The latest day from which the walk has come to this stage by now, over days of work.
fn first_day(now: Timestamp, cast: &Cast, stage: Stage) -> Date {
    let local = cast.customer.calendar.zone().to_datetime(now);
    let (last, hour) = stage.last();
    let is_over = |first: Date| {
        let day = first.saturating_add(last.days());
        day < local.date() || (day == local.date() && hour < local.hour())
    };
    let is_workday = |date: Date| date.weekday().to_monday_zero_offset() < 5;
    let is_good = |first: &Date| {
        let mut days = stage.days().into_iter();
        is_over(*first) && days.all(|day| is_workday(first.saturating_add(day.days())))
    };
    let latest = local.date().saturating_sub(last.days());
    let mut earlier = (0..14).map(|days: i32| latest.saturating_sub(days.days()));
    // Within two weeks there is a Monday.
    earlier.find(is_good).unwrap_or(latest)
}

/// Keeps a walk: its case with all events at once. Letters that would be due are not sent: nobody
/// in a demonstration has an address.
async fn keep(portal: &Portal, walk: &Walk) -> Result<(), Failure> {
    let mut case = Case::new(walk.case.id.clone());
    let mut records: Vec<NewRecord> = Vec::new();
    for done in &walk.done {
        let origin = Origin::of_server(done.at);
        for event in &done.events {
            case.apply(event).map_err(Failure::internal)?;
            records.push(cases::record(&case, event, &origin)?);
        }
    }
    let at = case.changed.unwrap_or_else(|| portal.now());
    let missing = || Failure::internal("a walk without a request");
    let commit = Commit {
        case: case.id.to_string(),
        expected: 0,
        snapshot: JsonText::of(&case)?,
        columns: cases::columns(&case, at).ok_or_else(missing)?,
        events: records,
        outbox: Vec::new(),
        at,
    };
    portal.store.commit(&commit).await?;
    Ok(())
}

/// The customer takes a request back.
async fn withdraw(portal: &Portal, origin: &Origin) -> Result<(), Failure> {
    let case = CaseId::new("demo-15-withdrawn").map_err(Failure::internal)?;
    let by = actor(CUSTOMERS[1].approver.0, Role::Customer, CUSTOMERS[1].id)?;
    let why =
        Prose::new("The site is closed at the end of the year.").map_err(Failure::internal)?;
    cases::act(portal, &case, Action::Withdraw { why }, &by, origin).await?;
    Ok(())
}
