//! The second factor, as a person with a program for codes uses it.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use refit_desk::Rules;
use refit_pages::forms::fill_rules;
use sha1::Sha1;

use crate::browser::{Browser, Page};
use crate::world::{PASSWORD, World};

const PAGE: &str = "/account/second-factor";

/// The code that a program shows: reckoned here by itself.
fn code(secret: &str, at: Timestamp) -> String {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(at.as_second() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn between<'a>(page: &'a Page, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.body.split_once(before).expect(&page.body);
    rest.split(after).next().unwrap()
}

/// Sets a second factor up; gives what codes are made of, and the recovery codes.
fn set_up(world: &World, browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.get(PAGE).expect(200).has("<svg class=\"qr\"");
    let secret = between(&page, "name=\"secret\" value=\"", "\"").to_owned();
    let wrong = [("secret", secret.as_str()), ("code", "000000")];
    browser.post(PAGE, &wrong).expect(422).has("not the code");
    let right = code(&secret, world.now());
    let page = browser.post(PAGE, &[("secret", secret.as_str()), ("code", right.as_str())]);
    let page = page.expect(200).has("The second factor is set up");
    let codes = page.body.split("<li><code class=\"secret\">").skip(1);
    let codes: Vec<_> = codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

/// Logs in as far as the code; gives the page that asks for it, and what it is known by.
fn first(world: &World, name: &str) -> (Browser, String) {
    let mut browser = world.browser();
    browser.get("/login").expect(200);
    let page = browser.post("/login", &[("name", name), ("password", PASSWORD)]);
    let page = page.expect(200).has("Your code");
    let pending = between(&page, "name=\"pending\" value=\"", "\"").to_owned();
    (browser, pending)
}

fn answer(browser: &mut Browser, pending: &str, code: &str) -> Page {
    browser.post_once("/login/code", &[("pending", pending), ("code", code)])
}

fn is_in(browser: &mut Browser) -> bool {
    browser.get_once("/requests").status == 200
}

#[test]
fn who_has_a_second_factor_needs_it_and_each_code_counts_once() {
    let world = World::peopled();
    let (secret, recovery) = set_up(&world, &mut world.log_in("ada"));
    // The code with which it was set up is used.
    let (mut browser, pending) = first(&world, "ada");
    assert!(!is_in(&mut browser), "name and password alone let nobody in");
    let used = code(&secret, world.now());
    answer(&mut browser, &pending, &used).expect(422).has("Each code counts once");
    world.pass(SignedDuration::from_secs(30));
    let next = code(&secret, world.now());
    assert_eq!(answer(&mut browser, &pending, &next).status, 303);
    assert!(is_in(&mut browser));
    // Neither the code nor the login counts again.
    let (mut other, fresh) = first(&world, "ada");
    answer(&mut other, &fresh, &next).expect(422);
    world.pass(SignedDuration::from_secs(30));
    let later = code(&secret, world.now());
    answer(&mut other, &pending, &later).expect(422).has("This login is over");
    assert!(!is_in(&mut other));
    // A recovery code lets in once, however it is typed.
    let typed = recovery[0].to_uppercase().replace('-', " ");
    assert_eq!(answer(&mut other, &fresh, &typed).status, 303);
    assert!(is_in(&mut other));
    let (mut third, fresh) = first(&world, "ada");
    answer(&mut third, &fresh, &recovery[0]).expect(422);
    other.get(PAGE).expect(200).has("recovery codes left: 9");
    // A login that took too long begins again.
    world.pass(SignedDuration::from_mins(6));
    let late = code(&secret, world.now());
    answer(&mut third, &fresh, &late).expect(422).has("This login is over");
}

#[test]
fn codes_are_not_guessed() {
    let world = World::peopled();
    let (secret, _) = set_up(&world, &mut world.log_in("ada"));
    world.pass(SignedDuration::from_mins(1));
    let (mut browser, pending) = first(&world, "ada");
    let right = code(&secret, world.now());
    for guess in 0..5 {
        let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 1 + guess) % 1_000_000);
        answer(&mut browser, &pending, &wrong).expect(422);
    }
    // Also another browser, with the right code.
    let (mut other, fresh) = first(&world, "ada");
    answer(&mut other, &fresh, &right).expect(429);
    world.pass(SignedDuration::from_mins(16));
    let (mut later, fresh) = first(&world, "ada");
    let right = code(&secret, world.now());
    assert_eq!(answer(&mut later, &fresh, &right).status, 303);
}

#[test]
fn it_is_removed_with_a_code_or_by_an_administrator() {
    let world = World::peopled();
    let mut ada = world.log_in("ada");
    let (secret, _) = set_up(&world, &mut ada);
    ada.get(PAGE).expect(200);
    ada.post(PAGE, &[("code", "000000")]).expect(422);
    world.pass(SignedDuration::from_secs(60));
    let right = code(&secret, world.now());
    ada.post(PAGE, &[("code", right.as_str())]).expect(200).has("The second factor is removed");
    world.log_in("ada");

    set_up(&world, &mut ada);
    let mut admin = world.log_in("administrator");
    admin.get("/administration/users").expect(200).has("Remove second factor of ada");
    admin.post("/administration/users/ada", &[("do", "remove-factor")]).expect(200);
    world.log_in("ada");
}

#[test]
fn the_rules_ask_administrators_for_it() {
    let world = World::peopled();
    let mut admin = world.log_in("administrator");
    admin.get("/administration/rules").expect(200).has("the whole team needs one");
    let rules = Rules { administrators_need_second_factor: true, ..Rules::default() };
    let filled = fill_rules(&rules);
    let pairs: Vec<_> =
        filled.iter().map(|(name, entry)| (name, entry.text().unwrap_or_default())).collect();
    let page = admin.post_once("/administration/rules", &pairs);
    assert_eq!(page.status, 303, "{}", page.body);
    for path in ["/requests", "/administration/users", "/account"] {
        let page = admin.get_once(path);
        assert_eq!(page.header("location"), Some(PAGE), "{path}");
    }
    admin.get("/account").has("The rules ask for a second factor");
    set_up(&world, &mut admin);
    admin.get("/administration/users").expect(200).has("Invite somebody");
    // Others are not asked, unless the rules say so of the whole team.
    let mut ben = world.log_in("ben");
    ben.get("/queue").expect(200);
    let rules = Rules { team_needs_second_factor: true, ..rules };
    let filled = fill_rules(&rules);
    let pairs: Vec<_> =
        filled.iter().map(|(name, entry)| (name, entry.text().unwrap_or_default())).collect();
    let page = admin.post_once("/administration/rules", &pairs);
    assert_eq!(page.status, 303, "{}", page.body);
    assert_eq!(ben.get_once("/queue").header("location"), Some(PAGE));
    world.log_in("ada").get("/requests").expect(200);
}
