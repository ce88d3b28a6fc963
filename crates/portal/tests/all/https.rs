//! Behind a proxy that speaks HTTPS.

use crate::world::World;

#[test]
fn cookies_are_of_this_host_alone_and_browsers_are_told_to_stay() {
    let world = World::behind("https://refit.example");
    let mut browser = world.browser();
    let page = browser.get_once("/login");
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-refit-visitor="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let stay = page.header("strict-transport-security").unwrap();
    assert_eq!(stay, "max-age=63072000; includeSubDomains");
    let link = world.first_link().unwrap();
    assert!(link.starts_with("/password/"), "{link}");
}
