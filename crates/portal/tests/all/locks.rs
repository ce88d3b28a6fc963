//! What is locked: forged forms, other people's cases, sessions that are over, too many attempts.

use jiff::SignedDuration;

use crate::people::token;
use crate::world::{PASSWORD, World, request};

#[test]
fn what_belongs_to_another_organisation_is_not_there() {
    let world = World::peopled();
    let case = request(&mut world.log_in("ada"));
    let mut eve = world.log_in("eve");
    let there = eve.get(&case).expect(404);
    let nowhere = eve.get("/requests/c-0000000000000000").expect(404);
    let without_id = |page: &crate::browser::Page| {
        let lines = page.body.lines().filter(|line| !line.contains("r-"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_id(&there), without_id(&nowhere));
    eve.get(&format!("{case}/history")).expect(404);
    eve.post(&format!("{case}/do/withdraw"), &[("why", "no")]).expect(404);
    let list = eve.get("/requests").expect(200);
    assert!(!list.body.contains(&case));
    eve.get("/queue").expect(403);
    eve.get("/administration/users").expect(403);
}

#[test]
fn forged_forms_are_refused() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    let path = format!("{case}/do/add-note");
    let fields = [("scope", "everyone"), ("text", "forged")];
    // Without a value, with another session's, and from another site.
    ada.send(&path, &fields, &[]).expect(403);
    let mut eve = world.log_in("eve");
    eve.get("/account").expect(200);
    let others = [&fields[..], &[("csrf", eve.csrf.as_str())]].concat();
    ada.send(&path, &others, &[]).expect(403);
    ada.get(&case).expect(200);
    let csrf = ada.csrf.clone();
    let own = [&fields[..], &[("csrf", csrf.as_str())]].concat();
    ada.send(&path, &own, &[("sec-fetch-site", "cross-site")]).expect(403);
    ada.send(&path, &own, &[("origin", "https://evil.example")]).expect(403);
    assert!(!ada.get(&format!("{case}/history")).body.contains("forged"));
    ada.send(&path, &own, &[("sec-fetch-site", "same-origin")]).expect(303);
    ada.get(&format!("{case}/history")).expect(200).has("forged");
    let mut nobody = world.browser();
    nobody.send("/login", &[("name", "ada"), ("password", PASSWORD)], &[]).expect(403);
}

#[test]
fn sessions_end() {
    let world = World::peopled();
    let is_out = |browser: &mut crate::browser::Browser| {
        let page = browser.get_once("/requests");
        page.status == 303 && page.header("location").unwrap().starts_with("/login")
    };
    let mut idle = world.log_in("ada");
    world.pass(SignedDuration::from_mins(29));
    assert!(!is_out(&mut idle));
    world.pass(SignedDuration::from_mins(29));
    assert!(!is_out(&mut idle));
    world.pass(SignedDuration::from_mins(31));
    assert!(is_out(&mut idle));

    let mut long = world.log_in("ada");
    for _ in 0..47 {
        world.pass(SignedDuration::from_mins(15));
        assert!(!is_out(&mut long));
    }
    world.pass(SignedDuration::from_mins(15));
    assert!(is_out(&mut long));

    let mut out = world.log_in("ada");
    let stolen = out.cookies.clone();
    out.get("/account").expect(200);
    out.post("/logout", &[]).expect(200).has("You are logged out");
    assert!(is_out(&mut out));
    out.cookies = stolen;
    assert!(is_out(&mut out));

    let (mut here, mut there) = (world.log_in("ada"), world.log_in("ada"));
    here.get("/account").expect(200);
    here.post("/account/sessions", &[("end", "others")]).expect(200);
    assert!(!is_out(&mut here));
    assert!(is_out(&mut there));

    let mut admin = world.log_in("administrator");
    admin.get("/administration/users").expect(200);
    admin.post("/administration/users/ada", &[("do", "disable")]).expect(200);
    assert!(is_out(&mut here));
    let mut again = world.browser();
    again.get("/login");
    again.post("/login", &[("name", "ada"), ("password", PASSWORD)]).expect(422);
}

#[test]
fn an_administrator_changes_people() {
    let world = World::peopled();
    let mut admin = world.log_in("administrator");
    let path = "/administration/users/ben";
    let with =
        |email, role| [("do", "change"), ("name", "Ben B."), ("email", email), ("role", role)];
    let mut ben = world.log_in("ben");
    let token = token(&mut ben, &["requests:read"]);
    admin.get("/administration/users").expect(200).has("Revoke 1 token of ben");
    admin.post(path, &with("not an address", "consultant")).expect(422).has("was not changed");
    let other_kind = admin.post(path, &with("ben@team.example", "customer")).expect(422);
    other_kind.has("Customers are of a customer");
    let own = "/administration/users/administrator";
    let page = admin.post(own, &with("administrator@team.example", "consultant")).expect(422);
    page.has("Nobody can change the own role");
    // The new role holds at once, also where somebody is logged in.
    ben.get("/administration/users").expect(403);
    let page = admin.post(path, &with("ben.b@team.example", "administrator")).expect(200);
    page.has("It is saved.").has("ben.b@team.example").has("Ben B.");
    ben.get("/administration/users").expect(200);
    assert_eq!(ben.api("/api/v1/me", &token).status, 200);
    admin.post(path, &[("do", "revoke-tokens")]).expect(200).has_not("Revoke 1 token of ben");
    assert_eq!(ben.api("/api/v1/me", &token).status, 401);
}

#[test]
fn nobody_learns_who_there_is_and_nobody_tries_for_ever() {
    let world = World::peopled();
    let attempt = |name: &str| {
        let mut browser = world.browser();
        browser.get("/login").expect(200);
        browser.post("/login", &[("name", name), ("password", "wrong wrong wrong")])
    };
    let known = attempt("ada").expect(422);
    let unknown = attempt("bob").expect(422);
    let told = "Address and password do not belong together";
    assert!(known.body.contains(told) && unknown.body.contains(told));
    for _ in 0..9 {
        attempt("ada").expect(422);
        attempt("bob").expect(422);
    }
    attempt("ada").expect(429);
    attempt("bob").expect(429);
    let mut right = world.browser();
    right.get("/login");
    right.post("/login", &[("name", "ada"), ("password", PASSWORD)]).expect(429);
    world.pass(SignedDuration::from_mins(16));
    world.log_in("ada");
}

#[test]
fn a_link_works_once_and_a_weak_password_not_at_all() {
    let world = World::new();
    let link = world.first_link().unwrap();
    let mut browser = world.browser();
    browser.get(&link).expect(200);
    let weak = [("password", "password"), ("again", "password")];
    browser.post(&link, &weak).expect(422).has("less than 15 characters");
    let known = [("password", "passwordpassword"), ("again", "passwordpassword")];
    browser.post(&link, &known).expect(422).has("easily guessed");
    let good = [("password", PASSWORD), ("again", PASSWORD)];
    browser.post(&link, &good).expect(200).has("The password is set");
    browser.get(&link).expect(404).has("does not work");
    browser.get("/login");
    browser.post(&link, &good).expect(404);
}

#[test]
fn every_answer_has_the_headers() {
    let world = World::new();
    let mut browser = world.browser();
    for path in ["/service", "/login", "/nowhere", "/healthz", "/api/v1/me", "/api/nowhere"] {
        let page = browser.get_once(path);
        let policy = page.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(page.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(page.header("strict-transport-security"), None, "{path}");
        for (_, cookie) in page.headers.iter().filter(|(name, _)| name == "set-cookie") {
            assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        }
    }
}
