//! Packs that are wrong: each is told with file, line, key and what was expected.

use crate::common::PackFiles;
use refit_packs::NoteKind;

#[test]
fn the_demo_pack_is_valid_and_has_little_to_note() {
    let pack = PackFiles::valid().load().unwrap();
    let notes: Vec<_> = pack.check().iter().map(|note| note.kind).collect();
    assert_eq!(notes, [NoteKind::NotShipped]);
    assert_eq!(pack.reference.knowledge, "2026-11-24");
    let checks = &pack.checks.check;
    assert!(!checks[0].is_observation(&pack.facts));
    assert!(checks[1].is_observation(&pack.facts));
}

#[test]
fn an_unknown_key() {
    let files = PackFiles::valid().with("pack.toml", "[process]\n", "[process]\nuser = \"x\"\n");
    assert_eq!(
        files.error(),
        "demo/pack.toml:32: `process.user`: unknown field `user`, expected one of `executable`, `folder_arguments`, `source`"
    );
}

#[test]
fn a_missing_source() {
    let files = PackFiles::valid().with(
        "versions.toml",
        "from_at_least = \"1.0.5\"\nold_reads_new_store = \"yes\"\nsource = \"here\"\n",
        "old_reads_new_store = \"yes\"\n",
    );
    assert_eq!(files.error(), "demo/versions.toml:28: `hop[0]`: missing field `source`");
}

#[test]
fn an_empty_source_of_a_fact_and_of_a_rule() {
    let files = PackFiles::valid().with(
        "checks.toml",
        "remedy = \"nothing\"\nsource = \"here\"",
        "remedy = \"nothing\"\nsource = \" \"",
    );
    assert_eq!(
        files.error(),
        "demo/checks.toml:10: `check[0].source`: the source is empty; name one, or write `unconfirmed`"
    );
    let files = PackFiles::valid().with(
        "settings.toml",
        "why = \"It is gone.\"\nsource = \"here\"",
        "why = \"It is gone.\"\nsource = \"\"",
    );
    assert_eq!(
        files.error(),
        "demo/settings.toml:14: `rule[0].source`: the source is empty; name one, or write `unconfirmed`"
    );
}

#[test]
fn cyclic_ways() {
    let back = "\n[[hop]]\nfrom = \"2.0\"\nto = \"1.0\"\nold_reads_new_store = \"no\"\nsource = \"here\"\n";
    let files = PackFiles::valid().and("versions.toml", back);
    assert_eq!(
        files.error(),
        "demo/versions.toml:49: `hop[3].to`: the hop goes back from 2.0 to 1.0; ways would be cyclic"
    );
}

#[test]
fn wrong_versions() {
    let files = PackFiles::valid().with("versions.toml", "to = \"2.0\"", "to = \"2.x\"");
    assert_eq!(
        files.error(),
        "demo/versions.toml:43: `hop[2].to`: `2.x` is no version: expected numbers with dots between, for example 5.18.3"
    );
    let files = PackFiles::valid().with("versions.toml", "to = \"2.0\"", "to = \"3.0\"");
    assert_eq!(
        files.error(),
        "demo/versions.toml:43: `hop[2].to`: no series 3.0; known are 1.0, 1.1, 2.0"
    );
    let files = PackFiles::valid().with("versions.toml", "\"1.0.5\"\nold", "\"1.1.5\"\nold");
    assert_eq!(
        files.error(),
        "demo/versions.toml:31: `hop[0].from_at_least`: version 1.1.5 is not of the series 1.0"
    );
    let files = PackFiles::valid().with("pack.toml", "version = \"1.1.0\"", "version = \"9.0\"");
    assert_eq!(
        files.error(),
        "demo/pack.toml:13: `archive.known[0].version`: version 9.0 is of no series that the pack knows (1.0, 1.1, 2.0)"
    );
    let files = PackFiles::valid().with("versions.toml", "{ \"1.1.0\"", "{ \"1.2.0\"");
    assert_eq!(
        files.error(),
        "demo/versions.toml:19: `series[1].releases`: release 1.2.0 is not of the series 1.1"
    );
    let files = PackFiles::valid().with("versions.toml", "name = \"1.1\"", "name = \"1.0\"");
    assert!(files.error().contains("series 1.0 stands after 1.0; they must go up"));
}

#[test]
fn wrong_days_formats_and_names() {
    let files = PackFiles::valid().with("pack.toml", "2026-11-24", "24.11.2026");
    assert_eq!(
        files.error(),
        "demo/pack.toml:4: `knowledge`: `24.11.2026` is no day; write it as 2026-11-24"
    );
    let files = PackFiles::valid().with("pack.toml", "format = 1", "format = 2");
    assert_eq!(
        files.error(),
        "demo/pack.toml:1: `format`: format 2 is not one that this Refit reads; it reads 1"
    );
    let files = PackFiles::valid().with("pack.toml", "\"demo\"", "\"other\"");
    assert_eq!(
        files.error(),
        "other/pack.toml:2: `platform`: the folder is called `demo`, so the platform must be, too"
    );
    let files = PackFiles::valid().with("pack.toml", "demo-{version}.zip", "demo.zip");
    assert_eq!(
        files.error(),
        "demo/pack.toml:8: `archive.file`: `demo.zip` must have {version} exactly once"
    );
    let files = PackFiles::valid().with("pack.toml", "${home}/run", "${HOME}/run");
    assert!(files.error().contains("`start.command`"), "{}", files.error());
}

#[test]
fn conditions_use_declared_facts_as_what_they_are() {
    let condition = "{ is = { fact = \"installed.log\", value = \"old\" } }";
    let with = |when: &str| PackFiles::valid().with("checks.toml", condition, when).error();
    assert_eq!(
        with("{ true = \"no.such\" }"),
        "demo/checks.toml:5: `check[0].when`: the fact `no.such` is not declared in facts.toml"
    );
    assert_eq!(
        with("{ true = \"installed.log\" }"),
        "demo/checks.toml:5: `check[0].when`: the fact `installed.log` is a text, which this condition cannot use"
    );
    assert_eq!(
        with("{ is = { fact = \"clients.connected\", value = \"3\" } }"),
        "demo/checks.toml:5: `check[0].when`: the fact `clients.connected` is a number, and is compared with `3`"
    );
    assert_eq!(
        with("{ all = [] }"),
        "demo/checks.toml:5: `check[0].when`: an empty list of conditions"
    );
    let files = PackFiles::valid().with("checks.toml", "{installed.version}", "{version}");
    assert_eq!(
        files.error(),
        "demo/checks.toml:1: `check[0]`: the fact `version` is not declared in facts.toml"
    );
    let files = PackFiles::valid().with("checks.toml", "key = \"clients\"", "key = \"old-log\"");
    assert_eq!(files.error(), "demo/checks.toml:13: `check[1].key`: a second check `old-log`");
}

#[test]
fn readings_give_what_their_fact_is() {
    let files = PackFiles::valid().with("facts.toml", "{ star = 1 }", "{ star = 2 }");
    assert_eq!(
        files.error(),
        "demo/facts.toml:35: `extract[0].take`: the key pattern has no star number 2"
    );
    let files = PackFiles::valid().with("facts.toml", "take = { star = 1 }", "take = \"is-true\"");
    assert_eq!(
        files.error(),
        "demo/facts.toml:32: `extract[0].fact`: the fact `demo.names` is a list, which this entry cannot give"
    );
    let files = PackFiles::valid().with("facts.toml", "by = \"extraction\"", "by = \"inventory\"");
    assert_eq!(
        files.error(),
        "demo/facts.toml:32: `extract[0].fact`: the fact `demo.names` is declared as supplied by inventory, not by extraction"
    );
    let files = PackFiles::valid().with("versions.toml", "{ log = \"new\" }", "{ log = 3 }");
    assert_eq!(
        files.error(),
        "demo/versions.toml:17: `series[1].facts.log`: no fact `installed.log` of this kind is declared as supplied by series\n\
         demo/versions.toml:17: `series[1].facts.log`: no fact `target.log` of this kind is declared as supplied by series"
    );
}

#[test]
fn a_missing_file() {
    assert_eq!(
        PackFiles::valid().without("checks.toml").error(),
        "demo/checks.toml: the file is missing; a pack has pack.toml, versions.toml, settings.toml, facts.toml, checks.toml"
    );
}

#[test]
fn an_unknown_platform_lists_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    PackFiles::valid().write(folder.path());
    let packs = refit_packs::Packs::with_folder(folder.path());
    assert_eq!(
        packs.get("kafka").unwrap_err().to_string(),
        "there is no pack `kafka`; known are: activemq-classic, demo"
    );
}

#[test]
fn notes_are_typed() {
    let new_rule = "\n[[rule]]\nid = \"far\"\nfile = \"conf/none.xml\"\nkey = \"a\"\nsince = \"2.0.7\"\naction = \"warn\"\nwhy = \"so\"\nsource = \"unconfirmed: heard of\"\n";
    let new_series = "\n[[series]]\nname = \"3.0\"\nreleased = \"2023-01-01\"\nsource = \"here\"\nfacts_source = \"here\"\nreleases = { \"3.0.0\" = \"2023-01-01\" }\n";
    let files = PackFiles::valid()
        .and("settings.toml", new_rule)
        .and("versions.toml", new_series)
        .with("versions.toml", "\"no\"", "\"unknown\"")
        .with("facts.toml", "by = \"inventory\"", "by = \"presence\"");
    let notes: Vec<_> = files
        .load()
        .unwrap()
        .check()
        .into_iter()
        .map(|note| format!("{}: {}: {}", note.kind.word(), note.place, note.text))
        .collect();
    assert_eq!(
        notes,
        [
            "unconfirmed: demo/settings.toml:23: `rule[1].source`: unconfirmed: heard of",
            "unknown file: demo/settings.toml:18: `rule[1].file`: settings.toml lists no file `conf/none.xml`",
            "unreachable: demo/versions.toml:48: `series[3].name`: no hops lead from 1.0 to 3.0",
            "store reading unknown: demo/versions.toml:44: `hop[2].old_reads_new_store`: it is not known that 1.1 reads a store of 2.0; going back restores the store",
            "no such release: demo/settings.toml:20: `rule[1].since`: 2.0.7 is no release that the pack knows",
            "not supplied: demo/facts.toml:2: `fact[0].name`: no entry of kind presence gives `installed.version`",
            "not shipped: demo/pack.toml:13: `archive.known[0].version`: there is no shipped/1.1.0.json",
        ]
    );
}
