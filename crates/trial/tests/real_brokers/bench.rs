//! Brokers to try, and what is in them.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use refit_demo::{JavaHome, PlainBroker};
use refit_model::Secret;
use refit_trial::inventory::{
    ContentNames, CountedSource, Drain, DrainLimits, MessageInventory, counted_sources,
};
use refit_trial::{MonotonicClock, StompBroker};
use refit_wire::jolokia::Jolokia;
use refit_wire::stomp::{Acknowledge, OutgoingMessage, StompClient, StompLogin, Subscription};
use refit_wire::{Credentials, TcpConnect, open};

pub const QUEUE: &str = "/queue/orders.incoming";
/// More than the broker shows to one browse.
pub const ORDERS: u32 = 450;
/// Of each kind, for the durable subscriptions.
pub const PRICES: u32 = 30;
/// The first of January 2100, in milliseconds of Unix time.
const FAR_AWAY: u64 = 4_102_444_800_000;

pub fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// A broker of this machine, running, in a folder of its own.
pub struct Bench {
    pub broker: PlainBroker,
    pub address: String,
    credentials: Credentials,
}

impl Bench {
    pub fn make(archive: &Path, folder: &Path) -> Self {
        fs::create_dir(folder).unwrap();
        let java = JavaHome::of_this_machine().unwrap();
        let broker = PlainBroker::make(archive, folder, java).unwrap();
        add_reader(broker.home());
        let address = format!("127.0.0.1:{}", broker.ports().stomp);
        Self { broker, address, credentials: PlainBroker::login() }
    }

    pub fn start(&self) {
        self.broker.start(Duration::from_mins(5)).unwrap();
    }

    pub fn stop(&self) {
        self.broker.stop(Duration::from_secs(20)).unwrap();
    }

    pub fn at(&self) -> StompBroker<'_> {
        StompBroker { connect: &TcpConnect, address: &self.address, clock: &MonotonicClock }
    }

    pub fn admin(&self) -> &Credentials {
        &self.credentials
    }

    /// A user who may connect and read, but not write.
    pub fn reader() -> Credentials {
        Credentials::new("reader", Secret::new("reader-password"))
    }

    pub fn console(&self) -> Jolokia<'static> {
        let address = format!("127.0.0.1:{}", self.broker.ports().console);
        Jolokia::new(&TcpConnect, address, Some(PlainBroker::login()))
    }

    pub fn client(&self, client_id: Option<&str>) -> StompClient {
        let mut login = StompLogin::new(Some(PlainBroker::login()));
        login.client_id = client_id.map(str::to_owned);
        let stream = open(&TcpConnect, &self.address, soon()).unwrap();
        StompClient::connect(stream, &login, soon()).unwrap()
    }

    pub fn sources(&self) -> Vec<CountedSource> {
        counted_sources(&self.console(), soon()).unwrap()
    }

    /// Everything, taken out.
    pub fn drain(&self) -> MessageInventory {
        let console = self.console();
        let drain = Drain {
            broker: self.at(),
            credentials: Some(&self.credentials),
            counts: Some(&console),
            names: ContentNames::plain(),
            limits: DrainLimits::default(),
        };
        drain.take_all(&self.sources())
    }

    /// Two durable subscriptions, one of them with a selector, and messages of all kinds.
    pub fn load(&self) {
        // The last one is as a JMS client would make it.
        let selector = ("selector", "kind = 'bid'");
        let plain = ("activemq.selector", "kind = 'ask'");
        for (client, selector) in
            [("audit", None), ("auction", Some(selector)), ("asked", Some(plain))]
        {
            let mut durable = self.client(Some(client));
            let mut subscription =
                Subscription::new("1", "/topic/prices", Acknowledge::Each).durable("trail");
            if let Some((header, selector)) = selector {
                subscription = subscription.with(header, selector);
            }
            durable.subscribe(&subscription, soon()).unwrap();
            durable.disconnect(soon()).unwrap();
        }
        let mut sender = self.client(None);
        (0..ORDERS).for_each(|number| sender.send(&order(number), soon()).unwrap());
        sender.send(&OutgoingMessage::persistent("/queue/empty.body", ""), soon()).unwrap();
        for number in 0..PRICES {
            for kind in ["bid", "ask"] {
                let price =
                    OutgoingMessage::persistent("/topic/prices", format!("{kind} {number}"));
                sender.send(&price.with("kind", kind).as_text(), soon()).unwrap();
            }
        }
        sender.disconnect(soon()).unwrap();
    }
}

fn order(number: u32) -> OutgoingMessage {
    let body = if number.is_multiple_of(3) { vec![0, 1, 255] } else { b"text \xc3\xa4".to_vec() };
    let message =
        OutgoingMessage::persistent(QUEUE, [body, number.to_be_bytes().to_vec()].concat())
            .with("priority", (number % 10).to_string())
            .with("correlation-id", format!("order-{number}"))
            .with("odd: name\\", "odd\nvalue: \\ \u{e4}");
    match number % 3 {
        0 => message.with("expires", (FAR_AWAY + u64::from(number)).to_string()),
        1 => message.with("reply-to", "/queue/orders.answers").with("type", "acme.order"),
        _ => message,
    }
}

/// A user with fewer rights, and rights to make a difference.
fn add_reader(home: &Path) {
    let edit = |file: &str, change: &dyn Fn(String) -> String| {
        let path = home.join("conf").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(text)).unwrap();
    };
    edit("users.properties", &|text| text + "\nreader=reader-password\n");
    edit("groups.properties", &|text| text + "\nreaders=reader\n");
    let rights = r#"<authorizationPlugin><map><authorizationMap><authorizationEntries>
        <authorizationEntry queue=">" read="admins,readers" write="admins" admin="admins"/>
        <authorizationEntry topic=">" read="admins,readers" write="admins" admin="admins"/>
        <authorizationEntry topic="ActiveMQ.Advisory.>" read="admins,readers" write="admins,readers" admin="admins,readers"/>
        </authorizationEntries></authorizationMap></map></authorizationPlugin></plugins>"#;
    edit("activemq.xml", &|text| {
        assert!(text.contains("</plugins>"));
        text.replace("</plugins>", rights)
    });
}

/// Puts a copy of a stopped broker's store in place of another's.
pub fn copy_store(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() && entry.file_name() != "lock" {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
