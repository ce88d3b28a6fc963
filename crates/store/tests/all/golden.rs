//! Databases as released versions wrote them are read by this one, with all that is in them.
//!
//! `golden/sqlite-N.sql` and `golden/postgres-N.sql` are databases of schema N, as `sqlite3 .dump`
//! and `pg_dump --inserts` wrote them. They are never changed. A new schema gets new ones: see
//! [`make_by_hand`].

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use refit_model::{RunId, Secret};
use refit_store::{
    ApiToken, Backoff, CaseFilter, ChainCheck, Channel, JsonText, LinkUse, Location, LoginGate,
    LoginLimits, NewApiToken, NewLink, NewSecondFactor, NewSession, NewWebhook, OutboxState, Store,
    SupportGroup, TokenHash, User,
};

use crate::cluster::program;
use crate::samples::{at, commit, letter, record, settled, user};
use crate::site::{Site, key_file, new_database, raw};

/// The newest schema.
const NEWEST: u32 = 4;
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn sqlite_databases_of_all_schemas_are_read() {
    for schema in 1..=NEWEST {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        let dump = std::fs::read_to_string(golden("sqlite", schema)).unwrap();
        raw(&format!("sqlite://{}?mode=rwc", path.display()), &dump).await.unwrap();
        let key_file = key_file(folder.path());
        look(&Store::open(&Location::File(path), &key_file).await.unwrap(), schema).await;
    }
}

#[tokio::test]
async fn postgres_databases_of_all_schemas_are_read() {
    for schema in 1..=NEWEST {
        let test = "golden::postgres_databases_of_all_schemas_are_read";
        let Some(url) = new_database(test).await else { return };
        let dump = std::fs::read_to_string(golden("postgres", schema)).unwrap();
        raw(&url, &dump).await.unwrap();
        let location = Location::postgres(&Secret::new(url)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key_file = key_file(folder.path());
        look(&Store::open(&location, &key_file).await.unwrap(), schema).await;
    }
}

/// Writes the databases of the newest schema down. Run once when it is released:
/// `cargo test -p refit-store --test all -- --ignored --exact golden::make_by_hand`.
#[tokio::test]
#[ignore = "it writes files of the repository, once for each schema"]
async fn make_by_hand() {
    let site = Site::sqlite().await;
    fill(&site.store).await;
    let path = site.url().strip_prefix("sqlite://").unwrap().to_owned();
    write("sqlite", Command::new("sqlite3").arg(path).arg(".dump"));
    let Some(site) = Site::postgres("golden::make_by_hand").await else { return };
    fill(&site.store).await;
    let mut dump = Command::new(program("pg_dump").unwrap());
    write("postgres", dump.args(["--inserts", "--no-owner", "--dbname"]).arg(site.url()));
}

fn write(engine: &str, dump: &mut Command) {
    let told = dump.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    // Lines for the program psql alone, which newer versions of pg_dump write.
    let text = String::from_utf8(told.stdout).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('\\')).collect();
    let path = golden(engine, NEWEST);
    assert!(!path.exists(), "{} was released and is never changed", path.display());
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

fn golden(engine: &str, schema: u32) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/all/golden");
    folder.join(format!("{engine}-{schema}.sql"))
}

fn hash(token: &str) -> TokenHash {
    TokenHash::of(&Secret::new(token))
}

/// Something of everything.
async fn fill(store: &Store) {
    settled(store).await;
    let group = SupportGroup { id: "north".into(), name: "North".into(), version: 0 };
    store.save_group(&group, &record("group-made", 1)).await.unwrap();
    let bob = User {
        groups: vec!["north".into()],
        identity: Some("https://id.example|42".into()),
        ..user("bob")
    };
    store.save_user(&bob, &record("user-made", 1)).await.unwrap();
    store.save_rules(0, &JsonText::of("rules").unwrap(), &record("rules", 2)).await.unwrap();
    store.commit(&commit("c1", 0, 3)).await.unwrap();
    store.commit(&commit("c2", 0, 1)).await.unwrap();
    let run: RunId = "staging-1".parse().unwrap();
    let events = [crate::runs::event(1, "begun"), crate::runs::event(2, "done")];
    store.mirror(&run, Some("c1"), &events, at(4)).await.unwrap();
    let limits = LoginLimits { window: MINUTE, per_account: 1, per_address: 9 };
    let refusal = record("login-throttled", 5);
    store.begin_login("ann", "192.0.2.7", &limits, &refusal).await.unwrap();
    let session = NewSession {
        hash: hash("session"),
        user: "ann".into(),
        address: "192.0.2.7".into(),
        agent: "Browser".into(),
        at: at(5),
        idle_until: at(100),
        ends: at(1000),
        authenticated: at(5),
    };
    store.open_session(&session, None, &record("login", 5)).await.unwrap();
    let token = NewApiToken {
        id: "t1".into(),
        hash: hash("token"),
        user: "bob".into(),
        name: "nightly".into(),
        scopes: vec!["cases:read".into()],
        at: at(6),
        ends: at(1000),
    };
    store.make_api_token(&token, &record("token-made", 6)).await.unwrap();
    let link = NewLink {
        hash: hash("link"),
        purpose: "password".into(),
        body: JsonText::of("ann").unwrap(),
        at: at(7),
        ends: at(1000),
    };
    store.make_link(&link, &record("link-made", 7)).await.unwrap();
    let factor = NewSecondFactor {
        user: "bob".into(),
        secret: Secret::new("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
        step: 7,
        recovery: vec![hash("recovery")],
    };
    store.add_second_factor(&factor, &record("second-factor-added", 7)).await.unwrap();
    let webhook = NewWebhook {
        id: "w1".into(),
        url: "https://hooks.example/1".into(),
        events: vec!["case-moved".into()],
        key: Secret::new("key"),
    };
    store.make_webhook(&webhook, &record("webhook-made", 7)).await.unwrap();
    let claimed = store.claim(Channel::Mail, at(8), MINUTE, 3).await.unwrap();
    store.sent(claimed[0].lease, at(8)).await.unwrap();
    let backoff = Backoff { first: MINUTE, most: MINUTE, attempts: 1 };
    store.failed(claimed[1].lease, at(8), "refused", &backoff).await.unwrap();
}

/// All of it is there, and goes on.
async fn look(store: &Store, schema: u32) {
    let head = store.audit_head().await.unwrap();
    let whole = ChainCheck::Whole { records: head.sequence };
    assert_eq!(store.verify_audit(&[head]).await.unwrap(), whole);
    assert_eq!(head.sequence, if schema < 3 { 12 } else { 14 });
    let factor = store.second_factor("bob").await.unwrap();
    let factor = factor.map(|factor| (factor.secret, factor.recovery_left));
    let expected = Secret::new("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    assert_eq!(factor, (schema > 2).then_some((expected, 1)));
    let keys = store.webhooks().await.unwrap().into_iter().map(|webhook| webhook.key);
    assert_eq!(keys.collect::<Vec<_>>(), vec![Secret::new("key"); usize::from(schema > 2)]);
    let bob = store.user("bob").await.unwrap().unwrap();
    assert_eq!((bob.groups.len(), bob.identity.is_some()), (1, true));
    assert_eq!(store.user_by_email("ANN@acme.example").await.unwrap().unwrap().id, "ann");
    assert_eq!(store.rules().await.unwrap().unwrap().version, 1);
    let case = store.case("c1").await.unwrap().unwrap();
    assert_eq!(case.row.columns, commit("c1", 0, 3).columns);
    assert_eq!(case.body, commit("c1", 0, 3).snapshot);
    assert_eq!(store.count_cases(&CaseFilter::default()).await.unwrap(), 2);
    let events = store.events("c1", 0, 10).await.unwrap();
    assert_eq!(events[2].content, record("happened", 3));
    assert_eq!(store.runs_of("c1").await.unwrap()[0].events, 2);
    let session = store.session(&hash("session"), at(99)).await.unwrap().unwrap();
    assert_eq!(session.user.id, "ann");
    let token: ApiToken = store.api_token(&hash("token"), at(99)).await.unwrap().unwrap();
    assert_eq!(token.scopes, ["cases:read"]);
    let link = store.use_link(&hash("link"), "password", &record("link-used", 99)).await.unwrap();
    assert!(matches!(link, LinkUse::Good(_)));
    let states = [OutboxState::Sent, OutboxState::Dead, OutboxState::Claimed, OutboxState::Waiting];
    for state in states {
        let entries = store.outbox(Channel::Mail, state, 0, 10).await.unwrap();
        assert_eq!(entries.len(), 1, "{state}");
    }
    let limits = LoginLimits { window: MINUTE, per_account: 1, per_address: 9 };
    let refusal = record("login-throttled", 10);
    let gate = store.begin_login("ann", "192.0.2.8", &limits, &refusal).await.unwrap();
    assert_eq!(gate, LoginGate::Shut { again_at: at(65) });
    // And it can be written to.
    store.commit(&commit("c1", 3, 1)).await.unwrap();
    assert_eq!(store.send(&[letter("c1/4")], &record("put-in", 11)).await.unwrap(), 0);
    assert_eq!(store.send(&[letter("other")], &record("put-in", 11)).await.unwrap(), 1);
    assert_eq!(store.verify_case("c1").await.unwrap(), ChainCheck::Whole { records: 4 });
}
