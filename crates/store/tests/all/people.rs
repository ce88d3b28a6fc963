//! People come in by what is theirs, as long as it counts.

use std::time::Duration;

use jiff::Timestamp;
use refit_model::Secret;
use refit_store::{
    JsonText, LinkUse, LoginGate, LoginLimits, NewApiToken, NewLink, NewSecondFactor, NewSession,
    Store, StoreError, SupportGroup, TokenHash, User,
};

use crate::samples::{at, record, settled, user};
use crate::site::{Site, on_both};

on_both!(
    users_are_saved_and_found,
    two_users_have_no_address_in_common,
    a_session_ends_in_every_way,
    a_token_counts_until_it_is_revoked,
    a_link_works_once,
    failures_shut_the_gate,
    attempts_at_the_same_time_are_counted,
    what_is_over_is_forgotten,
    a_code_counts_once_and_so_does_a_recovery_code,
    what_works_once_is_spent_once,
);

fn hash(token: &str) -> TokenHash {
    TokenHash::of(&Secret::new(token))
}

async fn users_are_saved_and_found(site: &Site) {
    let store = &site.store;
    settled(store).await;
    for id in ["south", "north"] {
        let group = SupportGroup { id: id.to_owned(), name: id.to_uppercase(), version: 0 };
        assert_eq!(store.save_group(&group, &record("group-made", 0)).await.unwrap(), 1);
    }
    let ids: Vec<_> = store.groups().await.unwrap().into_iter().map(|group| group.id).collect();
    assert_eq!(ids, ["north", "south"]);
    let bob = User {
        groups: vec!["north".into(), "south".into()],
        identity: Some("https://id.example|42".into()),
        email: "Bob@Acme.example".into(),
        ..user("bob")
    };
    assert_eq!(store.save_user(&bob, &record("user-made", 1)).await.unwrap(), 1);
    let kept = User { version: 1, ..bob.clone() };
    assert_eq!(store.user("bob").await.unwrap().as_ref(), Some(&kept));
    let found = store.user_by_email(" bOB@acme.EXAMPLE").await.unwrap();
    assert_eq!(found.as_ref(), Some(&kept));
    let found = store.user_by_identity("https://id.example|42").await.unwrap();
    assert_eq!(found.as_ref(), Some(&kept));
    assert!(!format!("{kept:?}").contains("argon2"), "hashes are not shown");
    let changed = User { groups: vec!["south".into()], role: "consultant".into(), ..kept };
    assert_eq!(store.save_user(&changed, &record("user-changed", 2)).await.unwrap(), 2);
    // The one who read the first version comes too late, and so does one who makes the user anew.
    for late in [changed.clone(), bob] {
        let error = store.save_user(&late, &record("user-changed", 3)).await.unwrap_err();
        assert!(matches!(error, StoreError::Stale { found: 2, .. }), "{error}");
    }
    let ids = |users: Vec<User>| users.into_iter().map(|user| user.id).collect::<Vec<_>>();
    assert_eq!(ids(store.users(Some("acme"), "", 10).await.unwrap()), ["ann", "bob"]);
    assert_eq!(ids(store.users(None, "ann", 10).await.unwrap()), ["bob"]);
    assert_eq!(ids(store.users(Some("beta"), "", 10).await.unwrap()), [""; 0]);
    let stray = User { groups: vec!["nowhere".into()], ..user("eve") };
    let error = store.save_user(&stray, &record("user-made", 4)).await.unwrap_err();
    assert!(matches!(error, StoreError::Invalid(_)), "{error}");
    assert_eq!(store.user("eve").await.unwrap(), None);
}

async fn two_users_have_no_address_in_common(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let identity = Some("https://id.example|7".to_owned());
    let bob = User { identity: identity.clone(), ..user("bob") };
    store.save_user(&bob, &record("user-made", 0)).await.unwrap();
    let head = store.audit_head().await.unwrap();
    let twin = User { email: "ANN@acme.example".into(), ..user("eve") };
    let error = store.save_user(&twin, &record("user-made", 1)).await.unwrap_err();
    let told = "the e-mail address `ANN@acme.example` is taken by another user";
    assert_eq!(error.to_string(), told);
    let twin = User { identity, ..user("eve") };
    let error = store.save_user(&twin, &record("user-made", 1)).await.unwrap_err();
    assert!(error.to_string().starts_with("the identity `https://id.example|7`"), "{error}");
    assert_eq!(store.audit_head().await.unwrap(), head);
}

fn session(token: &str, moment: i64) -> NewSession {
    NewSession {
        hash: hash(token),
        user: "ann".into(),
        address: "192.0.2.7".into(),
        agent: "Browser".into(),
        at: at(moment),
        idle_until: at(moment + 100),
        ends: at(moment + 250),
        authenticated: at(moment),
    }
}

async fn is_live(store: &Store, token: &str, moment: i64) -> bool {
    store.session(&hash(token), at(moment)).await.unwrap().is_some()
}

async fn a_session_ends_in_every_way(site: &Site) {
    let store = &site.store;
    settled(store).await;
    for token in ["idle", "used", "revoked", "all"] {
        let opened = record("login", 0);
        store.open_session(&session(token, 0), None, &opened).await.unwrap();
    }
    assert!(!is_live(store, "other", 1).await);
    let found = store.session(&hash("used"), at(1)).await.unwrap().unwrap();
    assert_eq!((found.user.id.as_str(), found.authenticated), ("ann", at(0)));
    // By idleness.
    assert!(is_live(store, "idle", 99).await && !is_live(store, "idle", 100).await);
    store.touch_session(&hash("idle"), at(100), at(200)).await.unwrap();
    assert!(!is_live(store, "idle", 101).await, "a dead one is not woken up");
    // At its end, however much it is used.
    store.touch_session(&hash("used"), at(90), at(190)).await.unwrap();
    store.touch_session(&hash("used"), at(180), at(280)).await.unwrap();
    assert!(is_live(store, "used", 249).await && !is_live(store, "used", 250).await);
    assert!(store.reauthenticate(&hash("used"), &record("again", 200)).await.unwrap());
    let found = store.session(&hash("used"), at(201)).await.unwrap().unwrap();
    assert_eq!((found.authenticated, found.seen), (at(200), at(180)));
    // Revoked, once.
    assert!(store.revoke_session(&hash("revoked"), &record("logout", 5)).await.unwrap());
    assert!(!is_live(store, "revoked", 6).await);
    let head = store.audit_head().await.unwrap();
    assert!(!store.revoke_session(&hash("revoked"), &record("logout", 7)).await.unwrap());
    assert!(!store.reauthenticate(&hash("revoked"), &record("again", 7)).await.unwrap());
    assert_eq!(store.audit_head().await.unwrap(), head, "what did not happen is not recorded");
    assert_eq!(store.sessions_of("ann", at(8)).await.unwrap().len(), 3);
    // With the account; and all of them, for good.
    let ann = store.user("ann").await.unwrap().unwrap();
    let disabled = User { disabled: Some(at(9)), ..ann };
    let version = store.save_user(&disabled, &record("user-disabled", 9)).await.unwrap();
    assert!(!is_live(store, "all", 10).await);
    let enabled = User { disabled: None, version, ..disabled };
    store.save_user(&enabled, &record("user-enabled", 11)).await.unwrap();
    assert!(is_live(store, "all", 12).await);
    let ended = store.revoke_sessions_of("ann", &record("password-changed", 13)).await.unwrap();
    assert_eq!(ended, 3);
    assert!(!is_live(store, "all", 14).await && !is_live(store, "used", 14).await);
}

async fn a_token_counts_until_it_is_revoked(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let token = NewApiToken {
        id: "t1".into(),
        hash: hash("secret"),
        user: "ann".into(),
        name: "nightly".into(),
        scopes: vec!["cases:read".into(), "runs:write".into()],
        at: at(0),
        ends: at(1000),
    };
    store.make_api_token(&token, &record("token-made", 0)).await.unwrap();
    let found = store.api_token(&hash("secret"), at(1)).await.unwrap().unwrap();
    assert_eq!((&found.scopes, found.user.id.as_str()), (&token.scopes, "ann"));
    assert_eq!(found.seen, None);
    assert_eq!(store.api_token(&hash("other"), at(1)).await.unwrap(), None);
    assert_eq!(store.api_token(&hash("secret"), at(1000)).await.unwrap(), None);
    store.touch_api_token("t1", at(2)).await.unwrap();
    assert_eq!(store.api_tokens_of("ann").await.unwrap()[0].seen, Some(at(2)));
    assert!(store.revoke_api_token("t1", &record("token-revoked", 3)).await.unwrap());
    assert!(!store.revoke_api_token("t1", &record("token-revoked", 4)).await.unwrap());
    assert_eq!(store.api_token(&hash("secret"), at(5)).await.unwrap(), None);
    assert_eq!(store.api_tokens_of("ann").await.unwrap(), []);
}

async fn make_link(store: &Store, token: &str, ends: Timestamp) {
    let link = NewLink {
        hash: hash(token),
        purpose: "password".into(),
        body: JsonText::of("ann").unwrap(),
        at: at(0),
        ends,
    };
    store.make_link(&link, &record("link-made", 0)).await.unwrap();
}

async fn a_link_works_once(site: &Site) {
    let store = &site.store;
    make_link(store, "good", at(100)).await;
    make_link(store, "old", at(10)).await;
    let used = |token: &str, purpose: &'static str| {
        let (store, hash) = (store.clone(), hash(token));
        async move { store.use_link(&hash, purpose, &record("link-used", 50)).await.unwrap() }
    };
    assert_eq!(used("old", "password").await, LinkUse::Ended);
    assert_eq!(used("none", "password").await, LinkUse::Unknown);
    assert_eq!(used("good", "first-administrator").await, LinkUse::Unknown);
    let head = store.audit_head().await.unwrap();
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(used("good", "password"))).collect();
    let mut good = 0;
    for task in tasks {
        match task.await.unwrap() {
            LinkUse::Good(link) => {
                assert_eq!(link.body.read::<String>().unwrap(), "ann");
                good += 1;
            }
            other => assert_eq!(other, LinkUse::Used),
        }
    }
    assert_eq!(good, 1);
    assert_eq!(store.audit_head().await.unwrap().sequence, head.sequence + 1);
    let seen = store.look_at_link(&hash("good"), "password", at(51)).await.unwrap();
    assert_eq!(seen, LinkUse::Used);
}

const LIMITS: LoginLimits =
    LoginLimits { window: Duration::from_mins(10), per_account: 3, per_address: 5 };

async fn login(store: &Store, account: &str, address: &str, moment: i64) -> LoginGate {
    let refusal = record("login-throttled", moment);
    store.begin_login(account, address, &LIMITS, &refusal).await.unwrap()
}

async fn failures_shut_the_gate(site: &Site) {
    let store = &site.store;
    settled(store).await;
    for moment in 0..3 {
        assert!(matches!(login(store, "Ann", "a", moment).await, LoginGate::Open(_)));
    }
    let head = store.audit_head().await.unwrap();
    let shut = LoginGate::Shut { again_at: at(600) };
    assert_eq!(login(store, "ann", "b", 3).await, shut, "from another address too");
    let after = store.audit_head().await.unwrap();
    assert_eq!(after.sequence, head.sequence + 1, "a refusal is recorded");
    // A refused attempt does not put the end off.
    assert!(matches!(login(store, "ann", "b", 600).await, LoginGate::Open(_)));
    // Two more at other accounts, and the address is shut for all.
    for account in ["bob", "eve"] {
        assert!(matches!(login(store, account, "a", 4).await, LoginGate::Open(_)));
    }
    assert_eq!(login(store, "zoe", "a", 5).await, shut);
    // Who gets in is not counted.
    for moment in 10..20 {
        let LoginGate::Open(attempt) = login(store, "joe", "c", moment).await else {
            panic!("shut after {moment}");
        };
        let opened = record("login", moment);
        let one = session(&format!("joe{moment}"), moment);
        store.open_session(&one, Some(attempt), &opened).await.unwrap();
    }
}

async fn attempts_at_the_same_time_are_counted(site: &Site) {
    let mut tasks = Vec::new();
    for number in 0..12 {
        let store = site.store.clone();
        let address = format!("a{number}");
        tasks.push(tokio::spawn(async move { login(&store, "ann", &address, 0).await }));
    }
    let mut open = 0;
    for task in tasks {
        open += usize::from(matches!(task.await.unwrap(), LoginGate::Open(_)));
    }
    assert_eq!(open, 3);
}

async fn what_is_over_is_forgotten(site: &Site) {
    let store = &site.store;
    settled(store).await;
    store.open_session(&session("s", 0), None, &record("login", 0)).await.unwrap();
    make_link(store, "l", at(10)).await;
    login(store, "ann", "a", 0).await;
    assert_eq!(store.forget_before(at(5)).await.unwrap(), 1, "the attempt");
    assert!(is_live(store, "s", 6).await);
    assert_eq!(store.forget_before(at(251)).await.unwrap(), 2, "session and link");
    let gone = store.look_at_link(&hash("l"), "password", at(5)).await.unwrap();
    assert_eq!(gone, LinkUse::Unknown);
}

async fn a_code_counts_once_and_so_does_a_recovery_code(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let factor = NewSecondFactor {
        user: "ann".into(),
        secret: Secret::new("SECRET"),
        step: 10,
        recovery: vec![hash("one"), hash("two")],
    };
    let added = record("added", 1);
    assert!(store.add_second_factor(&factor, &added).await.unwrap());
    assert!(!store.add_second_factor(&factor, &added).await.unwrap(), "there is one");
    let kept = store.second_factor("ann").await.unwrap().unwrap();
    assert_eq!((kept.secret.expose(), kept.recovery_left), (&b"SECRET"[..], 2));
    assert!(!format!("{kept:?}{factor:?}").contains("SECRET"));
    // The step with which it was shown is used, and so is each that came before.
    for (step, counts) in
        [(9, false), (10, false), (12, true), (12, false), (11, false), (13, true)]
    {
        assert_eq!(store.use_code("ann", step).await.unwrap(), counts, "{step}");
    }
    for (code, counts) in [("one", true), ("one", false), ("three", false)] {
        let used = store.use_recovery_code("ann", &hash(code), &record("used", 2)).await;
        assert_eq!(used.unwrap(), counts, "{code}");
    }
    assert!(!store.use_recovery_code("bob", &hash("two"), &record("used", 2)).await.unwrap());
    assert_eq!(store.second_factor("ann").await.unwrap().unwrap().recovery_left, 1);
    assert!(store.remove_second_factor("ann", &record("removed", 3)).await.unwrap());
    assert!(!store.remove_second_factor("ann", &record("removed", 3)).await.unwrap());
    assert!(store.second_factor("ann").await.unwrap().is_none());
    assert!(!store.use_code("ann", 30).await.unwrap());
}

async fn what_works_once_is_spent_once(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let once = NewLink {
        hash: hash("state"),
        purpose: "state".into(),
        body: JsonText::of("login").unwrap(),
        at: at(1),
        ends: at(9),
    };
    let before = store.audit_head().await.unwrap().sequence;
    assert!(store.spend(&once, &record("spent", 1)).await.unwrap());
    assert!(!store.spend(&once, &record("spent", 2)).await.unwrap());
    assert_eq!(store.audit_head().await.unwrap().sequence, before + 1);
    let found = store.look_at_link(&hash("state"), "state", at(2)).await.unwrap();
    assert_eq!(found, LinkUse::Used);
}
