//! `refit settle`.

use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use refit_app::{
    AppError, KnownOfFile, NamedContent, SettleRequest, SettledAlone, session_user, settle_alone,
};
use refit_model::{Decision, ExitCode, Question, Secret, SettledFile, Settlement, Version};
use refit_packs::Packs;
use refit_report::SettlementReport;
use serde::{Deserialize, Serialize};

use crate::arguments::Format;
use crate::failure::{Ending, Failure};
use crate::screen::{Screen, style_of};

const EXAMPLES: &str = "\
The settled file goes to standard output and the report to standard error; with --output the file
is written, and the report goes to standard output. Where the site's file becomes two (RabbitMQ's
rabbitmq.config: rabbitmq.conf and advanced.config), --output is needed: it names the first, and the
second is written into the same folder under its own name. It takes the place of no other file:
where there is one, neither is written.

Where a person must decide, nothing is written and the command ends with code 4; where no decision
can help, with code 3. Decisions are a TOML file; the report says what can be chosen:

  [[decision]]
  subject = \"conf/activemq.xml#beans/broker/@brokerName\"
  choice = \"keep-site\"
  by = \"A. Name\"

Examples:
  refit settle --pack activemq-classic --from 5.16.7 --to 5.18.3 --file activemq.xml \\
      --site conf/activemq.xml --new new/conf/activemq.xml --output settled.xml
  refit settle --format properties --base old.properties --site site.properties \\
      --new new.properties > settled.properties";

/// Settles one configuration file: the vendor's new default, with what the site had changed.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Settle {
    /// The vendor's old default from which the site's file descends [default: the nearest that the
    /// pack knows]
    #[arg(long, value_name = "OLD")]
    base: Option<PathBuf>,
    /// The site's file
    #[arg(long, value_name = "MINE")]
    site: PathBuf,
    /// The vendor's new default; without it the new version ships none
    #[arg(long, value_name = "NEW")]
    new: Option<PathBuf>,
    /// How the file is written, where no pack knows it
    #[arg(
        id = "format", long = "format", value_name = "FORMAT", value_parser = Format::of_file,
        default_value = "by-pack", hide_default_value = true, required_unless_present = "pack"
    )]
    of_file: Format,
    /// The pack that knows the file
    #[arg(long, value_name = "PLATFORM", requires_all = ["from", "to", "file"])]
    pack: Option<String>,
    /// The version that the site runs
    #[arg(long, value_name = "VERSION", requires = "pack")]
    from: Option<Version>,
    /// The version that it is to run
    #[arg(long, value_name = "VERSION", requires = "pack")]
    to: Option<Version>,
    /// The file: its path below the home, or the end of it
    #[arg(long, value_name = "ROLE", requires = "pack")]
    file: Option<String>,
    /// What was decided before
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// A schema of the new version, or a jar of its that has one: names that it does not have are
    /// told
    #[arg(long, value_name = "XSD|JAR")]
    names: Option<PathBuf>,
    /// Where the settled file is to be written
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The form of the report
    #[arg(long, value_name = "FORM", default_value = "text", value_parser = Format::of_report)]
    format_report: Format,
}

/// The content of a file of decisions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decisions {
    #[serde(default)]
    decision: Vec<Decision>,
}

/// What programs get.
#[derive(Serialize)]
struct Answer<'a> {
    settlement: &'a Settlement,
    questions: &'a [Question],
    refused: bool,
    /// The same of a second file that the site's file becomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    companion: Option<Box<Answer<'a>>>,
}

impl<'a> Answer<'a> {
    fn of(settled: &'a SettledAlone) -> Self {
        Self {
            settlement: &settled.settlement,
            questions: &settled.questions,
            refused: settled.refused,
            companion: settled.companion.as_ref().map(|beside| Box::new(Self::of(beside))),
        }
    }
}

impl Settle {
    pub fn perform(&self, packs: &Packs, screen: &Screen) -> Ending {
        let request = self.request()?;
        let settled = settle_alone(packs, &request)?;
        let report = self.reports(&settled, screen)?;
        let beside = self.beside(&settled)?;
        match (&self.output, &settled.content) {
            (Some(path), Some(content)) => {
                if let Some((path, content)) = &beside {
                    write(path, content, &self.site)?;
                }
                write(path, content, &self.site)?;
                screen.text(&report)?;
                if let Some((path, _)) = &beside {
                    screen.aside(&format!("A second file was written: {}", path.display()));
                }
            }
            (Some(_), None) => screen.text(&report)?,
            (None, Some(content)) => {
                screen.bytes(content.expose())?;
                screen.aside(&report);
            }
            (None, None) => screen.aside(&report),
        }
        let all = || std::iter::once(&settled).chain(settled.companion.as_deref());
        let open = all().any(|file| file.settlement.result == SettledFile::Open);
        Ok(match open {
            true if all().any(|file| file.refused) => ExitCode::Blocked,
            true => ExitCode::NeedsPerson,
            false => ExitCode::Done,
        })
    }

    /// Where a second file goes that the site's file becomes: beside the first, under its own name.
    /// It never takes the place of another file, and is never left out.
    fn beside<'a>(
        &self,
        settled: &'a SettledAlone,
    ) -> Result<Option<(PathBuf, &'a Secret)>, Failure> {
        let Some(beside) = &settled.companion else {
            return Ok(None);
        };
        let (Some(content), Some(_)) = (&beside.content, &settled.content) else {
            return Ok(None);
        };
        let name = beside.settlement.file.rsplit('/').next().unwrap_or_default();
        let Some(output) = &self.output else {
            return Err(Failure::usage(format!(
                "the site's file becomes two, the second one is {name}: give --output, so that it \
                 can be written beside the first"
            )));
        };
        let path = output.with_file_name(name);
        if path == *output {
            return Err(Failure::usage(format!(
                "{}: the site's file becomes two, and {name} is the second one: name the first one \
                 with --output",
                path.display()
            )));
        }
        if path.exists() {
            return Err(Failure::failed(format!(
                "{}: exists, and what is left of the site's file is to be written there: nothing \
                 was written",
                path.display()
            )));
        }
        Ok(Some((path, content)))
    }

    fn request(&self) -> Result<SettleRequest, Failure> {
        let side = |path: &Path| {
            let content = fs::read(path).map_err(|error| unreadable(path, &error))?;
            let name = path.display().to_string();
            Ok::<_, Failure>(NamedContent { name, content: Secret::new(content) })
        };
        let known = match (&self.pack, &self.from, &self.to, &self.file, &self.of_file) {
            (Some(platform), Some(from), Some(to), Some(file), _) => KnownOfFile::Pack {
                platform: platform.clone(),
                from: from.clone(),
                to: to.clone(),
                file: file.clone(),
            },
            (_, _, _, _, Format::OfFile(Some(format))) => KnownOfFile::Format(*format),
            _ => {
                return Err(Failure::usage(
                    "give --format, or --pack with --from, --to and --file",
                ));
            }
        };
        Ok(SettleRequest {
            base: self.base.as_deref().map(side).transpose()?,
            site: side(&self.site)?,
            new: self.new.as_deref().map(side).transpose()?,
            known,
            names: self.names.as_deref().map(side).transpose()?,
            decisions: self.decisions.as_deref().map(decisions).transpose()?.unwrap_or_default(),
        })
    }

    /// The report, with that of a second file. A page is about one file: that of the second goes to
    /// standard error as text.
    fn reports(&self, settled: &SettledAlone, screen: &Screen) -> Result<String, Failure> {
        let report = self.report(settled, self.format_report)?;
        let Some(beside) = &settled.companion else {
            return Ok(report);
        };
        match self.format_report {
            Format::Json => Ok(report),
            Format::Html => {
                screen.aside(&self.report(beside, Format::Text)?);
                Ok(report)
            }
            Format::Text | Format::OfFile(_) => {
                Ok(format!("{report}\n{}", self.report(beside, self.format_report)?))
            }
        }
    }

    fn report(&self, settled: &SettledAlone, format: Format) -> Result<String, Failure> {
        let report = SettlementReport {
            settlement: &settled.settlement,
            questions: &settled.questions,
            by: &session_user(),
            texts: settled.result_text.as_deref().map(|result| (&*settled.site_text, result)),
        };
        let failed = |error: &dyn std::fmt::Display| Failure::failed(error.to_string());
        match format {
            Format::Json => {
                serde_json::to_string_pretty(&Answer::of(settled)).map_err(|error| failed(&error))
            }
            Format::Html => Ok(report.to_html()),
            Format::Text | Format::OfFile(_) => {
                let terminal = match self.output {
                    Some(_) => std::io::stdout().is_terminal(),
                    None => std::io::stderr().is_terminal(),
                };
                Ok(report.to_text(style_of(terminal)))
            }
        }
    }
}

fn decisions(path: &Path) -> Result<Vec<Decision>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let read: Decisions = toml::from_str(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    Ok(read.decision)
}

/// Writes the settled file: whole or not at all, readable for those who may read the site's.
fn write(path: &Path, content: &Secret, like: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let fail = |error: std::io::Error| {
        Failure::failed(format!("{}: cannot be written: {error}", path.display()))
    };
    let mode = fs::metadata(like).map_err(fail)?.permissions().mode() & 0o777;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create(true).truncate(true).mode(mode).open(&partial);
    let mut file = opened.map_err(fail)?;
    file.write_all(content.expose()).and_then(|()| file.sync_all()).map_err(fail)?;
    fs::rename(&partial, path).map_err(fail)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    AppError::Usage(format!("{}: cannot be read: {error}", path.display())).into()
}
