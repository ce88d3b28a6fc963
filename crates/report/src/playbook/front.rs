//! What a person reads before the first step, and what on-call reads after the last.

use refit_model::{Act, Condition, Finding, Owner, ParameterError, Playbook, Severity};

use super::PlaybookReport;
use super::view::{BoundStep, resolved};
use crate::view::sorted;
use crate::words;

pub(super) fn purpose(playbook: &Playbook) -> String {
    let hops: Vec<_> = playbook.way.iter().map(|hop| hop.to.to_string()).collect();
    let way =
        if hops.len() > 1 { format!(", by way of {}", hops.join(", ")) } else { String::new() };
    format!(
        "Brings one installation of {} from {} to {}{way}; every setting of the site is kept or \
         accounted for, and there is a way back. The upgrade is done {}. It was done like this on \
         `{}` in `{}`; this document is compiled from the journal of that run.",
        playbook.pack.platform,
        playbook.from,
        playbook.to,
        words::strategy_words(playbook.strategy),
        playbook.installation,
        playbook.environment,
    )
}

pub(super) fn prerequisites(report: &PlaybookReport<'_>, steps: &[BoundStep<'_>]) -> Vec<String> {
    let playbook = &report.playbook.body;
    let mut all = vec![
        "A login on the broker's host as the very user that the broker runs as (`su - USER`, so \
         that its home folder is right), with `sh`, coreutils, `tar` (and `gzip`, which it calls), \
         `curl` and iproute2 (`ss`). Nothing else is needed, and no network."
            .to_owned(),
        "This folder on the broker's host: this text, and what lies beside it.".to_owned(),
        format!("The broker runs {} and serves its clients.", playbook.from),
    ];
    for bound in steps {
        if let Act::Fetch { artifact, digest, .. } = &bound.step.act {
            let digest = digest.to_hex();
            all.push(format!("The vendor's archive `{artifact}`, with the SHA-256 `{digest}`."));
        }
        all.extend(free_space(&bound.step.verify.condition));
    }
    if let Some(down) = playbook.downtime_milliseconds {
        let down = words::duration(down);
        all.push(format!("A window in which clients may be cut off: it took {down} when learned."));
    }
    for finding in &playbook.findings {
        if let refit_model::Remedy::ByHand(text) = &finding.remedy {
            all.push(format!("{}: {text}", finding.title));
        }
    }
    all.push(match report.here {
        Some(here) => format!("An approval of the plan `{}`.", here.plan.digest),
        None => "A value for every parameter below.".to_owned(),
    });
    all
}

fn free_space(condition: &Condition) -> Vec<String> {
    let conditions = match condition {
        Condition::All(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let space = conditions.iter().filter(|one| matches!(one, Condition::FreeSpace { .. }));
    space.flat_map(words::condition).map(|sentence| format!("Room: {sentence}.")).collect()
}

/// Who does what.
pub(super) fn roles(steps: &[BoundStep<'_>]) -> Vec<(String, String)> {
    let mut roles = vec![
        (
            "operator".to_owned(),
            "Types the commands on the broker's host, compares what is seen, and signs each step."
                .to_owned(),
        ),
        (
            "approver".to_owned(),
            "Says before the first step that this playbook, by its digest, may be followed in the \
             agreed window; and again before the point of no return, if there is one."
                .to_owned(),
        ),
    ];
    for (index, bound) in steps.iter().enumerate() {
        let Owner::Person(role) = &bound.step.owner else { continue };
        let task = format!("step {}", index + 1);
        match roles.iter_mut().find(|(known, _)| known == role) {
            Some((_, tasks)) => *tasks += &format!(" Does {task}."),
            None => roles.push((role.clone(), format!("Does {task}."))),
        }
    }
    roles
}

/// What helps in the night after.
pub(super) fn hints(
    report: &PlaybookReport<'_>,
    steps: &[BoundStep<'_>],
) -> Result<Vec<String>, ParameterError> {
    let playbook = &report.playbook.body;
    let mut hints = vec![
        "Report a problem with the number and the id of the step, and with the digest of this \
         playbook: so it can be tried out where the playbook was learned."
            .to_owned(),
    ];
    let answers = steps.iter().enumerate().rev().find(|(_, bound)| {
        words::check(&bound.step.verify).iter().any(|line| line.contains("tells the version"))
    });
    if let Some((index, bound)) = answers {
        let title = &bound.step.title;
        hints.push(format!(
            "Whether the new version serves as it should: verify step {} ({title}) again.",
            index + 1
        ));
    }
    if let Some(here) = report.here {
        let parameters = here.plan.body.run_parameters(here.run);
        for landmark in parameters.bind(&here.plan.body.landmarks)? {
            let seen = words::condition(&landmark.condition).join("; ");
            hints.push(format!("How to see that {}: {seen}.", landmark.text));
        }
        let logs = parameters.bind(&here.plan.body.logs)?;
        hints.extend(logs.iter().map(|log| format!("Log of the broker: `{log}`.")));
    }
    let findings = sorted(&[&playbook.findings]).into_iter();
    hints.extend(findings.filter(|finding| matters(finding)).map(different));
    let stumbled = steps.iter().enumerate().filter_map(|(index, bound)| {
        let learned = bound.learned.filter(|learned| learned.attempts > 1)?;
        Some(format!("Step {} needed {} attempts when learned.", index + 1, learned.attempts))
    });
    hints.extend(stumbled.map(|hint| resolved(report, &hint)));
    Ok(hints)
}

fn matters(finding: &Finding) -> bool {
    matches!(finding.severity, Severity::High | Severity::Medium)
}

fn different(finding: &Finding) -> String {
    format!("{}: {}", finding.title.trim_end_matches('.'), finding.detail)
}
