//! Documents of the upgrade: attached to a case that names them, read, and bundled.

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use refit_app::{AnyDocument, bundle_name, playbook_pages, step_commands};
use refit_desk::{Case, UpgradeDocument};
use refit_model::{Digest, Plan, Playbook, Stored};
use refit_pages::{
    AssessmentDetail, Comparison, PlanDetail, PlaybookDetail, SettlementView, TrialDetail, paths,
};
use refit_report::{AssessmentReport, PlanReport, access_html, drift_html, trial_html};
use refit_store::Blobs;
use refit_trial::report::TrialReport;
use serde_json::json;

use super::contents::attachment;
use crate::blocking::blocking;
use crate::document_form::{document_form, file_name};
use crate::documents::{self, load, load_any};
use crate::failure::{Failure, FailureKind};
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying};

/// The field of the file.
const FILE: &str = "file";
/// What stands for the run in the report of a plan.
const RUN: &str = "RUN";

/// Keeps a document that the case names: its file, or the server's own copy. One with another
/// digest is refused.
pub(crate) async fn attach(visit: Visit) -> Answer {
    let (case, person) = (visit.case()?, visit.person()?);
    let (kind, digest) = named(&visit, case)?;
    let contents = visit.portal.contents_of(&case.id).await?;
    if let Some((_, why)) = visit.form()?.refused().fields.first_key_value() {
        return Err(refused(why.to_string()));
    }
    let document = match visit.form()?.files(FILE).next() {
        Some(file) => documents::sent(&contents, kind, file.digest).await?.map_err(refused)?,
        None => documents::of_state(&visit.portal, kind, digest).await?.ok_or_else(|| {
            let what = format!("This server does not have the {kind}");
            Failure::new(FailureKind::Refused, what, "Send its file.")
        })?,
    };
    let found = document.digest();
    if found != digest {
        return Err(refused(format!(
            "this {kind} has the digest {found}; the case is bound to {digest}"
        )));
    }
    documents::keep(&visit.portal, &contents, &document).await?;
    let details = json!({ "case": case.id, "kind": kind.word(), "digest": digest });
    let (by, of) = (Some(person.user.id.as_str()), Some(person.organisation.id.as_str()));
    let record = visit.origin.record("document-attached", by, of, details)?;
    visit.portal.store.record(&record).await?;
    go_saying(&place_of(case, kind), Said::Saved)
}

fn refused(why: impl AsRef<str>) -> Failure {
    let why = refit_pages::forms::capital(why.as_ref());
    Failure::new(FailureKind::Refused, why, "Send the document that the case names.")
}

/// The page that shows a document of this kind.
fn place_of(case: &Case, kind: UpgradeDocument) -> String {
    paths::part(
        &case.id,
        match kind {
            UpgradeDocument::Playbook | UpgradeDocument::Drift => "playbook",
            _ => "upgrade",
        },
    )
}

/// The document of the path, if the case names it.
fn named(visit: &Visit, case: &Case) -> Result<(UpgradeDocument, Digest), Failure> {
    let hex: String = visit.parameter("digest")?;
    let digest: Digest = format!("sha256:{hex}").parse().map_err(|_| Failure::not_found())?;
    let kind = case.upgrade_document(digest).ok_or_else(Failure::not_found)?;
    Ok((kind, digest))
}

/// The whole report of a document, as a file.
pub(crate) async fn report(visit: Visit) -> Answer {
    let case = visit.case()?;
    let (kind, digest) = named(&visit, case)?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let document = load_any(&contents, kind, digest).await?.ok_or_else(Failure::not_found)?;
    let html = blocking(move || html(&document)).await??;
    file(&format!("{kind}-{}.html", digest.short()), html.into_bytes())
}

fn html(document: &AnyDocument) -> Result<String, Failure> {
    Ok(match document {
        AnyDocument::Access(report) => access_html(report),
        AnyDocument::Assessment(assessment) => {
            AssessmentReport { assessment, observations: None }.to_html()
        }
        AnyDocument::Plan(plan) => {
            let report = PlanReport { plan, run: RUN, commands: &step_commands };
            report.to_html().map_err(Failure::internal)?
        }
        AnyDocument::Trial(trial) => trial_html(trial),
        AnyDocument::Playbook(playbook) => {
            playbook_pages(playbook).map_err(Failure::internal)?.html
        }
        AnyDocument::Drift(drift) => drift_html(drift),
        AnyDocument::Rehearsal(_) | AnyDocument::Approval(_) => return Err(Failure::not_found()),
    })
}

/// A document as the file that `refit` reads and writes.
pub(super) fn as_file(kind: UpgradeDocument, document: &AnyDocument) -> Answer {
    let json = document.to_file();
    let name = format!("{kind}-{}.json", document.digest().short());
    file(&name, json.map_err(Failure::internal)?)
}

/// A version of the Playbook with all that belongs to it.
pub(crate) async fn bundle(visit: Visit) -> Answer {
    let case = visit.case()?;
    let number: u32 = visit.parameter("version")?;
    let version = case.playbooks.iter().find(|version| version.number == number);
    let version = version.ok_or_else(Failure::not_found)?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let playbook = load::<Playbook>(&contents, version.digest).await?;
    let playbook = playbook.ok_or_else(Failure::not_found)?;
    let name = format!("{}.tar.gz", bundle_name(&playbook.body));
    let bundle = documents::bundle(&contents, case, playbook).await?.map_err(refused)?;
    file(&name, bundle.content)
}

/// A document that went out to the customer, to be filled in.
pub(crate) async fn template(visit: Visit) -> Answer {
    let case = visit.case()?;
    let key: String = visit.parameter("document")?;
    let document = case.document(&key).ok_or_else(Failure::not_found)?;
    let platform = case.request.as_ref().map(|request| request.fields.platform.as_str());
    let pack = platform.and_then(|platform| visit.portal.settings.packs.get(platform).ok());
    let text = document_form(case, document, pack.as_ref());
    file(&file_name(document), text.into_bytes())
}

/// A download.
fn file(name: &str, content: Vec<u8>) -> Answer {
    let disposition = HeaderValue::from_str(&attachment(name)).map_err(Failure::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, content).into_response())
}

/// What the page of the upgrade shows of documents.
#[derive(Debug, Default)]
pub(super) struct UpgradeDetails {
    pub(super) assessments: Vec<AssessmentDetail>,
    pub(super) plans: Vec<PlanDetail>,
    pub(super) trials: Vec<TrialDetail>,
    pub(super) settlements: Vec<SettlementView>,
    /// The plan that counts.
    pub(super) plan: Option<Stored<Plan>>,
}

/// The documents of the upgrade, as far as they are kept with the case.
pub(super) async fn upgrade_details(
    contents: &Blobs,
    case: &Case,
) -> Result<UpgradeDetails, Failure> {
    let mut details = UpgradeDetails::default();
    for one in &case.assessments {
        if let Some(assessment) = load(contents, one.digest).await? {
            details.assessments.push(AssessmentDetail::of(&assessment));
        }
    }
    for one in &case.plans {
        let Some(plan) = load::<Plan>(contents, one.digest).await? else { continue };
        details.plans.push(PlanDetail::of(&plan));
        if case.plan().is_some_and(|counts| counts.digest == one.digest) {
            details.settlements = SettlementView::of_plan(&plan.body);
            details.plan = Some(plan);
        }
    }
    for one in &case.trials {
        if let Some(trial) = load::<TrialReport>(contents, one.report).await? {
            details.trials.push(TrialDetail::of(one.number, &trial.body));
        }
    }
    Ok(details)
}

/// The versions of the Playbook that are kept with the case, in their order.
pub(super) async fn versions(
    contents: &Blobs,
    case: &Case,
) -> Result<Vec<(u32, Stored<Playbook>)>, Failure> {
    let mut versions = Vec::new();
    for version in &case.playbooks {
        if let Some(playbook) = load(contents, version.digest).await? {
            versions.push((version.number, playbook));
        }
    }
    Ok(versions)
}

/// The versions in detail, and two of them compared: those that are asked for, else the last two.
pub(super) fn playbook_details(
    versions: &[(u32, Stored<Playbook>)],
    asked: Option<(u32, u32)>,
) -> Result<(Vec<PlaybookDetail>, Option<Comparison>), Failure> {
    let details = versions.iter().map(|(number, one)| PlaybookDetail::of(*number, &one.body));
    let details = details.collect();
    let last_two = match versions {
        [.., (from, _), (to, _)] => Some((*from, *to)),
        _ => None,
    };
    let Some((from, to)) = asked.or(last_two) else { return Ok((details, None)) };
    let of = |number: u32| versions.iter().find(|(known, _)| *known == number);
    let (Some((_, earlier)), Some((_, later))) = (of(from), of(to)) else {
        return Ok((details, None));
    };
    let text = |playbook| playbook_pages(playbook).map(|pages| pages.markdown);
    let (earlier, later) = (text(earlier), text(later));
    let earlier = earlier.map_err(Failure::internal)?;
    let later = later.map_err(Failure::internal)?;
    Ok((details, Comparison::of((from, &earlier), (to, &later))))
}
