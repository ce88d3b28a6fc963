//! Every page is checked by axe in a real browser, light and dark.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use refit_pages::assets;
use serde_json::{Value, json};

use crate::pages;
use crate::webdriver::{Driver, Window};

/// What axe says about a page: of all that it finds what is serious.
const ASK: &str = "
    const tell = arguments[arguments.length - 1];
    axe.run(document, Object.assign({ resultTypes: ['violations'] }, arguments[0])).then(
        found => tell(found.violations
            .filter(one => ['serious', 'critical'].includes(one.impact))
            .map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | '))),
        error => tell(['axe failed: ' + error]));";

#[test]
fn axe_finds_nothing_serious_on_any_page() {
    let test = "axe_finds_nothing_serious_on_any_page";
    let artifacts = std::env::var_os("REFIT_TEST_ARTIFACTS").map(PathBuf::from);
    let axe = artifacts.map(|folder| folder.join("node/node_modules/axe-core/axe.min.js"));
    let Some(axe) = axe.and_then(|path| fs::read_to_string(path).ok()) else {
        crate::cluster::tell_skipped(test, "npm's package axe-core");
        return;
    };
    let Some(driver) = Driver::start(test) else { return };
    let folder = written(&axe);
    let mut problems = Vec::new();
    let pages = kinds();
    let window = driver.window(true);
    // Nothing but contrast depends on the scheme, and a case has everything that has colours.
    let all = |_: &&String| true;
    let of_case: fn(&&String) -> bool = |name| name.contains(FULLEST);
    for (scheme, options, are_meant) in [
        ("light", json!({}), all as fn(&&String) -> bool),
        ("dark", json!({ "runOnly": ["color-contrast"] }), of_case),
    ] {
        window.prefer(scheme);
        for name in pages.iter().filter(are_meant) {
            window.open(&format!("file://{}/{name}.html", folder.path().display()));
            if scheme == "light" {
                window.picture(name);
            }
            let found = found(&window, &options).into_iter();
            problems.extend(found.map(|one| format!("{name}, {scheme}: {one}")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(pages.len() > 30, "{pages:?}");
    // It would find something.
    window.open(&format!("file://{}/bad.html", folder.path().display()));
    assert!(!found(&window, &json!({})).is_empty());
}

/// The stage at which a case has most to show, and one at which most can be done.
const FULLEST: &str = "oncall-";
const BUSIEST: &str = "planned-";

/// One page of each kind: pages of different roles and stages differ in what can be done on them.
fn kinds() -> Vec<String> {
    let parts = ["overview", "activities", "documents", "upgrade", "playbook", "history"];
    let is_other = |name: &str| {
        let is_part = parts.iter().chain(&["questionnaire"]).any(|part| name.ends_with(part));
        is_part && ![FULLEST, BUSIEST].iter().any(|stage| name.contains(stage))
    };
    let mut kinds = BTreeMap::new();
    for name in pages::all().into_keys().filter(|name| !is_other(name)) {
        let roles = ["project-manager-", "administrator-", "consultant-", "customer-"];
        let kind = roles.iter().find_map(|role| name.strip_prefix(role)).unwrap_or(&name);
        kinds.insert(kind.to_owned(), name);
    }
    kinds.into_values().collect()
}

/// The pages as files, with what they load beside them, and axe.
fn written(axe: &str) -> tempfile::TempDir {
    const LOAD: &str = "<script src=\"axe.js\"></script></head>";
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    for asset in assets() {
        fs::write(folder.path().join(&asset.path[1..]), asset.content).unwrap();
    }
    for (name, page) in pages::all() {
        let page = page.as_str().replace("\"/assets/", "\"assets/").replace("</head>", LOAD);
        fs::write(folder.path().join(format!("{name}.html")), page).unwrap();
    }
    let bad = format!("<html><head>{LOAD}<body><img src=x><input></body></html>");
    fs::write(folder.path().join("bad.html"), bad).unwrap();
    fs::write(folder.path().join("axe.js"), axe).unwrap();
    folder
}

fn found(window: &Window<'_>, options: &Value) -> Vec<String> {
    let Value::Array(found) = window.ask_script(ASK, options) else { panic!("axe gives a list") };
    found.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
}

impl Window<'_> {
    fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        let parameters = json!({ "features": [feature] });
        self.send(
            "goog/cdp/execute",
            &json!({ "cmd": "Emulation.setEmulatedMedia", "params": parameters }),
        );
    }

    fn ask_script(&self, script: &str, argument: &Value) -> Value {
        self.send("execute/async", &json!({ "script": script, "args": [argument] }))
    }
}
