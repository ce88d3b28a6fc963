//! Pages: well-formed, with headings in their order, and in need of nothing else.
//!
//! The pages are written to the target folder's `tmp`, where they can be looked at.

use std::path::Path;

use refit_report::{
    AssessmentReport, PlanReport, PlaybookHere, PlaybookReport, SettlementReport, drift_html,
    trial_html,
};
use roxmltree::{Document, Node, ParsingOptions};

use crate::fixture::{self, RUN, stored};

/// Every page that this crate makes, by name.
pub fn pages() -> Vec<(&'static str, String)> {
    let (assessment, observations) = (stored(fixture::assessment()), fixture::observations());
    let assessment =
        AssessmentReport { assessment: &assessment, observations: Some(&observations) };
    let (plan, open_plan) = (stored(fixture::plan()), stored(fixture::open_plan()));
    let plan_page = |plan| PlanReport { plan, run: RUN, commands: &fixture::commands };
    let (playbook, session) = (stored(fixture::playbook()), fixture::session());
    let playbook_page = |here| {
        let (playbook, session, commands) = (&playbook, &session, &fixture::shell);
        PlaybookReport { playbook, here, session, commands }.to_html().unwrap()
    };
    let (settlement, questions) = fixture::alone();
    let settlement_page = |questions, texts| {
        SettlementReport { settlement: &settlement, questions, by: "ann@desk", texts }.to_html()
    };
    vec![
        ("settlement-open", settlement_page(&questions, None)),
        ("settlement", settlement_page(&[], Some(fixture::LINES))),
        ("assessment", assessment.to_html()),
        ("plan", plan_page(&plan).to_html().unwrap()),
        ("plan-open", plan_page(&open_plan).to_html().unwrap()),
        ("playbook-open", playbook_page(None)),
        (
            "playbook-here",
            playbook_page(Some(PlaybookHere { plan: &open_plan, run: RUN, blocking: &[] })),
        ),
        ("drift", drift_html(&stored(fixture::drift()))),
        ("trial", trial_html(&stored(fixture::trial()))),
    ]
}

/// The page as a tree; `Err` where it is not well-formed.
pub fn parse(html: &str) -> Result<Document<'_>, roxmltree::Error> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(html, options)
}

#[test]
fn pages_are_well_formed() {
    for (name, html) in pages() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.html"));
        std::fs::write(path, &html).unwrap();
        let page = parse(&html).unwrap_or_else(|error| panic!("{name}: {error}"));
        let elements = page.descendants().filter(Node::is_element);
        let mut ids: Vec<_> = elements.filter_map(|node| node.attribute("id")).collect();
        let number = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), number, "{name}: an id stands twice");
        for link in page.descendants().filter_map(|node| node.attribute("href")) {
            let target = link.strip_prefix('#').unwrap_or_else(|| panic!("{name}: {link}"));
            assert!(ids.contains(&target), "{name}: {link} leads nowhere");
        }
    }
}

#[test]
fn pages_load_nothing_and_run_nothing() {
    for (name, html) in pages() {
        let page = parse(&html).unwrap();
        for node in page.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            let loads = ["script", "link", "img", "iframe", "object", "embed", "form", "base"];
            assert!(!loads.contains(&tag), "{name}: <{tag}>");
            for attribute in node.attributes() {
                let loads = ["src", "srcset", "action", "style", "data"];
                assert!(!loads.contains(&attribute.name()), "{name}: {}=", attribute.name());
                assert!(!attribute.name().starts_with("on"), "{name}: {}=", attribute.name());
            }
        }
        let style = page.descendants().find(|node| node.has_tag_name("style")).unwrap();
        let style = style.text().unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"), "{name}");
        assert!(html.contains("default-src 'none'"), "{name}: forbidden to load anything");
    }
}

#[test]
fn pages_can_be_read_aloud() {
    for (name, html) in pages() {
        let page = parse(&html).unwrap();
        assert_eq!(page.root_element().attribute("lang"), Some("en"), "{name}");
        let mut last = 0;
        for level in page.descendants().filter_map(heading_level) {
            assert!(level <= last + 1, "{name}: h{level} after h{last}");
            last = level;
        }
        let count = |tag| page.descendants().filter(|node| node.has_tag_name(tag)).count();
        assert_eq!((count("h1"), count("main")), (1, 1), "{name}");
        for table in page.descendants().filter(|node| node.has_tag_name("table")) {
            let heads = table.descendants().filter(|node| node.has_tag_name("th"));
            let mut scopes = heads.map(|head| head.attribute("scope"));
            assert!(scopes.all(|scope| matches!(scope, Some("col" | "row"))), "{name}");
        }
    }
}

#[test]
fn colours_have_contrast() {
    let style = include_str!("../../templates/style.css");
    let (light, dark) = style.split_once("prefers-color-scheme: dark").unwrap();
    for theme in [light, dark] {
        let colour = |name: &str| {
            let (_, rest) = theme.split_once(&format!("--{name}: #")).unwrap();
            luminance(&rest[..6])
        };
        for text in ["ink", "soft", "accent", "good", "care", "bad"] {
            for ground in ["paper", "wash", "good-wash", "care-wash", "bad-wash"] {
                let (text_light, ground_light) = (colour(text), colour(ground));
                let (more, less) = (text_light.max(ground_light), text_light.min(ground_light));
                let contrast = (more + 0.05) / (less + 0.05);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
            }
        }
    }
}

/// The relative luminance of a colour, as WCAG 2 defines it.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

#[test]
fn the_same_document_gives_the_same_page() {
    assert_eq!(pages(), pages());
}

#[test]
fn a_page_shows_every_key_with_all_its_sides() {
    let pages = pages();
    let (_, plan) = pages.iter().find(|(name, _)| *name == "plan").unwrap();
    let joined = plan.replace("<wbr/>", "");
    for settlement in fixture::settlements() {
        for key in settlement.outcomes {
            assert!(joined.contains(&format!("<code>{}</code>", key.key)), "{}", key.key);
        }
    }
    assert!(plan.contains("(secret)"));
}

fn heading_level(node: Node<'_, '_>) -> Option<u32> {
    node.tag_name().name().strip_prefix('h')?.parse().ok()
}
