//! The thin way in a real browser, with JavaScript and without.

use crate::webdriver::{Driver, Window};
use crate::world::{PASSWORD, REQUEST, World, organisation_fields};

#[test]
fn a_browser_with_javascript_goes_the_way() {
    go("portal-with-javascript", true);
}

#[test]
fn a_browser_without_javascript_goes_the_way() {
    go("portal-without-javascript", false);
}

fn go(test: &str, has_script: bool) {
    let Some(driver) = Driver::start(test) else { return };
    let world = World::new();
    let link = world.first_link().unwrap();

    let admin = driver.window(has_script);
    set_password(&admin, &world, &link);
    admin.picture("01-login");
    log_in(&admin, &world, "administrator");
    add_organisation(&admin, &world);
    let mut links = Vec::new();
    for (id, organisation, role) in [
        ("ada", "acme", "customer"),
        ("ben", "team", "consultant"),
        ("pia", "team", "project-manager"),
    ] {
        links.push((id, invite(&admin, &world, id, organisation, role)));
    }
    admin.picture("02-users");
    drop(admin);

    let people: Vec<_> = links
        .iter()
        .map(|(id, link)| {
            let window = driver.window(has_script);
            set_password(&window, &world, link);
            log_in(&window, &world, id);
            window
        })
        .collect();
    let [ada, ben, pia] = &people[..] else { panic!("three people") };

    let case = make_request(ada, &world);
    ada.has("Acme - Platinum Services Request: Managed Upgrade");
    ada.picture("03-request-of-the-customer");

    take_up(ben, &world, &case);
    ben.open(&format!("{}{case}/do/respond", world.url));
    ben.type_in("[name='message']", "Thank you. The project manager calls tomorrow.");
    ben.picture("04-respond");
    ben.click("form.form:not(.button) button");
    ben.has("The response is given");
    take_up(pia, &world, &case);
    pia.open(&format!("{}{case}/do/acknowledge-formally", world.url));
    pia.type_in("[name='overview']", "First the questionnaire, then the plan.");
    pia.click("form.form:not(.button) button");
    pia.picture("05-project");

    ada.open(&format!("{}{case}/history", world.url));
    ada.has("calls tomorrow");
    ada.has("First the questionnaire, then the plan.");
    ada.picture("06-history");
    ada.resize(500, 900);
    ada.open(&format!("{}{case}", world.url));
    ada.picture("07-on-a-phone");
}

pub fn set_password(window: &Window<'_>, world: &World, link: &str) {
    window.open(&format!("{}{link}", world.url));
    window.type_in("#password", PASSWORD);
    window.type_in("#again", PASSWORD);
    window.click("main button");
    window.has("The password is set");
}

pub fn log_in(window: &Window<'_>, world: &World, name: &str) {
    window.open(&format!("{}/login", world.url));
    window.type_in("#name", name);
    window.type_in("#password", PASSWORD);
    window.click("main button");
    assert!(window.until(|window| window.path() != "/login"), "{}", window.text());
}

fn add_organisation(admin: &Window<'_>, world: &World) {
    admin.open(&format!("{}/administration/organisations", world.url));
    for (name, value) in organisation_fields("acme", "Acme") {
        admin.type_in(&format!("[name='{name}']"), value);
    }
    admin.click("form#organisation button");
    admin.has("It is saved.");
}

fn invite(admin: &Window<'_>, world: &World, id: &str, organisation: &str, role: &str) -> String {
    admin.open(&format!("{}/administration/users", world.url));
    admin.type_in("form#user [name='id']", id);
    admin.type_in("form#user [name='name']", &format!("The {id}"));
    admin.type_in("form#user [name='email']", &format!("{id}@{organisation}.example"));
    admin.fill("form#user [name='role']", role);
    admin.fill("form#user [name='organisation']", organisation);
    admin.click("form#user button");
    admin.has("/password/");
    let text = admin.text();
    let (_, rest) = text.split_once("/password/").unwrap();
    format!("/password/{}", rest.split_whitespace().next().unwrap())
}

pub fn make_request(ada: &Window<'_>, world: &World) -> String {
    ada.open(&format!("{}/requests/new", world.url));
    for (name, value) in REQUEST {
        let field = format!("[name='{name}']");
        ada.fill(&field, value);
    }
    ada.picture("00-new-request");
    ada.click("form#request button:not(.second)");
    let is_made = ada.until(|window| window.path().starts_with("/requests/c-"));
    assert!(is_made, "{}: {}", ada.path(), ada.text());
    ada.path()
}

pub fn take_up(window: &Window<'_>, world: &World, case: &str) {
    window.open(&format!("{}/queue", world.url));
    window.picture("queue");
    window.click(&format!("form[action='{case}/do/take-up'] button"));
    window.has("The request is yours.");
}
