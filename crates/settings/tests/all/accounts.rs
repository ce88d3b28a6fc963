//! Users of a realm file, who become users and members of groups in two other files.

use crate::small::{decision, outcome, rules, spec};
use crate::support::settle_with;
use refit_model::{Facts, KEEP_SITE, Lineage, Outcome, SettledFile, Shown};
use refit_settings::{
    Base, Document, FileSpec, Rule, SettleInput, Settled, settle, settle_brought,
};

const REALM: &str = "# console\nboss: p1, admin, watch\nguest: p2, user\nold: OBF:1abc, admin\n";

fn realm() -> FileSpec {
    spec("path = \"conf/realm\"\nformat = \"properties\"\nsecrets = [\"*\"]\naccounts = true")
}

fn users() -> FileSpec {
    spec("path = \"conf/users\"\nformat = \"properties\"\nsecrets = [\"*\"]")
}

fn groups() -> FileSpec {
    spec("path = \"conf/groups\"\nformat = \"properties\"")
}

fn account_rules() -> Vec<Rule> {
    rules(
        r#"
        [[rule]]
        id = "accounts"
        file = "conf/realm"
        key = "*"
        since = "2.0"
        action = { account = { users = "conf/users", groups = "conf/groups", roles = [["admin", "admins"], ["user", "users"]] } }
        why = "two files now"
        source = "test"
        "#,
    )
}

fn settled_realm() -> Settled {
    settle_with(&realm(), Some("boss: p1, admin\n"), REALM, "", &account_rules(), &[])
}

#[test]
fn only_the_password_of_an_account_is_a_secret() {
    let document = Document::parse(REALM.as_bytes(), &realm()).unwrap();
    let redacted = document.template().redacted();
    assert_eq!(
        redacted,
        "# console\nboss: (secret), admin, watch\nguest: (secret), user\nold: OBF:(secret), admin\n"
    );
    assert_eq!(document.print().unwrap().expose(), REALM.as_bytes());
}

#[test]
fn accounts_go_to_users_and_groups() {
    let settled = settled_realm();
    let moved = Outcome::Moved("conf/users#boss".to_owned());
    assert_eq!(outcome(&settled, "boss").outcome, moved);
    let asked = &outcome(&settled, "old").outcome;
    assert!(matches!(asked, Outcome::NeedsDecision(text) if text.contains("conf/users")));

    let vendors = Document::parse(b"boss=boss\n", &users()).unwrap();
    let target = "2.0".parse().unwrap();
    let brought = settle_brought(&vendors, &settled.moved, &target).unwrap();
    assert_eq!(brought.content.unwrap().redacted(), "boss=(secret)\nguest=(secret)\n");

    let vendors = Document::parse(b"admins=first\n", &groups()).unwrap();
    let brought = settle_brought(&vendors, &settled.moved, &target).unwrap();
    let admins = outcome(&brought, "admins").result.clone();
    assert_eq!(admins, Some(Shown::Text("first,boss".to_owned())));
    assert_eq!(brought.content.unwrap().text, "admins=first,boss\nwatch=boss\nusers=guest\n");
}

fn settled_users(choice: Option<&str>) -> Settled {
    let moved = settled_realm().moved;
    let parse = |text: &str| Document::parse(text.as_bytes(), &users()).unwrap();
    let (base, site, new) =
        (parse("boss=boss\n"), parse("boss=x1\napp=x2\n"), parse("boss=boss\n"));
    let target = "2.0".parse().unwrap();
    let decisions: Vec<_> =
        choice.map(|choice| decision("conf/users#boss", choice)).into_iter().collect();
    settle(&SettleInput {
        base: Some(Base::Document(&base)),
        lineage: &Lineage::Own,
        site: &site,
        new: Some(&new),
        rules: &account_rules(),
        facts: &Facts::new(),
        decisions: &decisions,
        brought: &moved,
        target: &target,
    })
}

#[test]
fn a_user_of_both_files_is_a_question() {
    let settled = settled_users(None);
    assert_eq!(settled.settlement.result, SettledFile::Open);
    let asked = &outcome(&settled, "boss").outcome;
    assert!(matches!(asked, Outcome::NeedsDecision(text) if text.contains("conf/realm")));

    let settled = settled_users(Some(KEEP_SITE));
    let content = settled.content.unwrap();
    assert_eq!(content.redacted(), "boss=(secret)\napp=(secret)\nguest=(secret)\n");
}
