//! ActiveMQ of both versions that the first upgrade is about.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use refit_demo::{JavaHome, PlainBroker, artifacts_for_tests};
use refit_model::{Protocol, Secret};
use refit_wire::jolokia::Jolokia;
use refit_wire::stomp::{
    Acknowledge, Event, Message, OutgoingMessage, StompClient, StompLogin, Subscription,
};
use refit_wire::{Credentials, TcpConnect, ToldVersion, VersionQuestion, WireError, ask_version};

const QUEUE: &str = "/queue/things";
/// More than the broker pushes to, or pages in for, anyone at once.
const MANY: u32 = 1_200;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// For what is not going to answer.
fn soon_enough() -> Instant {
    Instant::now() + Duration::from_millis(400)
}

#[test]
fn the_clients_understand_activemq() {
    let versions = ["5.16.7", "5.18.3"];
    let Some(archives) = artifacts_for_tests("the_clients_understand_activemq", versions) else {
        return;
    };
    thread::scope(|scope| {
        for (archive, version) in archives.iter().zip(versions) {
            scope.spawn(move || examine(archive, version));
        }
    });
}

fn examine(archive: &Path, version: &str) {
    let folder = tempfile::tempdir().unwrap();
    let java = JavaHome::of_this_machine().unwrap();
    let broker = PlainBroker::make(archive, folder.path(), java).unwrap();
    broker.start(Duration::from_mins(5)).unwrap();
    tells_its_version(&broker, version);
    has_nothing_to_warn_of(&broker);
    refuses_strangers(&broker);
    is_recognised_on_the_wrong_port(&broker);
    keeps_what_was_sent_and_shows_it(&broker);
    gives_each_message_until_acknowledged(&broker);
    keeps_a_durable_subscription(&broker);
    beats(&broker);
    tells_of_itself(&broker, version);
    broker.stop(Duration::from_secs(20)).unwrap();
    let error = ask(Protocol::Stomp, broker.ports().stomp, soon()).unwrap_err();
    assert!(matches!(error, WireError::Refused { .. }), "{error}");
}

fn ask(protocol: Protocol, port: u16, deadline: Instant) -> Result<ToldVersion, WireError> {
    let question = VersionQuestion {
        connect: &TcpConnect,
        protocol,
        address: &format!("127.0.0.1:{port}"),
        credentials: Some(&PlainBroker::login()),
    };
    ask_version(&question, deadline)
}

fn client(broker: &PlainBroker, login: &StompLogin) -> Result<StompClient, WireError> {
    let address = format!("127.0.0.1:{}", broker.ports().stomp);
    StompClient::log_in(&TcpConnect, &address, login, soon())
}

fn admin() -> StompLogin {
    StompLogin::new(Some(PlainBroker::login()))
}

fn console(broker: &PlainBroker, credentials: Credentials) -> Jolokia<'static> {
    let address = format!("127.0.0.1:{}", broker.ports().console);
    Jolokia::new(&TcpConnect, address, Some(credentials))
}

fn tells_its_version(broker: &PlainBroker, version: &str) {
    let ports = broker.ports();
    for (protocol, port) in [
        (Protocol::Openwire, ports.openwire),
        (Protocol::Stomp, ports.stomp),
        (Protocol::Http, ports.console),
    ] {
        let told = ask(protocol, port, soon()).unwrap();
        assert_eq!(told.product, "ActiveMQ");
        assert_eq!(told.version, version.parse().unwrap(), "{protocol:?}");
    }
}

/// Asking for the version must leave no trace in the log that would worry an operator.
fn has_nothing_to_warn_of(broker: &PlainBroker) {
    let log = fs::read_to_string(broker.home().join("data/activemq.log")).unwrap();
    let warnings = log.lines().filter(|line| line.contains("| WARN ") || line.contains("| ERROR"));
    let warnings: Vec<_> = warnings.filter(|line| !line.contains("Store limit is")).collect();
    assert!(log.contains("started") && warnings.is_empty(), "{warnings:#?}");
}

fn refuses_strangers(broker: &PlainBroker) {
    let wrong = Credentials::new("admin", Secret::new("not-the-password"));
    for login in [StompLogin::new(Some(wrong.clone())), StompLogin::new(None)] {
        let error = client(broker, &login).unwrap_err();
        assert!(matches!(error, WireError::WrongCredentials { .. }), "{error}");
    }
    let error = console(broker, wrong).broker(soon()).unwrap_err();
    assert!(matches!(error, WireError::WrongCredentials { .. }), "{error}");
}

fn is_recognised_on_the_wrong_port(broker: &PlainBroker) {
    let ports = broker.ports();
    let error = ask(Protocol::Stomp, ports.console, soon()).unwrap_err();
    assert!(matches!(error, WireError::OtherProtocol { .. }), "{error}");
    for protocol in [Protocol::Stomp, Protocol::Http] {
        let error = ask(protocol, ports.openwire, soon()).unwrap_err();
        // It greets, and hangs up on what it does not understand; that may overtake the greeting.
        let expected = matches!(error, WireError::OtherProtocol { .. } | WireError::Closed { .. });
        assert!(expected, "{protocol:?}: {error}");
    }
    // Neither of them says anything before it is asked something that it understands.
    for port in [ports.stomp, ports.console] {
        let error = ask(Protocol::Openwire, port, soon_enough()).unwrap_err();
        assert!(matches!(error, WireError::TimedOut { .. }), "{error}");
    }
}

fn keeps_what_was_sent_and_shows_it(broker: &PlainBroker) {
    let mut client = client(broker, &admin()).unwrap();
    let mut last = None;
    for number in 0..MANY {
        let message = OutgoingMessage::persistent(QUEUE, vec![0, 1, b'\n', u8::MAX])
            .with("number", number.to_string())
            .with("odd: name\\", "odd\nvalue: \\ \u{e4}")
            .with("priority", (number % 10).to_string());
        last = Some(client.post(&message, soon()).unwrap());
    }
    let mut confirmed = None;
    while confirmed != last {
        match client.next_event(soon()).unwrap() {
            Some(Event::Receipt(receipt)) => confirmed = Some(receipt),
            other => panic!("{other:?}"),
        }
    }
    let mut shown = Vec::new();
    let count = client.browse(QUEUE, soon(), |message| shown.push(message)).unwrap();
    assert_eq!(count, u64::from(MANY));
    for (message, number) in shown.iter().zip(0..) {
        assert_eq!(message.header("number"), Some(format!("{number}").as_str()));
        assert_eq!(message.header("odd: name\\"), Some("odd\nvalue: \\ \u{e4}"));
        assert_eq!(message.body(), [0, 1, b'\n', u8::MAX]);
        assert!(!message.is_redelivered());
    }
    assert_eq!(client.browse("/queue/empty", soon(), |_| ()).unwrap(), 0);
    client.disconnect(soon()).unwrap();
}

fn next_message(client: &mut StompClient) -> Message {
    match client.next_event(soon()).unwrap() {
        Some(Event::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn gives_each_message_until_acknowledged(broker: &PlainBroker) {
    let subscription = Subscription::new("1", QUEUE, Acknowledge::Each);
    let mut first = client(broker, &admin()).unwrap();
    first.subscribe(&subscription, soon()).unwrap();
    let message = next_message(&mut first);
    assert_eq!(message.header("number"), Some("0"));
    first.acknowledge(&message, soon()).unwrap();
    assert_eq!(next_message(&mut first).header("number"), Some("1"));
    first.unsubscribe("1", soon()).unwrap();
    first.disconnect(soon()).unwrap();
    let mut second = client(broker, &admin()).unwrap();
    second.subscribe(&subscription, soon()).unwrap();
    let message = next_message(&mut second);
    assert_eq!(message.header("number"), Some("1"), "the first is gone, the second came back");
    assert!(message.is_redelivered());
    second.disconnect(soon()).unwrap();
}

fn keeps_a_durable_subscription(broker: &PlainBroker) {
    let login = admin().with_client_id("trail");
    let subscription = Subscription::new("1", "/topic/prices", Acknowledge::UpToThis);
    let subscription = subscription.durable("prices");
    let mut durable = client(broker, &login).unwrap();
    durable.subscribe(&subscription, soon()).unwrap();
    durable.disconnect(soon()).unwrap();
    let mut sender = client(broker, &admin()).unwrap();
    for number in 0..3 {
        let message = OutgoingMessage::persistent("/topic/prices", format!("price {number}"));
        sender.send(&message.as_text(), soon()).unwrap();
    }
    sender.disconnect(soon()).unwrap();
    let console = console(broker, PlainBroker::login());
    let [subscriber] = &console.durable_subscribers(soon()).unwrap()[..] else {
        panic!("one durable subscriber");
    };
    assert_eq!((subscriber.client_id.as_str(), subscriber.topic.as_str()), ("trail", "prices"));
    assert_eq!((subscriber.subscription.as_str(), subscriber.pending), ("prices", 3));
    let pending = console.pending_messages(subscriber, soon()).unwrap();
    let texts: Vec<_> = pending.iter().filter_map(|message| message.text.as_deref()).collect();
    assert_eq!(texts, ["price 0", "price 1", "price 2"]);
    let mut durable = client(broker, &login).unwrap();
    durable.subscribe(&subscription, soon()).unwrap();
    assert_eq!(next_message(&mut durable).body(), b"price 0");
    assert!(console.durable_subscribers(soon()).unwrap()[0].active);
    durable.unsubscribe("1", soon()).unwrap();
    durable.delete_durable("prices", soon()).unwrap();
    assert_eq!(console.durable_subscribers(soon()).unwrap(), []);
    durable.disconnect(soon()).unwrap();
}

/// Four times as long as a beat, on an otherwise silent connection.
fn beats(broker: &PlainBroker) {
    let login = StompLogin { heart_beat: Some(Duration::from_millis(500)), ..admin() };
    let mut client = client(broker, &login).unwrap();
    let later = Instant::now() + Duration::from_secs(2);
    assert_eq!(client.next_event(later).unwrap(), None);
    client.disconnect(soon()).unwrap();
}

fn tells_of_itself(broker: &PlainBroker, version: &str) {
    let console = console(broker, PlainBroker::login());
    let told = console.broker(soon()).unwrap();
    assert_eq!((told.name.as_str(), told.version.as_str()), ("localhost", version));
    assert_eq!(told.data_directory, broker.home().join("data").canonicalize().unwrap());
    assert_eq!(told.connectors.keys().collect::<Vec<_>>(), ["openwire", "stomp"]);
    assert!(told.uptime > Duration::from_millis(100));
    assert_eq!(console.health(soon()).unwrap(), "Good");
    let queues = console.queues(soon()).unwrap();
    let things = queues.iter().find(|queue| queue.name == "things").unwrap();
    assert_eq!(things.size, u64::from(MANY) - 1);
    assert!(console.topics(soon()).unwrap().contains(&"prices".to_owned()));
    let pid = console.process_id(soon()).unwrap();
    assert!(pid.is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists()));
    let mbean = "org.apache.activemq:type=Broker,brokerName=localhost";
    let error = console.exec(mbean, "noSuchOperation()", &[], soon()).unwrap_err();
    assert!(matches!(error, WireError::ErrorAnswer { .. }), "{error}");
}
