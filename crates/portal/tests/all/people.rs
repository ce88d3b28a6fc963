//! People of a server: how they come in, and how an administrator makes them.

use crate::browser::Browser;

/// A password that is taken.
pub const PASSWORD: &str = "nine brokers hum at dusk";

/// Sets the password of a one-time link.
pub fn set_password(browser: &mut Browser, link: &str) {
    browser.get(link).expect(200).has("Set your password");
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    browser.post(link, &fields).expect(200).has("The password is set");
}

/// Logs in.
pub fn log_in(browser: &mut Browser, name: &str) {
    browser.get("/login").expect(200);
    browser.post("/login", &[("name", name), ("password", PASSWORD)]).expect(200);
}

/// What is filled in for an organisation with the support plan that has the service.
pub fn organisation_fields<'a>(id: &'a str, name: &'a str) -> [(&'static str, &'a str); 9] {
    [
        ("id", id),
        ("name", name),
        ("support_plan", "Platinum"),
        ("calendar.zone", "Europe/Vienna"),
        ("calendar.monday", "09:00-17:00"),
        ("calendar.tuesday", "09:00-17:00"),
        ("calendar.wednesday", "09:00-17:00"),
        ("calendar.thursday", "09:00-17:00"),
        ("calendar.friday", "09:00-17:00"),
    ]
}

/// Makes an organisation with the support plan that has the service.
pub fn organisation(admin: &mut Browser, id: &str, name: &str) {
    admin.get("/administration/organisations").expect(200);
    let fields = organisation_fields(id, name);
    admin.post("/administration/organisations", &fields).expect(200).has("It is saved.");
}

/// Invites somebody; gives the path of the one-time link.
pub fn invite(admin: &mut Browser, id: &str, organisation: &str, role: &str) -> String {
    admin.get("/administration/users").expect(200);
    let (email, name) = (format!("{id}@{organisation}.example"), format!("The {id}"));
    let fields = [
        ("id", id),
        ("name", name.as_str()),
        ("email", email.as_str()),
        ("organisation", organisation),
        ("role", role),
    ];
    let page = admin.post("/administration/users", &fields).expect(200);
    let (_, path) = page.between(SECRET, "<").split_once("/password/").unwrap();
    format!("/password/{path}")
}

/// Makes a token for programs.
pub fn token(browser: &mut Browser, scopes: &[&str]) -> String {
    browser.get("/account").expect(200);
    let mut fields = vec![("name", "a test"), ("days", "30")];
    fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
    browser.post("/account/tokens", &fields).expect(200).between(SECRET, "<").to_owned()
}

/// What stands before something that is shown this once.
const SECRET: &str = "<code class=\"secret\">";
