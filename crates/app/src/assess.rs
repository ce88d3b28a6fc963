//! `refit assess`.

use refit_assess::{Assessed, Request, assess};
use refit_hosts::{LocalHost, Reader};
use refit_model::{Assessment, Finding, HostName, HostPath, Observations, Stored, Version};

use crate::app::StateCache;
use crate::{App, Result, Target, reach, read_logins};

/// How long one question to a host may take.
const QUESTION_SECONDS: u32 = 300;

/// A stored assessment with its observations.
#[derive(Clone, Debug)]
pub struct AssessmentPair {
    /// The assessment.
    pub assessment: Stored<Assessment>,
    /// The observations beside it.
    pub observations: Stored<Observations>,
}

impl AssessmentPair {
    /// All findings that forbid a run.
    pub fn blocking(&self) -> Vec<&Finding> {
        let all = self.assessment.body.findings.iter().chain(&self.observations.body.findings);
        all.filter(|finding| finding.blocks).collect()
    }
}

impl App<'_> {
    /// Assesses an installation, and stores what was found.
    pub fn assess(&self, target: &Target, to: Option<&Version>) -> Result<AssessmentPair> {
        let assessed = self.look(target, to)?;
        for template in &assessed.templates {
            self.state.save(template.clone())?;
        }
        let assessment = self.state.save(assessed.assessment)?;
        let observations = self.state.save(assessed.observations)?;
        let artifacts = self.artifacts_folder(&self.newest(target)?);
        self.update(target, |newest| {
            newest.assessment = Some(assessment.digest);
            newest.observations = Some(observations.digest);
            newest.artifacts = Some(artifacts);
        })?;
        Ok(AssessmentPair { assessment, observations })
    }

    /// Looks at an installation without storing anything but what was read of archives.
    pub(crate) fn look(&self, target: &Target, to: Option<&Version>) -> Result<Assessed> {
        let entry = target.entry();
        let pack = self.packs.get(entry.platform.as_str())?;
        let logins = read_logins(&entry.logins, self)?;
        let fingerprinter = self.state.fingerprinter()?;
        let host = reach::host(target)?;
        let connect = reach::connect(target)?;
        let controller = controller();
        let artifacts = HostPath::from(self.artifacts_folder(&self.newest(target)?));
        Ok(assess(&Request {
            environment: target.environment_name(),
            installation: &target.installation,
            entry,
            pack: &pack,
            reader: Reader::new(&*host, &self.cancel, QUESTION_SECONDS),
            connect: &*connect,
            logins: &logins,
            controller: Reader::new(&controller, &self.cancel, QUESTION_SECONDS),
            artifacts: &artifacts,
            to,
            fingerprint: &|content| fingerprinter.of(content),
            cache: &StateCache::of(&self.state),
            tell: &|what| self.person.tell(what),
        })?)
    }
}

/// The machine that Refit runs on, as a host.
pub(crate) fn controller() -> LocalHost {
    LocalHost::new(HostName::new("controller").expect("`controller` is a valid name"))
}
