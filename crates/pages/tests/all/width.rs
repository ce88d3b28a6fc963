//! No page is wider than its window, with every fold open: on a screen, and on a phone.

use std::fs;

use refit_pages::assets;
use serde_json::{Value, json};

use crate::pages;
use crate::webdriver::{Driver, Window};

/// The widths that pages are looked at, in pixels: a phone, and a screen.
const WIDTHS: [u32; 2] = [390, 1280];
/// The pages that are kept as pictures, to be looked at.
const PICTURES: [&str; 7] = [
    "consultant-tested-upgrade",
    "consultant-planned-overview",
    "customer-planned-questionnaire",
    "customer-new-request",
    "administrator-audit",
    "administrator-users",
    "customer-planned-overview",
];
/// Opens all folds; tells how wide the page is and its window, and labels that are squeezed: much
/// higher than wide.
const LOOK: &str = "
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    const page = document.documentElement;
    const squeezed = [...document.querySelectorAll('label span')]
        .filter(one => one.getClientRects().length > 0 && !one.className)
        .filter(one => one.offsetHeight > 60 && one.offsetWidth < one.offsetHeight / 2);
    const wide = [...document.querySelectorAll('main *')]
        .filter(one => one.getBoundingClientRect().right > page.clientWidth + 1)
        .filter(one => !one.closest('.scroll'));
    return [page.scrollWidth, page.clientWidth,
            squeezed.map(one => one.textContent), wide.slice(0, 3).map(one => one.outerHTML)];";

#[test]
fn no_page_is_wider_than_its_window_with_every_fold_open() {
    let test = "no_page_is_wider_than_its_window_with_every_fold_open";
    let Some(driver) = Driver::start(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    for asset in assets() {
        fs::write(folder.path().join(&asset.path[1..]), asset.content).unwrap();
    }
    let window = driver.window(true);
    let mut wrong = Vec::new();
    let mut looked_at = 0;
    for (name, page) in pages::all().iter().filter(|(name, _)| is_one_of_its_kind(name)) {
        let page = page.as_str().replace("\"/assets/", "\"assets/");
        fs::write(folder.path().join("page.html"), page).unwrap();
        window.open(&format!("file://{}/page.html", folder.path().display()));
        for width in WIDTHS {
            window.be_wide(width);
            let (is_fine, told) = look(&window);
            if !is_fine {
                wrong.push(format!("{name} at {width}: {told}"));
            }
            if PICTURES.contains(&name.as_str()) {
                window.whole_picture(&format!("{name}-{width}"));
            }
            looked_at += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(looked_at > 100, "{looked_at}");
    // It would find both.
    let bad = "<!DOCTYPE html><html><body><main><p style='width: 3000px'>wide</p><div \
               style='width: 1px'><label><span>s q u e e z e d l e t t e r s</span></label></div>\
               </main></body></html>";
    fs::write(folder.path().join("page.html"), bad).unwrap();
    window.open(&format!("file://{}/page.html", folder.path().display()));
    let (is_fine, told) = look(&window);
    assert!(!is_fine && told.contains("3000px") && told.contains("s q u e e z e d"), "{told}");
}

/// Pages of roles and stages that have forms which others do not: the rest would take its time, and
/// tell nothing more.
fn is_one_of_its_kind(name: &str) -> bool {
    let is_of_case = ["new", "asked", "planned", "tested", "reviewed", "oncall", "closed"]
        .iter()
        .any(|stage| name.contains(&format!("-{stage}-")) && !name.contains("new-request"));
    let has_most =
        ["consultant-tested-", "customer-planned-", "customer-oncall-", "project-manager-new-"]
            .iter()
            .any(|begin| name.starts_with(begin));
    let is_twice = !["administrator-", "public-"].iter().any(|begin| name.starts_with(begin));
    has_most || (!is_of_case && !is_twice)
}

/// Whether the page that is open fits, and what was found.
fn look(window: &Window<'_>) -> (bool, String) {
    let found = window.send("execute/sync", &json!({ "script": LOOK, "args": [] }));
    let number = |at: usize| found[at].as_u64().unwrap();
    let is_none = |at: usize| found[at].as_array().is_some_and(Vec::is_empty);
    (number(0) <= number(1) && is_none(2), Value::to_string(&found))
}

impl Window<'_> {
    /// Gives the page this width, also one that a window cannot have.
    fn be_wide(&self, width: u32) {
        let parameters =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        let command = "Emulation.setDeviceMetricsOverride";
        self.send("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }
}
