//! One plan from the same inputs, whoever makes it, wherever and in whatever order they are given.

use std::collections::BTreeSet;

use super::NAME;
use super::site::{Shape, StubSite};

const TIMES: usize = 100;
const ZONES: [&str; 5] =
    ["UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "Antarctica/Troll"];
const LOCALES: [&str; 4] = ["C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1"];
const USERS: [(&str, &str); 3] = [("root", "/root"), ("ann", "/home/ann"), ("", "/nonexistent")];

#[test]
fn the_plan_is_the_same_in_every_zone_locale_and_order() {
    let test = "the_plan_is_the_same_in_every_zone_locale_and_order";
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };
    let mut digests = BTreeSet::new();
    for time in 0..TIMES {
        site.write_environment(time);
        let (user, home) = USERS[time % USERS.len()];
        let refit = site.refit.clone();
        let refit = refit.variable("TZ", ZONES[time % ZONES.len()]).variable("USER", user);
        let refit = refit.variable("LOGNAME", user).variable("HOME", home);
        let refit = refit.variable("LC_ALL", LOCALES[time % LOCALES.len()]);
        let planned = refit.json(&["plan", NAME, "--decide", "data-location=move", "--by", "Ann"]);
        digests.insert(planned["digest"].as_str().unwrap().to_owned());
    }
    assert_eq!(digests.len(), 1, "{digests:?}");
    println!("plans {TIMES}, digests {}", digests.len());
}
