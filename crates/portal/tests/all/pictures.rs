//! Every page of a demonstration, wide and narrow, light and dark: pictures to be looked at, and no
//! page that is wider than its window.

use std::fmt::Write as _;

use crate::papers;
use crate::webdriver::{Driver, Window};
use crate::world::World;

/// The pages of the team, and of the request with a real upgrade.
const PAGES: [(&str, &str); 14] = [
    ("requests", "/requests"),
    ("queue", "/queue"),
    ("new", "/requests/demo-01-new"),
    ("tested", "/requests/demo-09-tested/upgrade"),
    ("review", "/requests/demo-11-reviewed/playbook"),
    ("on-call", "/requests/demo-12-oncall/playbook"),
    ("real-overview", "/requests/demo-real-upgrade"),
    ("real-activities", "/requests/demo-real-upgrade/activities"),
    ("real-questionnaire", "/requests/demo-real-upgrade/questionnaire"),
    ("real-documents", "/requests/demo-real-upgrade/documents"),
    ("real-downloads", "/requests/demo-real-upgrade/downloads"),
    ("real-upgrade", "/requests/demo-real-upgrade/upgrade"),
    ("real-playbook", "/requests/demo-real-upgrade/playbook"),
    ("real-history", "/requests/demo-real-upgrade/history"),
];

/// Name, width, whether it is dark.
const LOOKS: [(&str, u32, bool); 2] = [("wide-light", 1200, false), ("narrow-dark", 500, true)];

#[test]
fn no_page_of_a_demonstration_is_cut_off() {
    let Some(driver) = Driver::start("demonstration") else { return };
    let world = World::demo(papers::keep);
    let window = driver.window(true);
    log_in(&window, &world, "pia.rossi");
    let mut wrong = String::new();
    for (look, width, is_dark) in LOOKS {
        window.resize(width, 1000);
        window.set_dark(is_dark);
        for (name, path) in PAGES {
            window.open(&format!("{}{path}", world.url));
            let (wide, of) = window.widths();
            if wide > of {
                writeln!(wrong, "{path}: {wide} of {of} ({look})").unwrap();
            }
            window.whole_picture(&format!("{look}-{name}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn log_in(window: &Window<'_>, world: &World, name: &str) {
    window.open(&format!("{}/login", world.url));
    window.type_in("#name", name);
    window.type_in("#password", &world.demo_password());
    window.click("main button");
    assert!(window.until(|window| window.path() != "/login"), "{}", window.text());
}
