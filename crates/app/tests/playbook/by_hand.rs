//! A playbook that was learned on staging, followed on a third environment: by a person with a
//! shell alone, taken back by the same means, and then by Refit.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use refit_app::{App, CheckResult, Rendered, Target};
use refit_demo::{DemoSite, SiteUser, Variant, artifacts_for_tests};
use refit_model::{DecisionFate, Plan, Playbook, Stored};

use crate::reader::{Read, Shell, read};
use crate::world::{Running, WITHIN, app, carry_out, files_below, plan, running};

const TEST: &str = "a_person_with_a_shell_alone_follows_a_playbook";
/// Messages that are sent to the new version before the way back.
const LATER: u64 = 7;

#[test]
fn a_person_with_a_shell_alone_follows_a_playbook() {
    let Some([old, new]) = artifacts_for_tests(TEST, ["5.16.7", "5.18.3"]) else { return };
    let artifacts = new.parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let shell = match Shell::new(&folder) {
        Ok(shell) => shell,
        Err(missing) => {
            eprintln!("SKIPPED {TEST}: needs {missing}");
            return;
        }
    };
    let (staging, third) = make_both(&folder, &old);

    let learner = app(&folder, "state", artifacts);
    let playbook = learn(&learner, &staging);
    let carried = carry(&learner, &playbook, &folder);
    holds_no_secret(&folder.join("carried"), &staging.site);

    // Another state directory: the playbook is all that comes along.
    let follower = app(&folder, "other-state", artifacts);
    let target = follower.target("third").unwrap();
    let playbook = follower.find_playbook(Some(carried.to_str().unwrap())).unwrap();
    differs_as_expected(&follower, &target, &playbook);
    let rendered = follower.render_playbook(&target, &playbook, &folder.join("rendered")).unwrap();
    holds_no_secret(&folder.join("rendered"), &third.site);
    is_not_overwritten(&follower, &target, &playbook, &folder);

    let markdown = fs::read_to_string(folder.join("rendered/playbook.md")).unwrap();
    let read = read(&markdown);
    let before = third.site.software_digest().unwrap();
    goes_there(&shell, &read, &third.site);
    tells_the_version_in_every_way(&shell, &folder, &third.site);
    third.site.send_more(0, LATER, Instant::now() + WITHIN).unwrap();
    goes_back(&shell, &read, &third.site);
    assert_eq!(third.site.software_digest().unwrap(), before, "a file of the old version changed");

    let applied = follower.apply_playbook(&target, &playbook).unwrap();
    assert_eq!(applied.plan.body.playbook, Some(playbook.digest));
    carry_out(&follower, &target);
    serves(&third.site, "5.18.3", LATER);
    wrote_the_same(&third.site, &rendered);
}

/// Staging and the third environment, made at the same time.
fn make_both(folder: &Path, archive: &Path) -> (Running, Running) {
    std::thread::scope(|scope| {
        let third = scope.spawn(|| running(folder, archive, Variant::Third, "third"));
        (running(folder, archive, Variant::Staging, "staging"), third.join().unwrap())
    })
}

/// Upgrades staging and compiles the playbook.
fn learn(app: &App<'_>, staging: &Running) -> Stored<Playbook> {
    let target = app.target("staging").unwrap();
    let early = app.build_playbook(&target).unwrap_err();
    assert!(early.to_string().contains("nothing was run"), "{early}");
    plan(app, &target);
    carry_out(app, &target);
    serves(&staging.site, "5.18.3", 0);
    let step = "verify-new".parse().ok();
    let secret = staging.site.credentials(SiteUser::Admin).unwrap().password;
    let text = format!("the console is fine; {} works", secret.expose_text().unwrap());
    app.note(&target, step, "A. Tester", &text).unwrap();
    let playbook = app.build_playbook(&target).unwrap();
    says_what_was_done(&playbook.body);
    let verified = app.verify_playbook(&playbook).unwrap();
    assert!(verified.checks.iter().all(|check| check.result == CheckResult::Right), "{verified:?}");
    a_changed_plan_is_found(app, &playbook);
    playbook
}

fn a_changed_plan_is_found(app: &App<'_>, playbook: &Stored<Playbook>) {
    let path = app.state.path_of::<Plan>(playbook.body.plan);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("5.18.3", "5.18.4", 1)).unwrap();
    let verified = app.verify_playbook(playbook).unwrap();
    assert!(!verified.is_right(), "{verified:?}");
    fs::write(&path, text).unwrap();
}

fn says_what_was_done(playbook: &Playbook) {
    assert_eq!(
        playbook.title,
        "Upgrade Apache ActiveMQ Classic from 5.16.7 to 5.18.3, side by side"
    );
    assert!(playbook.downtime_milliseconds.is_some_and(|down| down > 100));
    let unknown = |meaning: &str| meaning == "a value of the site";
    assert!(!playbook.parameters.iter().any(|one| unknown(&one.meaning)), "each has a meaning");
    let step = |id: &str| playbook.steps.iter().find(|step| step.step.id.as_str() == id).unwrap();
    assert_eq!(step("switch-link").seen, "${home} links to ${new_home}");
    assert_eq!(step("start-new").seen, "process NUMBER tells ${new_version} at openwire, stomp");
    assert!(step("start-new").measured_milliseconds.is_some_and(|took| took > 100));
    assert_eq!(step("start-new").attempts, 1);
    let [note] = step("verify-new").notes.as_slice() else { panic!("one note") };
    assert_eq!(note.text, "the console is fine; (secret) works");
}

/// Carries the playbook to where another state directory will read it.
fn carry(app: &App<'_>, playbook: &Stored<Playbook>, folder: &Path) -> PathBuf {
    let written = app.write_playbook(playbook, &folder.join("carried")).unwrap();
    for file in ["playbook.json", "playbook.md", "playbook.html"] {
        assert!(written.files.iter().any(|name| name == file), "{file}");
    }
    written.folder.join("playbook.json")
}

fn differs_as_expected(app: &App<'_>, target: &Target, playbook: &Stored<Playbook>) {
    let verified = app.verify_playbook(playbook).unwrap();
    assert!(verified.is_right(), "{verified:?}");
    assert!(verified.checks.iter().any(|check| check.result == CheckResult::NotChecked));
    let followed = app.follow_playbook(target, playbook).unwrap();
    let drift = &followed.drift.body;
    let [decision] = drift.decisions.as_slice() else { panic!("one decision") };
    assert_eq!(
        (decision.subject.as_str(), decision.fate),
        ("data-location", DecisionFate::Applies)
    );
    assert_eq!(drift.questions, []);
    let facts: Vec<_> = drift.facts.iter().map(|fact| fact.fact.as_str()).collect();
    assert!(facts.contains(&"broker.name"), "{facts:?}");
    assert!(!facts.contains(&"data.path"), "site values are no differences: {facts:?}");
    assert!(drift.parameters.iter().any(|one| one.name == "new_port.stomp"));
    let steps: Vec<_> = drift.steps.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(steps, ["place-site-files"], "the keystore has another name");
    assert_eq!(app.newest(target).unwrap().plan, None, "nothing of the environment is changed");
}

/// None of an environment's passwords is in any file.
fn holds_no_secret(folder: &Path, site: &DemoSite) {
    let keystore = fs::read(site.folder().join("secrets/keystore")).unwrap();
    let mut secrets = vec![keystore.trim_ascii().to_vec()];
    for user in SiteUser::ALL {
        secrets.push(site.credentials(user).unwrap().password.expose().to_vec());
    }
    for (path, content) in files_below(folder) {
        for secret in &secrets {
            let found = content.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} holds a secret", path.display());
        }
    }
}

/// What was rendered is not overwritten with something else.
fn is_not_overwritten(app: &App<'_>, target: &Target, playbook: &Stored<Playbook>, folder: &Path) {
    let error = app.render_playbook(target, playbook, &folder.join("rendered")).unwrap_err();
    assert!(error.to_string().contains("is not empty"), "{error}");
    let error = app.write_playbook(playbook, &folder.join("rendered")).unwrap_err();
    assert!(error.to_string().contains("--output"), "{error}");
    let error = app.write_playbook(playbook, &folder.join("environments")).unwrap_err();
    assert!(error.to_string().contains("holds no playbook"), "{error}");
}

fn goes_there(shell: &Shell, read: &Read, site: &DemoSite) {
    let steps = read.steps.iter().flat_map(|(_, blocks)| blocks);
    let typed: Vec<_> = read.session.iter().chain(steps).collect();
    let seen = shell.types(typed.iter().copied()).unwrap_or_else(|seen| panic!("{seen}"));
    assert_eq!(seen.matches("OK: ").count(), typed.len(), "{seen}");
    serves(site, "5.18.3", 0);
    let link = fs::read_link(site.link()).unwrap();
    assert!(link.ends_with("apache-activemq-5.18.3"), "{}", link.display());
    assert!(site.software().join("activemq-data/kahadb").is_dir());
    let configuration = fs::read_to_string(site.link().join("conf/activemq.xml")).unwrap();
    let keystore = fs::read_to_string(site.folder().join("secrets/keystore")).unwrap();
    assert!(configuration.contains(keystore.trim()), "the keystore's password is kept");
    assert!(configuration.contains("48 mb") && !configuration.contains("logQuery"));
    let own_log = fs::read_to_string(site.link().join("conf/log4j2.properties")).unwrap();
    assert!(own_log.contains("acme-stamp.log"));
}

/// Sites without a plain OpenWire connector are asked in another way.
fn tells_the_version_in_every_way(shell: &Shell, folder: &Path, site: &DemoSite) {
    let secrets = folder.join("secrets-of-the-person");
    fs::create_dir(&secrets).unwrap();
    let keep = |name: &str, user: SiteUser, text: &dyn Fn(&str) -> String| {
        let password = site.credentials(user).unwrap().password;
        let path = secrets.join(name);
        fs::write(&path, text(password.expose_text().unwrap())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    };
    keep("broker-password", SiteUser::Probe, &|password| format!("{password}\n"));
    keep("console.netrc", SiteUser::ConsoleMonitor, &|password| {
        format!("machine 127.0.0.1 login monitor password {password}\n")
    });
    let at = |port: u16| format!("127.0.0.1:{port}");
    let ports = site.ports();
    let asks = |version: &str| {
        [
            format!("tells_openwire {} {version}", at(ports.openwire)),
            format!("tells_stomp {} {version} probe", at(ports.stomp)),
            format!("tells_console {} {version}", at(ports.console)),
        ]
    };
    let begin =
        format!("SECRETS='{}'\n. '{}/rendered/functions.sh'", secrets.display(), folder.display());
    for question in asks("5.18.3") {
        shell.types([&begin, &question]).unwrap_or_else(|seen| panic!("{question}: {seen}"));
    }
    for question in ["5.18.30", "5.18", "5.16.7"].iter().flat_map(|version| asks(version)) {
        let seen = shell.types([&begin, &question]).expect_err(&question);
        assert!(seen.contains("does not tell version"), "{question}: {seen}");
    }
}

fn goes_back(shell: &Shell, read: &Read, site: &DemoSite) {
    let back = read.back.iter().flat_map(|(_, blocks)| blocks);
    let typed: Vec<_> = read.session.iter().chain(back).collect();
    let seen = shell.types(typed.iter().copied()).unwrap_or_else(|seen| panic!("{seen}"));
    assert_eq!(seen.matches("OK: ").count(), typed.len(), "{seen}");
    serves(site, "5.16.7", LATER);
    // Its restore points are of then: nobody follows the same text a second time.
    let again = read.session.iter().chain(&read.steps[0].1);
    let seen = shell.types(again).unwrap_err();
    assert!(seen.contains("this playbook was followed before"), "{seen}");
}

/// The broker tells the version, and holds every message as it was sent.
fn serves(site: &DemoSite, version: &str, later: u64) {
    let deadline = Instant::now() + WITHIN;
    let console = site.console(SiteUser::ConsoleMonitor).unwrap();
    // The console comes up some time after the connectors.
    let broker = loop {
        match console.broker(deadline) {
            Ok(broker) => break broker,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(broker.version, version);
    let held = site.held(deadline).unwrap();
    assert!(held.is_all(&site.expected(), later), "{held:?}");
}

/// Refit wrote the new home's files byte for byte as the person did, with the same permissions.
fn wrote_the_same(site: &DemoSite, rendered: &Rendered) {
    let aside = format!("apache-activemq-5.18.3.rolled-back-{}", rendered.run);
    let by_hand = site.software().join(aside);
    let by_refit = site.software().join("apache-activemq-5.18.3");
    for part in ["bin", "conf", "lib", "webapps"] {
        let contents = |home: &Path| -> Vec<_> {
            files_below(&home.join(part))
                .into_iter()
                .map(|(path, content)| {
                    let mode = fs::metadata(&path).unwrap().permissions().mode();
                    (path.strip_prefix(home).unwrap().to_owned(), mode, content)
                })
                .collect()
        };
        let (one, other) = (contents(&by_hand), contents(&by_refit));
        assert!(one.len() > 5, "{part} is not empty");
        for (one, other) in one.iter().zip(&other) {
            let (path, mode, content) = one;
            assert_eq!((path, mode), (&other.0, &other.1));
            assert!(*content == other.2, "{} differs", path.display());
        }
        assert_eq!(one.len(), other.len(), "{part}");
    }
    let link = |home: &Path| fs::read_link(home.join("data")).unwrap();
    assert_eq!(link(&by_hand), link(&by_refit));
}
