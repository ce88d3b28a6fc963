//! Logging in elsewhere: what is let in, and all that is refused. The provider is one of the test's
//! own that says what the test wants; `oidc_real.rs` does the same with a real one.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use axum::serve::Listener;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use refit_portal::{Authorities, OidcSettings};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::{Browser, Page};
use crate::tls::{Authority, HERE};
use crate::world::{World, invite, organisation, request, set_password};

const CLIENT: &str = "refit";
const SECRET: &str = "a-secret-of-the-test";

/// A provider that says what it is told to.
struct Provider {
    _runtime: Runtime,
    url: String,
    says: Arc<Mutex<Says>>,
}

/// What it says to the next one who brings a code.
struct Says {
    key: CoreEdDsaPrivateSigningKey,
    published: Value,
    header: Value,
    claims: Value,
    /// What it says where it is asked about the person.
    person: Value,
    /// Whether the token is signed, and with whose key.
    signature: Signature,
    /// The challenge of whom it sent back.
    challenge: String,
    asked: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Signature {
    Right,
    /// With the key of somebody else, under the right name.
    Foreign,
    /// With what the client shares with the provider.
    Shared,
    Absent,
}

/// A new key, as a file of it is written.
fn new_key(id: &str) -> CoreEdDsaPrivateSigningKey {
    const HEAD: &[u8] = &[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    let body = STANDARD.encode([HEAD, &seed].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.to_owned())))
        .unwrap()
}

impl Provider {
    fn start() -> Self {
        Self::over("http", |tcp| tcp)
    }

    fn over<L>(scheme: &str, listening: impl FnOnce(TcpListener) -> L) -> Self
    where
        L: Listener<Addr = SocketAddr>,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind((HERE, 0))).unwrap();
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let listener = listening(listener);
        let key = new_key("one");
        let published = serde_json::to_value(key.as_verification_key()).unwrap();
        let says = Arc::new(Mutex::new(Says {
            key,
            published,
            header: Value::Null,
            claims: Value::Null,
            person: Value::Null,
            signature: Signature::Right,
            challenge: String::new(),
            asked: 0,
        }));
        let description = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"),
            "userinfo_endpoint": format!("{url}/person"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        });
        let [keys, token, person] = [&says, &says, &says].map(Arc::clone);
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async move || Json(description.clone())),
            )
            .route(
                "/keys",
                get(async move || Json(json!({ "keys": [keys.lock().unwrap().published] }))),
            )
            .route("/person", get(async move || Json(person.lock().unwrap().person.clone())))
            .route(
                "/token",
                post(async move |form: String| Json(token.lock().unwrap().answer(form.as_bytes()))),
            );
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { _runtime: runtime, url, says }
    }

    fn settings(&self) -> OidcSettings {
        OidcSettings {
            name: "Acme ID".to_owned(),
            issuer: self.url.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(refit_model::Secret::new(SECRET)),
        }
    }

    /// A person goes there and comes back with what the provider says of it: `change` changes
    /// claims that are right.
    fn round(
        &self,
        world: &World,
        browser: &mut Browser,
        way: &str,
        change: impl FnOnce(&mut Says),
    ) -> Page {
        let there = browser.get_once(way);
        let place = there.header("location").unwrap_or_else(|| panic!("{}", there.body)).to_owned();
        assert!(place.starts_with(&format!("{}/authorize?", self.url)), "{place}");
        let told = |name: &str| {
            let (_, query) = place.split_once('?').unwrap();
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        assert_eq!(told("code_challenge_method").as_deref(), Some("S256"));
        let now = world.now().as_second();
        let mut says = self.says.lock().unwrap();
        says.challenge = told("code_challenge").unwrap();
        says.signature = Signature::Right;
        says.header = json!({ "alg": "EdDSA", "kid": "one" });
        says.claims = json!({
            "iss": self.url,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": told("nonce").unwrap(),
            "email": "ada@acme.example",
            "email_verified": true,
        });
        says.person = json!({ "sub": "subject-1" });
        change(&mut says);
        drop(says);
        let state: String =
            form_urlencoded::byte_serialize(told("state").unwrap().as_bytes()).collect();
        browser.get_once(&format!("/login/provider/back?code=abc&state={state}"))
    }
}

impl Says {
    fn answer(&mut self, form: &[u8]) -> Value {
        let told = |name: &str| {
            let mut pairs = form_urlencoded::parse(form);
            pairs.find(|(known, _)| known == name).unwrap().1.into_owned()
        };
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(told("code_verifier")));
        assert_eq!(proof, self.challenge, "who asks is who was sent");
        assert_eq!(told("code"), "abc");
        self.asked += 1;
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let body = format!("{}.{}", part(&self.header), part(&self.claims));
        let sign = |key: &CoreEdDsaPrivateSigningKey| {
            key.sign(&CoreJwsSigningAlgorithm::EdDsa, body.as_bytes()).unwrap()
        };
        let signature = match self.signature {
            Signature::Right => sign(&self.key),
            Signature::Foreign => sign(&new_key("one")),
            Signature::Shared => {
                use hmac::{Hmac, KeyInit as _, Mac as _};
                let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
                mac.update(body.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            Signature::Absent => Vec::new(),
        };
        let token = format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature));
        json!({ "access_token": "nothing", "token_type": "Bearer", "id_token": token })
    }
}

/// A server with Ada, who was invited and has never been here, and Ben, who has a password.
fn world(provider: &Provider) -> World {
    world_with(provider, Authorities::default())
}

/// The same at a site that has authorities of its own.
fn world_with(provider: &Provider, authorities: Authorities) -> World {
    let world = World::configured(|settings| {
        settings.oidc = Some(provider.settings());
        settings.authorities = authorities;
    });
    let mut admin = world.administrator();
    organisation(&mut admin, "acme", "Acme");
    invite(&mut admin, "ada", "acme", "customer");
    let link = invite(&mut admin, "ben", "team", "consultant");
    set_password(&mut world.browser(), &link);
    world
}

fn nothing(_: &mut Says) {}

fn is_in(browser: &mut Browser) -> bool {
    browser.get_once("/requests").status == 200
}

const LOGIN: &str = "/login/provider?for=login&next=%2Faccount";

#[test]
fn who_was_invited_is_let_in_and_known_again_by_the_subject() {
    let provider = Provider::start();
    let world = world(&provider);
    let mut ada = world.browser();
    ada.get("/login").expect(200).has("log in with <bdi>Acme ID</bdi>");
    let page = provider.round(&world, &mut ada, LOGIN, nothing);
    assert_eq!(page.header("location"), Some("/account"), "{}", page.body);
    ada.get("/account").expect(200).has("Your account is connected").has("<code>ada</code>");
    // The address at the provider may change, the subject not.
    let mut again = world.browser();
    let page = provider.round(&world, &mut again, LOGIN, |says| {
        says.claims["email"] = json!("other@acme.example");
        says.claims["email_verified"] = json!(false);
    });
    assert_eq!(page.header("location"), Some("/account"), "{}", page.body);
    // Another subject with the same address is somebody else.
    let mut other = world.browser();
    let page = provider.round(&world, &mut other, LOGIN, |says| {
        says.claims["sub"] = json!("subject-2");
    });
    page.expect(403).has("Acme ID knows you, and Refit does not");
    assert!(!is_in(&mut other));
    // Whom an administrator disables is out, whatever the provider says.
    let mut admin = world.log_in("administrator");
    admin.get("/administration/users").expect(200);
    admin.post("/administration/users/ada", &[("do", "disable")]).expect(200);
    let mut out = world.browser();
    provider.round(&world, &mut out, LOGIN, nothing).expect(403);
}

#[test]
fn a_provider_is_one_for_whom_the_sites_authority_vouches() {
    let (ours, others) = (Authority::new(), Authority::new());
    let provider = Provider::over("https", |tcp| ours.listener(HERE, tcp));
    let world = world_with(&provider, ours.authorities());
    let mut ada = world.browser();
    let page = provider.round(&world, &mut ada, LOGIN, nothing);
    assert_eq!(page.header("location"), Some("/account"), "{}", page.body);
    assert!(is_in(&mut ada));
    let misnamed = Provider::over("https", |tcp| ours.listener("id.example", tcp));
    let foreign = Provider::over("https", |tcp| others.listener(HERE, tcp));
    for wrong in [misnamed, foreign] {
        let world = world_with(&wrong, ours.authorities());
        let mut ada = world.browser();
        ada.get("/login").expect(200);
        ada.get_once(LOGIN).expect(503);
        assert_eq!(wrong.says.lock().unwrap().asked, 0);
    }
}

#[test]
fn what_cannot_be_believed_is_refused() {
    type Change = fn(&mut Says);
    let lies: [(&str, Change); 18] = [
        ("another issuer", |says| says.claims["iss"] = json!("http://127.0.0.1:1")),
        ("no issuer", |says| says.claims["iss"] = Value::Null),
        ("another audience", |says| says.claims["aud"] = json!("other")),
        ("two audiences", |says| says.claims["aud"] = json!([CLIENT, "other"])),
        ("another nonce", |says| says.claims["nonce"] = json!("0".repeat(64))),
        ("no nonce", |says| says.claims["nonce"] = Value::Null),
        ("expired", |says| says.claims["exp"] = json!(says.claims["iat"].as_i64().unwrap() - 1)),
        ("no end", |says| says.claims["exp"] = Value::Null),
        ("no subject", |says| says.claims["sub"] = Value::Null),
        ("a foreign key", |says| says.signature = Signature::Foreign),
        ("no signature", |says| says.signature = Signature::Absent),
        ("unsigned", |says| {
            says.signature = Signature::Absent;
            says.header = json!({ "alg": "none" });
        }),
        ("signed with the shared secret", |says| {
            says.signature = Signature::Shared;
            says.header = json!({ "alg": "HS256" });
        }),
        ("another kind of signature", |says| says.header["alg"] = json!("RS256")),
        ("an unknown key", |says| says.header["kid"] = json!("two")),
        ("an address that is not verified", |says| says.claims["email_verified"] = json!(false)),
        ("no address", |says| says.claims["email"] = Value::Null),
        ("the address of somebody else", |says| {
            says.claims["email"] = Value::Null;
            says.person = json!({
                "sub": "subject-2", "email": "ada@acme.example", "email_verified": true,
            });
        }),
    ];
    let provider = Provider::start();
    let world = world(&provider);
    for (number, (what, lie)) in lies.into_iter().enumerate() {
        // Attempts that fail are counted.
        if number % 15 == 14 {
            world.pass(SignedDuration::from_mins(16));
        }
        let mut browser = world.browser();
        let page = provider.round(&world, &mut browser, LOGIN, lie);
        assert_eq!(page.status, 403, "{what}: {}", page.body);
        assert!(!page.body.contains("subject-1"), "{what}");
        assert!(!is_in(&mut browser), "{what}");
    }
    assert_eq!(provider.says.lock().unwrap().asked, lies.len(), "each lie was told");
    // And the truth is still believed.
    let mut ada = world.browser();
    let page = provider.round(&world, &mut ada, LOGIN, nothing);
    assert_eq!(page.header("location"), Some("/account"), "{}", page.body);
}

#[test]
fn a_way_back_counts_once_in_its_own_browser_and_not_for_long() {
    let provider = Provider::start();
    let world = world(&provider);
    let go = |browser: &mut Browser| {
        let place = browser.get_once(LOGIN).header("location").unwrap().to_owned();
        let state = place.split("&state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        format!("/login/provider/back?code=abc&state={state}")
    };
    // Somebody else's way back, given to a victim.
    let mut attacker = world.browser();
    attacker.get("/login").expect(200);
    let back = go(&mut attacker);
    let mut victim = world.browser();
    victim.get("/login").expect(200);
    victim.get_once(&back).expect(403).has("was not begun in this browser");
    world.pass(SignedDuration::from_mins(11));
    attacker.get_once(&back).expect(403).has("took too long");
    // The same once more, after it went well.
    let mut ada = world.browser();
    let before = ada.cookies.clone();
    assert!(before.is_empty());
    ada.get("/login").expect(200);
    let visitor = ada.cookies.clone();
    let page = provider.round(&world, &mut ada, LOGIN, nothing);
    assert_eq!(page.status, 303, "{}", page.body);
    let mut thief = world.browser();
    thief.cookies = visitor;
    let used = go(&mut thief);
    thief.get_once(&used.replace("code=abc", "error=access_denied")).expect(403);
    thief.get_once(&used).expect(403).has("was not begun in this browser");
    for bad in ["", "?code=abc", "?state=x&code=abc", "?state=login.1.x..00&code=abc"] {
        thief.get_once(&format!("/login/provider/back{bad}")).expect(403);
    }
    // Nobody is sent to another server afterwards.
    let mut again = world.browser();
    let way = "/login/provider?for=login&next=https%3A%2F%2Fevil.example";
    let page = provider.round(&world, &mut again, way, nothing);
    assert_eq!(page.header("location"), Some("/requests"));
}

#[test]
fn who_has_a_password_connects_the_account_after_the_login() {
    let provider = Provider::start();
    let world = world(&provider);
    let ben = |says: &mut Says| {
        says.claims["sub"] = json!("subject-of-ben");
        says.claims["email"] = json!("ben@team.example");
    };
    // An address alone opens no account that somebody is in already; nor an administrator's.
    for email in ["ben@team.example", "root@team.example"] {
        let mut nobody = world.browser();
        let page = provider.round(&world, &mut nobody, LOGIN, |says| {
            says.claims["email"] = json!(email);
        });
        page.expect(403).has("connect your account");
    }
    let mut browser = world.log_in("ben");
    browser.get("/account").expect(200).has("Your account is not connected");
    let page = provider.round(&world, &mut browser, "/login/provider?for=connect", ben);
    assert_eq!(page.status, 303, "{}", page.body);
    browser.get("/account").expect(200).has("Your account is connected");
    let mut again = world.browser();
    let page = provider.round(&world, &mut again, LOGIN, ben);
    assert_eq!(page.header("location"), Some("/account"), "{}", page.body);
    // Nobody else can have the same identity.
    let mut admin = world.log_in("administrator");
    let page = provider.round(&world, &mut admin, "/login/provider?for=connect", ben);
    page.expect(409);
}

#[test]
fn who_has_no_password_confirms_with_the_provider() {
    let provider = Provider::start();
    let world = world(&provider);
    let mut ada = world.browser();
    let old = |says: &mut Says| {
        let now = says.claims["iat"].as_i64().unwrap();
        says.claims["auth_time"] = json!(now - 3600);
    };
    provider.round(&world, &mut ada, LOGIN, old);
    let case = request(&mut ada);
    let digest = format!("sha256:{}", "0".repeat(64));
    let path = format!("{case}/do/approve-playbook");
    let fields = [("playbook", digest.as_str())];
    ada.get("/account").expect(200);
    let asked = ada.post(&path, &fields).expect(200).has("Confirm it is you");
    assert!(!asked.body.contains("type=\"password\""), "{}", asked.body);
    let way = format!("/login/provider?for=confirm&next={}", case.replace('/', "%2F"));
    assert!(asked.body.contains(&way.replace('&', "&#38;")) || asked.body.contains("for=confirm"));
    // An old session at the provider, or somebody else's, is not enough.
    let session = ada.cookies.clone();
    provider.round(&world, &mut ada, &way, old).expect(403);
    let other = |says: &mut Says| says.claims["sub"] = json!("subject-2");
    provider.round(&world, &mut ada, &way, other).expect(403);
    ada.get("/account").expect(200);
    ada.post(&path, &fields).expect(200).has("Confirm it is you");
    let page = provider.round(&world, &mut ada, &way, nothing);
    assert_eq!(page.header("location"), Some(format!("{case}?said=confirmed").as_str()));
    assert_ne!(ada.cookies, session, "the session is a new one");
    // Now the desk is asked, which knows of no such Playbook.
    ada.get("/account").expect(200);
    ada.post(&path, &fields).expect(422);
    world.pass(SignedDuration::from_mins(6));
    ada.post(&path, &fields).expect(200).has("Confirm it is you");
}
