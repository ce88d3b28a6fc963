//! Every page is one that everybody can use, and that holds nothing that the policy forbids.

use std::collections::{BTreeMap, BTreeSet};

use refit_pages::{CONTENT_SECURITY_POLICY, assets};

use crate::dom::{Element, Page, read};
use crate::pages;

/// What is wrong with the structure of a page.
fn problems(page: &Page) -> Vec<String> {
    let all = page.root.all();
    let mut problems = page.complaints.clone();
    problems.extend(ids(&all));
    problems.extend(headings(&page.root));
    problems.extend(labels(&page.root, &all));
    problems.extend(policy(&all));
    problems.extend(forms(&page.root));
    problems.extend(tables(&page.root));
    problems
}

fn ids(all: &[Element]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let ids = all.iter().filter_map(|one| one.attribute("id"));
    let twice: Vec<_> = ids.filter(|id| !seen.insert(id.clone())).collect();
    let mut problems: Vec<_> = twice.into_iter().map(|id| format!("id {id} twice")).collect();
    for one in all {
        let own = ["for", "aria-labelledby", "aria-describedby"].map(|name| one.attribute(name));
        let link = one.attribute("href").and_then(|to| to.strip_prefix('#').map(str::to_owned));
        let named = own.into_iter().flatten().chain(link);
        for id in named.flat_map(|ids| ids.split(' ').map(str::to_owned).collect::<Vec<_>>()) {
            if !seen.contains(&id) {
                problems.push(format!("{} points at no {id}", one.tag()));
            }
        }
    }
    problems
}

fn headings(root: &Element) -> Vec<String> {
    let headings = root.with_tag(&["h1", "h2", "h3", "h4", "h5", "h6"]);
    let mut problems = Vec::new();
    let first = headings.iter().filter(|one| one.tag() == "h1").count();
    if first != 1 {
        problems.push(format!("{first} h1"));
    }
    let mut before = 0;
    for heading in &headings {
        let level: u32 = heading.tag()[1..].parse().unwrap();
        if level > before + 1 {
            problems.push(format!("h{level} after h{before}: {}", heading.words()));
        }
        if heading.words().is_empty() {
            problems.push("a heading says nothing".to_owned());
        }
        before = level;
    }
    problems
}

fn labels(root: &Element, all: &[Element]) -> Vec<String> {
    let mut problems = Vec::new();
    let labels = root.with_tag(&["label"]);
    let named: BTreeSet<_> = labels.iter().filter_map(|one| one.attribute("for")).collect();
    let within: Vec<_> = labels.iter().flat_map(Element::all).collect();
    let is_within = |control: &Element| {
        let name = (control.attribute("name"), control.attribute("value"));
        within.iter().any(|one| (one.attribute("name"), one.attribute("value")) == name)
    };
    for control in root.with_tag(&["input", "select", "textarea"]) {
        let is_hidden = control.attribute("type").as_deref() == Some("hidden");
        let is_named = control.attribute("id").is_some_and(|id| named.contains(&id));
        if !is_hidden && !is_named && !control.has("aria-label") && !is_within(&control) {
            problems.push(format!("no label: {:?}", control.attributes()));
        }
    }
    for one in all {
        let is_silent = match one.tag() {
            "button" | "a" | "summary" | "legend" | "label" => one.words().is_empty(),
            "svg" => !one.has("aria-label"),
            "img" => !one.has("alt"),
            _ => false,
        };
        if is_silent && !one.has("aria-label") {
            problems.push(format!("{} says nothing: {:?}", one.tag(), one.attributes()));
        }
    }
    problems
}

fn policy(all: &[Element]) -> Vec<String> {
    let mut problems = Vec::new();
    for one in all {
        let is_inline = one.tag() == "style" || (one.tag() == "script" && !one.words().is_empty());
        if is_inline || ["iframe", "object", "embed", "base"].contains(&one.tag()) {
            problems.push(format!("{} is forbidden", one.tag()));
        }
        for (name, value) in one.attributes() {
            let is_address = ["href", "src", "action", "formaction"].contains(&name.as_str());
            let is_ours = value.starts_with('/') && !value.starts_with("//");
            let is_place = value.starts_with('#');
            let is_link = one.tag() == "a"
                && value.starts_with("https://")
                && one.attribute("rel").as_deref() == Some("noreferrer");
            if is_address && !is_ours && !is_place && !is_link {
                problems.push(format!("{} leads to {value}", one.tag()));
            }
            if name == "style" || name.starts_with("on") || name == "autofocus" {
                problems.push(format!("{} has {name}", one.tag()));
            }
        }
    }
    problems
}

fn forms(root: &Element) -> Vec<String> {
    let mut problems = Vec::new();
    for form in root.with_tag(&["form"]) {
        let names: Vec<_> = form.sent().into_iter().map(|(name, _)| name).collect();
        let is_post = form.attribute("method").as_deref() == Some("post");
        if is_post != names.contains(&"csrf".to_owned()) {
            problems.push(format!("csrf and post: {:?}", form.attributes()));
        }
        let files = form.with_tag(&["input"]);
        let has_files = files.iter().any(|one| one.attribute("type").as_deref() == Some("file"));
        if has_files != form.has("enctype") && !form.has("data-save") {
            problems.push(format!("files and enctype: {:?}", form.attributes()));
        }
        if form.with_tag(&["button"]).is_empty() {
            problems.push(format!("no button: {:?}", form.attributes()));
        }
    }
    problems
}

fn tables(root: &Element) -> Vec<String> {
    let heads = root.with_tag(&["th"]);
    let bare = heads.iter().filter(|one| !one.has("scope"));
    bare.map(|one| format!("a head of no column or row: {}", one.words())).collect()
}

#[test]
fn every_page_is_sound() {
    let mut all = Vec::new();
    for (name, page) in pages::all() {
        let page = read(page.as_str());
        assert!(page.root.by_id("main").is_some(), "{name}");
        all.extend(problems(&page).into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn problems_are_found() {
    let page = read(
        "<!DOCTYPE html><html><body><h1>a</h1><h3 style='x'>b</h3><p id=x></p><p id=x></p>\
         <form method=post><input name=a onclick='b()'></form><a href='http://c'></a>\
         <script>d()</script><table><tr><th>e</th></tr></table><label for=f>g</label>",
    );
    let problems = problems(&page).join("\n");
    for problem in [
        "id x twice",
        "label points at no f",
        "h3 after h1: b",
        "no label: [(\"name\", \"a\"), (\"onclick\", \"b()\")]",
        "a says nothing",
        "script is forbidden",
        "h3 has style",
        "input has onclick",
        "a leads to http://c",
        "csrf and post",
        "no button",
        "a head of no column or row: e",
    ] {
        assert!(problems.contains(problem), "{problem} is not in\n{problems}");
    }
}

#[test]
fn pages_load_their_assets_and_nothing_else() {
    let paths: BTreeSet<_> = assets().map(|asset| asset.path.clone()).into();
    for (name, page) in pages::all() {
        let page = read(page.as_str());
        let loaded = page.root.with_tag(&["link", "script", "img"]);
        let loaded: BTreeSet<_> = loaded
            .iter()
            .filter_map(|one| one.attribute("href").or_else(|| one.attribute("src")))
            .collect();
        assert_eq!(loaded, paths, "{name}");
    }
}

#[test]
fn assets_hold_nothing_from_elsewhere() {
    for asset in assets() {
        let content = asset.content.replace("http://www.w3.org/2000/svg", "");
        for word in ["http:", "https:", "url(", "@import", "eval", "innerHTML", "document.write"] {
            assert!(!content.contains(word), "{}: {word}", asset.path);
        }
    }
    for word in ["unsafe", "*", "http", "data:"] {
        assert!(!CONTENT_SECURITY_POLICY.contains(word), "{word}");
    }
}

/// The colours of the style sheet, by name: the light ones, and the dark ones.
fn colours() -> [BTreeMap<String, [f64; 3]>; 2] {
    let style = assets()[0].content;
    let (light, dark) = style.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let dark = &dark[..dark.find("* {").unwrap()];
    [light, dark].map(|text| {
        let pairs = text.split(';').filter_map(|pair| pair.split_once("--")?.1.split_once(": #"));
        pairs.map(|(name, digits)| (name.to_owned(), channels(digits))).collect()
    })
}

fn channels(digits: &str) -> [f64; 3] {
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0)
}

/// The contrast of two colours, as WCAG 2 reckons it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let [red, green, blue] = colour.map(|part| {
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let [one, other] = [luminance(one), luminance(other)];
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn texts_and_controls_have_contrast() {
    const TEXTS: [(&str, &[&str]); 8] = [
        ("ink", &["paper", "wash", "good-wash", "care-wash", "bad-wash", "low-wash"]),
        ("soft", &["paper", "wash", "good-wash", "care-wash", "bad-wash"]),
        ("accent", &["paper", "wash", "good-wash", "care-wash", "bad-wash"]),
        ("on-accent", &["accent"]),
        ("good", &["paper", "wash"]),
        ("care", &["paper", "wash"]),
        ("bad", &["paper", "wash"]),
        ("low", &["paper", "wash"]),
    ];
    for colours in colours() {
        let check = |one: &str, other: &str, least: f64| {
            let contrast = contrast(colours[one], colours[other]);
            assert!(contrast >= least, "{one} on {other}: {contrast:.2}");
        };
        for (text, grounds) in TEXTS {
            for ground in grounds {
                check(text, ground, 4.5);
            }
        }
        for control in ["edge", "accent", "bad"] {
            check(control, "paper", 3.0);
        }
    }
}
