//! The assessment: looks in a fixed order, then lets the pack's checks judge the facts.

use std::collections::BTreeMap;

use refit_hosts::{Identity, Process};
use refit_model::{
    Assessment, Document as _, Finding, Hop, HostPath, Observations, Remedy, Severity,
    StoreReading, Target, Template, UnknownName, Version,
};
use refit_packs::{CheckRule, Endpoints, ShippedEntry, Side, Words};

use crate::configuration::{self, Configuration};
use crate::files::{self, Home};
use crate::folders::{self, Places};
use crate::gathered::Gathered;
use crate::jars;
use crate::release::{self, Release};
use crate::request::Request;
use crate::{
    AssessError, Result, access, boot, endpoints, environment_script, holdings, java_version,
    names, process, references, scope, store, version,
};

/// An assessment with what belongs to it.
#[derive(Clone, Debug)]
pub struct Assessed {
    /// What stays the same while nobody changes the installation.
    pub assessment: Assessment,
    /// What changes by itself.
    pub observations: Observations,
    /// The texts that the assessment names, without secrets.
    pub templates: Vec<Template>,
}

/// The version to go to, with what its archive holds.
struct Goal {
    target: Target,
    way: Vec<Hop>,
    release: Release,
    unknown_names: Vec<UnknownName>,
}

/// What is known before the target is looked at.
struct Site {
    identity: Identity,
    process: Option<Process>,
    places: Places,
    words: Words,
    installed: Version,
    shipped: BTreeMap<String, ShippedEntry>,
    home: Home,
    configuration: Configuration,
    endpoints: Endpoints,
    written: Vec<refit_model::WrittenPath>,
}

/// Assesses an installation. Nothing is changed.
pub fn assess(request: &Request<'_>) -> Result<Assessed> {
    let mut gathered = Gathered::new();
    let site = look_at_site(&mut gathered, request)?;
    let told = endpoints::look(&mut gathered, request, &site.endpoints, site.process.as_ref())?;
    let agrees =
        gathered.facts.text("broker.version_told").map(|told| told == site.installed.to_string());
    if let Some(agrees) = agrees {
        gathered.fact("broker.version_agrees", agrees);
    }
    if let Some(told) = &told {
        holdings::look(&mut gathered, request, told);
    }
    let stores = store::look(
        &mut gathered,
        request.reader,
        &site.written,
        &request.pack.product.layout,
        site.process.as_ref(),
    )?;
    inside_old_home(&mut gathered, &site, &stores.folders);
    boot::look(&mut gathered, request.reader, request.entry, &site.places.folders)?;
    let home_bytes = site.home.size_bytes;
    let folders = &site.places.folders;
    access::look(&mut gathered, request.reader, folders, home_bytes, stores.size_bytes)?;
    access::memory(&mut gathered, &site.identity, site.process.as_ref());
    let goal = look_at_target(&mut gathered, request, &site)?;
    references::look(
        &mut gathered,
        request.reader,
        &site.places.folders.home,
        &site.configuration.documents,
        &site.words,
        &site.shipped,
        goal.as_ref().map(|goal| &goal.release.files),
    )?;
    let unreadable = std::mem::take(&mut gathered.unreadable);
    gathered.list("access.unreadable", unreadable);
    conclude(request, gathered, site, goal)
}

fn look_at_site(gathered: &mut Gathered, request: &Request<'_>) -> Result<Site> {
    let (reader, pack) = (request.reader, request.pack);
    let product = &pack.product;
    (request.tell)("the running broker");
    let identity = reader.identity()?;
    let (home, link) = folders::home(reader, request.entry, pack.name())?;
    let process = process::look(gathered, reader, &product.process, &home, &identity)?;
    let places =
        folders::look(gathered, reader, request.entry, product, home, link, process.as_ref())?;
    let home = places.folders.home.clone();
    let words = words(request, &places);
    let installed = installed(gathered, request, &places)?;
    environment_script::look(gathered, reader, pack, &home, &identity, &installed, &words)?;
    layout(gathered, request, &places)?;
    let pid_file = words.fill(&product.layout.pid_file.path).into();
    process::look_at_pid_file(gathered, reader, &pid_file, process.as_ref());

    (request.tell)("files and settings");
    let shipped = release::shipped_files(request, &installed)?;
    let skip = [places.folders.data.clone(), places.folders.control.clone()];
    let files = files::look(gathered, reader, pack, &home, &shipped, &skip)?;
    files::facts(gathered, pack, &files);
    let configuration =
        configuration::look(gathered, reader, pack, &home, &files, request.fingerprint);
    presence(gathered, request, Side::Installed, |path| {
        files
            .files
            .iter()
            .any(|file| file.path == path && file.origin != refit_model::FileOrigin::Removed)
    });
    let read = pack.facts.read_facts(&configuration.documents);
    for (name, value) in read.iter() {
        gathered.facts.set(name, value.clone());
    }
    let endpoints = pack.facts.read_endpoints(&configuration.documents, &words);
    let written = pack.facts.read_written(&configuration.documents, &gathered.facts, &words);
    let written = absolute(written, &places);
    Ok(Site {
        identity,
        process,
        places,
        words,
        installed,
        shipped,
        home: files,
        configuration,
        endpoints,
        written,
    })
}

/// What the words of configuration files stand for here.
fn words(request: &Request<'_>, places: &Places) -> Words {
    let folders = [
        ("home", &places.folders.home),
        ("base", &places.base),
        ("conf", &places.conf),
        ("data", &places.data_as_named),
    ];
    Words::new(&request.pack.product.layout, &folders)
}

/// Relative places are relative to the process' working directory.
fn absolute(
    written: Vec<refit_model::WrittenPath>,
    places: &Places,
) -> Vec<refit_model::WrittenPath> {
    let resolve = |mut one: refit_model::WrittenPath| {
        one.path = places.working.join(one.path.as_path());
        // As the data are named with links resolved elsewhere, so here.
        if let Ok(below) = one.path.as_path().strip_prefix(places.data_as_named.as_path()) {
            one.path = places.folders.data.join(below);
        }
        one
    };
    written.into_iter().map(resolve).collect()
}

/// The version: what the broker's own jar says, and what the others say.
fn installed(gathered: &mut Gathered, request: &Request<'_>, places: &Places) -> Result<Version> {
    let home = &places.folders.home;
    let told = version::markers(gathered, request.reader, request.pack, home)?;
    // The newest marker is the folder's own version; older ones are jars that were left or put in.
    let Some(installed) = told.into_iter().next_back() else {
        return Err(no_version(request, home)?);
    };
    gathered.fact("installed.version", installed.to_string());
    request.pack.series(&installed)?;
    Ok(installed)
}

/// Why no version can be told.
fn no_version(request: &Request<'_>, home: &HostPath) -> Result<AssessError> {
    let home = home.clone();
    let made_by_create = is_created_instance(request, &home)?;
    Ok(if made_by_create {
        AssessError::InstanceOnly { home }
    } else {
        AssessError::UnknownVersion { home }
    })
}

/// Whether the folder has configuration and a start script, and no software.
fn is_created_instance(request: &Request<'_>, home: &HostPath) -> Result<bool> {
    let there = |name: &str| request.reader.exists(&home.join(name));
    Ok(there("bin")? && there("conf")? && !there("lib")?)
}

fn layout(gathered: &mut Gathered, request: &Request<'_>, places: &Places) -> Result<()> {
    let home = &places.folders.home;
    let there = |name: &str| request.reader.exists(&home.join(name));
    gathered.fact("layout.created_instance", is_created_instance(request, home)?);
    let scripts =
        if there("bin")? { request.reader.list(&home.join("bin"), 10_000)? } else { Vec::new() };
    let is_instance = |name: &str| name.starts_with("activemq-instance-");
    let instance = scripts.iter().any(|entry| entry.path.to_str().is_some_and(is_instance));
    gathered.fact("layout.instance_script", instance);
    let wrapper = gathered.facts.text("process.started_by") == Some("wrapper");
    gathered.fact("layout.wrapper_used", wrapper);
    let listed = "/var/lib/dpkg/info/activemq.list".to_owned().into();
    let packaged = gathered.read_text(request.reader, &listed).unwrap_or_default();
    let inside = format!("{home}/");
    gathered.fact("layout.package_managed", packaged.lines().any(|line| line.starts_with(&inside)));
    Ok(())
}

/// The flags that say whether files are there.
fn presence(
    gathered: &mut Gathered,
    request: &Request<'_>,
    side: Side,
    is_there: impl Fn(&str) -> bool,
) {
    for presence in request.pack.facts.present.iter().filter(|presence| presence.side == side) {
        // A star at the end of a name is enough for what packs ask.
        let there = presence.paths.iter().any(|path| is_there(path));
        gathered.fact(&presence.fact, there);
    }
}

fn inside_old_home(gathered: &mut Gathered, site: &Site, stores: &[refit_model::HostPath]) {
    let home = &site.places.folders.home;
    let data = &site.places.folders.data;
    let mut inside: Vec<_> =
        stores.iter().filter(|path| path.is_within(home)).map(ToString::to_string).collect();
    if data.is_within(home) {
        inside.push(data.to_string());
    }
    gathered.fact("data.inside_old_home", !inside.is_empty());
    gathered.list("data.paths_inside_old_home", inside);
}

/// Chooses the target, reads its archive, and compares the site's jars and beans with it.
fn look_at_target(
    gathered: &mut Gathered,
    request: &Request<'_>,
    site: &Site,
) -> Result<Option<Goal>> {
    (request.tell)("the target version");
    let java = java(gathered, request, site);
    let available = release::available(request)?;
    let (version, way, why) = match request.to {
        Some(version) => {
            let way = request.pack.way(&site.installed, version)?;
            (version.clone(), way, Target::ASKED_FOR.to_owned())
        }
        None => match request.pack.newest_target(&site.installed, &available) {
            Ok(chosen) => (chosen.version, chosen.way, chosen.why),
            Err(refit_packs::VersionError::NoTarget { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        },
    };
    let archive = release::archive(request, &version)?;
    let release = release::release(request, &version, archive.digest, java.unwrap_or(17))?;
    for (name, value) in request.pack.series_facts(&site.installed, &version).iter() {
        gathered.facts.set(name, value.clone());
    }
    target_facts(gathered, request, &version, &way, &archive, java)?;
    presence(gathered, request, Side::Target, |path| release.files.contains_key(path));
    let question = jars::Question {
        reader: request.reader,
        pack: request.pack,
        home: &site.places.folders.home,
        files: &site.home,
        documents: &site.configuration.documents,
        installed: &site.installed,
        target: &version,
        classes: &release.classes,
        java,
    };
    jars::look(gathered, &question)?;
    let unknown_names = names::look(gathered, &question, &release.names);
    let target = Target { version, why, archive };
    Ok(Some(Goal { target, way, release, unknown_names }))
}

fn java(gathered: &mut Gathered, request: &Request<'_>, site: &Site) -> Option<u16> {
    let folders = &site.places.folders;
    gathered.fact("java.home", folders.java_home.to_string());
    gathered.fact("java.new_home", folders.new_java_home.to_string());
    let old = java_version::major(gathered, request.reader, &folders.java_home);
    let new = java_version::major(gathered, request.reader, &folders.new_java_home);
    if let Some(old) = old {
        gathered.fact("java.major", i64::from(old));
    }
    if let Some(new) = new {
        gathered.fact("java.new_major", i64::from(new));
    }
    new
}

fn target_facts(
    gathered: &mut Gathered,
    request: &Request<'_>,
    version: &Version,
    way: &[Hop],
    archive: &refit_model::Archive,
    java: Option<u16>,
) -> Result<()> {
    let series = request.pack.series(version)?;
    if let (Some(java), Some(range)) = (java, &series.java) {
        let java = u32::from(java);
        gathered.fact("java.fits_target", java >= range.lowest);
        gathered.fact("java.seen_with_target", java <= range.highest_seen);
    }
    if let Some(day) =
        series.end_of_life.as_ref().filter(|day| **day <= request.pack.product.knowledge)
    {
        gathered.fact("target.end_of_life", day.clone());
    }
    let trust = match archive.trust {
        refit_model::DigestTrust::VendorPublished => "vendor-published",
        refit_model::DigestTrust::Observed => "observed",
        refit_model::DigestTrust::Unconfirmed => "unconfirmed",
    };
    gathered.fact("target.archive_trust", trust);
    gathered.fact("way.hops", i64::try_from(way.len()).unwrap_or(i64::MAX));
    let reads = |reading| way.iter().any(|hop| hop.old_reads_new_store == reading);
    let reading = if reads(StoreReading::No) {
        "no"
    } else if reads(StoreReading::Unknown) {
        "unknown"
    } else {
        "yes"
    };
    gathered.fact("way.old_reads_new_store", reading);
    Ok(())
}

fn conclude(
    request: &Request<'_>,
    gathered: Gathered,
    site: Site,
    goal: Option<Goal>,
) -> Result<Assessed> {
    let mut all = gathered.facts.clone();
    for (name, value) in gathered.observed.iter() {
        all.set(name, value.clone());
    }
    let list = &request.pack.facts;
    // Without a target there is nothing that could be unknown about it.
    let asked = |check: &&CheckRule| goal.is_some() || !check.is_about_target(list);
    let checks = request.pack.checks.check.iter().filter(asked);
    let (observed, stable): (Vec<&CheckRule>, Vec<&CheckRule>) =
        checks.partition(|check| check.is_observation(list));
    let found = |checks: Vec<&CheckRule>| {
        let mut findings: Vec<_> = checks.iter().filter_map(|check| check.finding(&all)).collect();
        findings.sort();
        findings
    };
    let mut findings = found(stable);
    findings.extend(goal.is_none().then(|| no_target(request, &site)));
    let mut templates = site.configuration.templates.clone();
    let target_files = match &goal {
        Some(goal) => vendor_templates(request, &goal.release, &mut templates),
        None => BTreeMap::new(),
    };
    let scope = scope::lines(&site.home, &site.configuration);
    let assessment = Assessment {
        environment: request.environment.clone(),
        installation: request.installation.clone(),
        entry: request.entry.clone(),
        pack: request.pack.reference.clone(),
        installed: site.installed,
        way: goal.as_ref().map(|goal| goal.way.clone()).unwrap_or_default(),
        unknown_names: goal.as_ref().map(|goal| goal.unknown_names.clone()).unwrap_or_default(),
        target: goal.map(|goal| goal.target),
        folders: site.places.folders,
        facts: gathered.facts,
        endpoints: site.endpoints.endpoints.into_iter().map(|one| one.endpoint).collect(),
        written_paths: site.written,
        files: site.configuration.records,
        target_files,
        findings,
        scope,
    };
    let digest = assessment.digest().map_err(|_| refit_hosts::HostError::Unexpected)?;
    let observations =
        Observations { assessment: digest, facts: gathered.observed, findings: found(observed) };
    Ok(Assessed { assessment, observations, templates })
}

/// The vendor's new configuration files, as texts.
fn vendor_templates(
    request: &Request<'_>,
    release: &Release,
    templates: &mut Vec<Template>,
) -> BTreeMap<String, refit_model::Digest> {
    let mut files = BTreeMap::new();
    for (path, bytes) in &release.texts {
        let spec = request.pack.settings.file(path);
        let document = spec.and_then(|spec| refit_settings::Document::parse(bytes, spec).ok());
        // The vendor's passwords are public; keeping them as slots would hide them from the merge.
        let text = document.and_then(|_| String::from_utf8(bytes.clone()).ok());
        if let Some(text) = text {
            let template = Template::plain(text);
            if let Ok(digest) = template.digest() {
                files.insert(path.clone(), digest);
                templates.push(template);
            }
        }
    }
    files
}

fn no_target(request: &Request<'_>, site: &Site) -> Finding {
    let pattern = &request.pack.product.archive;
    Finding {
        severity: Severity::High,
        key: "no-target".into(),
        blocks: true,
        title: format!("no archive of a version after {} is there", site.installed),
        detail: format!("Looked in {} for files like {}.", request.artifacts, pattern.file),
        evidence: Vec::new(),
        remedy: Remedy::ByHand(format!(
            "Fetch {} (coordinates) and put it there.",
            pattern.coordinates
        )),
        sources: Vec::new(),
    }
}
