//! What must hold after kills: what was acknowledged is there once, what was refused is not, every
//! content that is named is there, chains are whole, every letter came.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use refit_desk::{Case, CaseId, Event, NoticeKind, Recipient, Role, Rules};
use refit_model::Digest;
use refit_packs::Packs;
use refit_portal::{
    Authorities, Clock, ConnectionLimits, Contents, MailSettings, MailTls, Server, Settings,
};
use refit_store::{Blobs, ChainCheck, Channel, OutboxEntry, OutboxState, RecordFilter, Store};
use tokio::runtime::Runtime;

use super::Told;
use super::person::Outcome;
use super::site::Site;

/// Who is of the team, and is written to where the team is.
const TEAM: [&str; 3] = ["administrator", "ben", "pia"];
/// How long a letter may take to come, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
/// A server of so much later takes up what a killed one had in hand.
const LATER: SignedDuration = SignedDuration::from_mins(5);
const AT_ONCE: u32 = 1000;
const MOST: u64 = 64 * 1024 * 1024;

/// The letters that came, by `Message-ID`: to whom, what, how often.
#[derive(Default)]
pub struct Letters(BTreeMap<String, (String, String, u64)>);

impl Letters {
    /// Takes a letter; one that came before must be the same.
    pub fn take(&mut self, to: &str, message: &str) {
        let line = message.lines().find_map(|line| line.strip_prefix("Message-ID: "));
        let id = line.unwrap_or_else(|| panic!("no id: {message}")).trim().to_owned();
        let subject = message.lines().find(|line| line.starts_with("Subject: ")).unwrap();
        let known = self.0.entry(id).or_insert_with(|| (to.to_owned(), subject.to_owned(), 0));
        assert_eq!((known.0.as_str(), known.1.as_str()), (to, subject));
        known.2 += 1;
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// How often a letter came again.
    pub fn twice(&self) -> u64 {
        self.0.values().map(|(.., times)| times - 1).sum()
    }
}

/// Looks at the records, contents included.
pub fn records(site: &Site, told: &Told) {
    runtime().block_on(async {
        let store = Store::open(&site.location(), &site.key_file()).await.unwrap();
        let check = store.verify_audit(&[]).await.unwrap();
        assert!(matches!(check, ChainCheck::Whole { .. }), "{check:?}");
        let mut marks = BTreeMap::<String, u64>::new();
        for case in cases(&store).await {
            let check = store.verify_case(case.id.as_str()).await.unwrap();
            assert_eq!(check, ChainCheck::Whole { records: case.events });
            let contents = Blobs::in_folder(&site.contents().join(case.id.as_str())).await.unwrap();
            for posted in &case.files {
                let content = contents.read(posted.file.digest, MOST).await.unwrap();
                assert!(content.is_some(), "{} names what is not there", case.id);
            }
            for event in events(&store, &case.id).await {
                for mark in marks_of(&serde_json::to_string(&event).unwrap()) {
                    *marks.entry(mark).or_default() += 1;
                }
            }
        }
        store.close().await;
        for (deed, outcome) in &told.deeds {
            let times = marks.get(&deed.mark).copied().unwrap_or_default();
            let expected = match outcome {
                Outcome::Acknowledged => 1..=1,
                Outcome::Refused => 0..=0,
                Outcome::InDoubt => 0..=1,
            };
            assert!(expected.contains(&times), "{deed:?} was {outcome:?}, and is there {times}x");
        }
    });
}

/// Lets a later server send what is left; then every letter that the records call for has come.
pub fn letters(site: &Site, told: &mut Told) {
    let runtime = runtime();
    let mut missing = runtime.block_on(async {
        let store = Store::open(&site.location(), &site.key_file()).await.unwrap();
        let mut wanted = BTreeMap::new();
        for case in cases(&store).await {
            wanted.extend(wanted_by(&case));
        }
        store.close().await;
        wanted
    });
    let total = missing.len();
    missing.retain(|id, _| !told.letters.0.contains_key(id));
    let server = runtime.block_on(Server::start(later(site))).unwrap();
    while !missing.is_empty() {
        let Some((to, message)) = site.mail.next(PATIENCE) else {
            let left = runtime.block_on(left(site));
            panic!("{} of {total} letters never came: {missing:?}; {left:?}", missing.len());
        };
        told.letters.take(&to, &message);
        missing.retain(|id, _| !told.letters.0.contains_key(id));
    }
    runtime.block_on(server.stop()).unwrap();
    site.take_letters(&mut told.letters);
    let count = told.letters.count();
    assert!(count >= total && total > 0, "{count} letters came, {total} were called for");
    runtime.block_on(async {
        let store = Store::open(&site.location(), &site.key_file()).await.unwrap();
        let counts = store.outbox_counts().await.unwrap();
        let is_over = |state| [OutboxState::Sent, OutboxState::Waiting].contains(&state);
        assert!(counts.iter().all(|count| is_over(count.state)), "{counts:?}");
        store.close().await;
    });
}

/// What is in the outbox and was not sent.
async fn left(site: &Site) -> Vec<OutboxEntry> {
    let store = Store::open(&site.location(), &site.key_file()).await.unwrap();
    let mut left = Vec::new();
    for state in [OutboxState::Waiting, OutboxState::Claimed, OutboxState::Dead] {
        left.extend(store.outbox(Channel::Mail, state, 0, AT_ONCE).await.unwrap());
    }
    store.close().await;
    left
}

/// The server again, on another port and with another clock.
fn later(site: &Site) -> Settings {
    Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
        is_behind_proxy: false,
        database: site.location(),
        key_file: site.key_file(),
        forgets_secrets: false,
        contents: Contents::Folder(site.contents()),
        packs: Packs::embedded(),
        is_demo: false,
        administrator: "administrator@localhost".to_owned(),
        mail: Some(MailSettings {
            host: "127.0.0.1".to_owned(),
            port: site.mail.port,
            tls: MailTls::None,
            from: "Refit <refit@team.example>".to_owned(),
            user: None,
            password: None,
        }),
        oidc: None,
        authorities: Authorities::default(),
        webhook_hosts: Vec::new(),
        rounds: Duration::from_millis(100),
        upgrades: None,
        patience: PATIENCE,
        connections: ConnectionLimits::default(),
        clock: Clock::new(|| Timestamp::now() + LATER),
    }
}

/// The letters about what happened in a case: id, and what they are about.
fn wanted_by(case: &Case) -> Vec<(String, String)> {
    let notices = case.notices(&Rules::default(), Timestamp::now());
    let letters = notices.iter().filter(|one| matches!(one.what, NoticeKind::Letter { .. }));
    let ids = letters.flat_map(|notice| {
        let people: BTreeSet<_> = notice.to.iter().flat_map(people_of).collect();
        people.into_iter().map(|user| {
            let key = format!("{}/{user}", notice.key);
            let digits = Digest::of(key.as_bytes()).to_hex();
            (format!("<refit-{digits}@team.example>"), key)
        })
    });
    ids.collect()
}

fn people_of(recipient: &Recipient) -> Vec<String> {
    match recipient {
        Recipient::User(user) => vec![user.to_string()],
        Recipient::Team => TEAM.map(str::to_owned).into(),
        Recipient::Role(Role::Administrator) => vec!["administrator".to_owned()],
        Recipient::Role(Role::Consultant) => vec!["ben".to_owned()],
        Recipient::Role(Role::ProjectManager) => vec!["pia".to_owned()],
        Recipient::Role(Role::Customer) => unreachable!("no notice is to all customers"),
    }
}

/// All cases, as they are kept: each is the fold of its events.
async fn cases(store: &Store) -> Vec<Case> {
    let mut ids = BTreeSet::new();
    let mut before = None;
    loop {
        let records = store.audit(&RecordFilter::default(), before, AT_ONCE).await.unwrap();
        let Some(last) = records.last() else { break };
        before = Some(last.sequence);
        ids.extend(records.iter().filter_map(|record| Some(record.case.as_ref()?.case.clone())));
    }
    let mut cases = Vec::new();
    for id in ids {
        let kept: Case = store.case(&id).await.unwrap().unwrap().body.read().unwrap();
        let id = CaseId::new(&id).unwrap();
        let folded = Case::replay(id.clone(), &events(store, &id).await).unwrap();
        assert_eq!(kept, folded, "{id} is not the fold of its events");
        cases.push(kept);
    }
    cases
}

async fn events(store: &Store, id: &CaseId) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let more = store.events(id.as_str(), events.len() as u64, AT_ONCE).await.unwrap();
        events.extend(more.iter().map(|record| record.content.body.read::<Event>().unwrap()));
        if more.len() < AT_ONCE as usize {
            return events;
        }
    }
}

/// The marks in a text, each once.
fn marks_of(text: &str) -> BTreeSet<String> {
    let mut marks = text.split("mark-").skip(1);
    let mark = |rest: &str| Some(format!("mark-{}.", rest.split_once('.')?.0));
    marks.by_ref().filter_map(mark).collect()
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
