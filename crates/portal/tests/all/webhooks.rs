//! Webhooks, with a receiver that checks what comes and fails at first.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::serve::Listener;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use refit_store::{Channel, OutboxState};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::Browser;
use crate::tls::{Authority, HERE};
use crate::world::{World, request};

const PAGE: &str = "/administration/webhooks";
/// How long messages may take to come, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that is told what happens.
struct Receiver {
    _runtime: Runtime,
    url: String,
    got: Arc<Mutex<Got>>,
}

#[derive(Default)]
struct Got {
    /// How many of the first it does not take.
    fails: usize,
    refused: usize,
    /// What it took: id and what it says, as often as it came.
    taken: BTreeMap<String, Vec<Value>>,
    /// Headers and body of each, also of those that it did not take.
    raw: Vec<(i64, String, Bytes)>,
}

impl Receiver {
    fn start(fails: usize) -> Self {
        Self::over("http", fails, |tcp| tcp)
    }

    /// Over TLS, with a certificate of this authority for this name.
    fn over_tls(authority: &Authority, name: &str) -> Self {
        Self::over("https", 0, |tcp| authority.listener(name, tcp))
    }

    fn over<L>(scheme: &str, fails: usize, listening: impl FnOnce(TcpListener) -> L) -> Self
    where
        L: Listener<Addr = SocketAddr>,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind((HERE, 0))).unwrap();
        let url = format!("{scheme}://{}/hook", listener.local_addr().unwrap());
        let listener = listening(listener);
        let got = Arc::new(Mutex::new(Got { fails, ..Got::default() }));
        let taking = Arc::clone(&got);
        let router = Router::new().route(
            "/hook",
            post(async move |headers: HeaderMap, body: Bytes| {
                taking.lock().unwrap().take(&headers, &body)
            }),
        );
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { _runtime: runtime, url, got }
    }
}

impl Got {
    fn take(&mut self, headers: &HeaderMap, body: &Bytes) -> StatusCode {
        let told = |name: &str| headers[name].to_str().unwrap().to_owned();
        let seconds = told("refit-timestamp").parse().unwrap();
        self.raw.push((seconds, told("refit-signature"), body.clone()));
        if self.refused < self.fails {
            self.refused += 1;
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
        let value = serde_json::from_slice(body).unwrap();
        self.taken.entry(told("refit-delivery")).or_default().push(value);
        StatusCode::NO_CONTENT
    }
}

/// Makes a webhook; gives its key.
fn make(admin: &mut Browser, url: &str, events: &[&str]) -> String {
    admin.get(PAGE).expect(200);
    let mut fields = vec![("url", url)];
    fields.extend(events.iter().map(|event| ("events", *event)));
    let page = admin.post(PAGE, &fields).expect(200).has("shown this once");
    let (_, rest) = page.body.split_once("<code class=\"secret\">").expect(&page.body);
    rest.split('<').next().unwrap().to_owned()
}

/// Waits until something holds.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < PATIENCE, "{what} did not come to be");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn messages_arrive_signed_and_once_although_the_receiver_fails_at_first() {
    const FAILURES: usize = 4;
    let world = World::peopled();
    let receiver = Receiver::start(FAILURES);
    let mut admin = world.log_in("administrator");
    let key = make(&mut admin, &receiver.url, &[]);
    let mut ada = world.log_in("ada");
    let case = request(&mut ada);
    for number in 0..5 {
        let text = format!("note {number}");
        let fields = [("scope", "everyone"), ("text", text.as_str())];
        ada.get(&case).expect(200);
        ada.post(&format!("{case}/do/add-note"), &fields).expect(200);
    }
    let got = &receiver.got;
    until("the failures", || got.lock().unwrap().refused == FAILURES);
    admin.get(PAGE).expect(200).has("waits: answered with 500");
    // They are sent again after a while, longer each time.
    world.pass(SignedDuration::from_hours(1));
    let id = case.strip_prefix("/requests/").unwrap();
    let events = world.records(async |store| store.events(id, 0, 1000).await.unwrap().len());
    assert!(events > 5, "{events}");
    until("all messages", || got.lock().unwrap().taken.len() == events);
    // A round more, in which nothing is to be sent.
    until("the quiet", || {
        let waiting = world.records(async |store| {
            let counts = store.outbox_counts().await.unwrap();
            let of = |count: &&refit_store::OutboxCount| {
                count.channel == Channel::Webhook && count.state != OutboxState::Sent
            };
            counts.iter().filter(of).map(|count| count.count).sum::<u64>()
        });
        waiting == 0
    });
    let got = got.lock().unwrap();
    assert_eq!(got.taken.len(), events, "nothing is lost");
    assert!(got.taken.values().all(|times| times.len() == 1), "nothing is doubled");
    assert_eq!(got.raw.len(), events + FAILURES);
    for (id, told) in &got.taken {
        assert_eq!(&told[0]["id"], id);
        assert_eq!(told[0]["url"], format!("{}{case}", world.url));
        assert!(!told[0].to_string().contains("note "), "what people wrote is not told");
    }
    for (seconds, signature, body) in &got.raw {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(format!("{seconds}.").as_bytes());
        mac.update(body);
        assert_eq!(signature, &format!("v1={}", hex::encode(mac.finalize().into_bytes())));
    }
    drop(got);
    world.log_in("administrator").get(PAGE).expect(200).has("arrived");
}

#[test]
fn a_webhook_is_told_what_it_wants_until_it_is_removed() {
    let world = World::peopled();
    let receiver = Receiver::start(0);
    let mut admin = world.log_in("administrator");
    make(&mut admin, &receiver.url, &["request-made"]);
    let mut ada = world.log_in("ada");
    request(&mut ada);
    let got = &receiver.got;
    until("the message", || got.lock().unwrap().taken.len() == 1);
    let kinds =
        |got: &Got| got.taken.values().map(|told| told[0]["kind"].clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&got.lock().unwrap()), ["request-made"]);
    let page = admin.get(PAGE).expect(200);
    let (_, rest) = page.body.split_once("name=\"remove\" value=\"").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    admin.post(PAGE, &[("remove", id.as_str())]).expect(200).has("There are none");
    request(&mut ada);
    let told = world.records(async |store| {
        store.outbox_counts().await.unwrap().iter().map(|count| count.count).sum::<u64>()
    });
    assert!(told > 0);
    assert_eq!(got.lock().unwrap().taken.len(), 1);
}

#[test]
fn a_message_goes_to_whom_the_sites_authority_vouches_for() {
    let (ours, others) = (Authority::new(), Authority::new());
    let world = World::configured(|settings| settings.authorities = ours.authorities());
    let mut admin = world.people();
    let foreign = Receiver::over_tls(&others, HERE);
    let misnamed = Receiver::over_tls(&ours, "hooks.example");
    let good = Receiver::over_tls(&ours, HERE);
    for receiver in [&foreign, &misnamed, &good] {
        make(&mut admin, &receiver.url, &["request-made"]);
    }
    request(&mut world.log_in("ada"));
    until("the message", || good.got.lock().unwrap().taken.len() == 1);
    let waiting = || {
        world.records(async |store| {
            store.outbox(Channel::Webhook, OutboxState::Waiting, 0, 9).await.unwrap()
        })
    };
    until("both refusals", || waiting().iter().filter(|one| one.last_error.is_some()).count() == 2);
    for one in waiting() {
        let why = one.last_error.unwrap();
        assert!(why.contains("certificate"), "{why}");
    }
    for refused in [foreign, misnamed] {
        assert!(refused.got.lock().unwrap().raw.is_empty(), "nothing was sent");
    }
}

#[test]
fn a_message_reaches_no_private_network() {
    let world = World::configured(|settings| settings.webhook_hosts.clear());
    let mut admin = world.administrator();
    admin.get(PAGE).expect(200);
    for (url, why) in [
        ("http://hooks.example/1", "https://"),
        ("https://10.1.2.3/", "an address of a private network"),
        ("https://[::1]/", "an address of a private network"),
        ("http://127.0.0.1:9/", "an address of a private network"),
        ("https://169.254.169.254/latest", "an address of a private network"),
        ("javascript:alert(1)", "https://"),
    ] {
        admin.post(PAGE, &[("url", url)]).expect(422).has(why);
    }
}
