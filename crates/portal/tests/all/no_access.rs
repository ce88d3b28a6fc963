//! No access given: the customer's hands carry out the plan's steps, and both people tick them, in
//! a real browser.

use serde_json::json;

use crate::chromium::log_in;
use crate::papers;
use crate::prepared::Prepared;
use crate::webdriver::Driver;
use crate::world::World;

#[test]
fn both_people_tick_the_steps_of_the_plan() {
    let Some(driver) = Driver::start("no-access") else { return };
    let world = World::peopled();
    let mut prepared = Prepared::new(&world, "none");
    prepared.customer(&json!({ "answer-offer": { "engagement": 1, "accepts": true } }));
    prepared.set_up();
    prepared.plan(&world);
    let word = json!({ "placed_by": "customer", "word": "Ada has compared it." });
    prepared.consultant(&json!({ "record-software": word }));
    prepared.inputs();
    prepared.begin();

    let page = format!("{}{}/upgrade", world.url, prepared.page());
    let [ada, ben] = ["ada", "ben"].map(|name| {
        let window = driver.window(name == "ada");
        log_in(&window, &world, name);
        window
    });
    let finish = json!({ "activity": "upgrade-development-or-staging" });
    let finish = json!({ "finish-activity": finish });
    let consultant = prepared.ben.clone();
    let steps = papers::plan().steps;
    assert!(!steps.is_empty());
    for (number, step) in steps.iter().enumerate() {
        prepared.tries(&consultant, &finish).expect(422).has("ticks of");
        for window in [&ada, &ben] {
            window.open(&page);
            window.has(&step.title);
            let item = format!("li#step-{}", step.id);
            let form = format!("{item} form[action$='/do/tick-step']");
            assert_eq!(window.count(&form), 1, "{}", window.text());
            if window.count(&format!("{item} details:not([open]) > summary")) > 0 {
                window.click(&format!("{item} details > summary"));
            }
            window.click(&format!("{form} button"));
            window.has("The step is ticked.");
            assert_eq!(window.count(&form), 0, "it can be ticked twice");
        }
        if number == 0 {
            ada.picture("01-ticked-by-both-customer");
            ben.whole_picture("02-ticked-by-both-consultant");
        }
    }
    let unknown = json!({ "plan": refit_model::Document::digest(&papers::plan()).unwrap(),
        "step": "no-such-step" });
    prepared.tries(&consultant, &json!({ "tick-step": unknown })).expect(422);
    prepared.consultant(&finish);
}
