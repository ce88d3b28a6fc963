//! A page as a text that a person can read and compare: what it says, where it leads, what it asks.

use crate::dom::Element;

/// The page's `main`, one thing a line.
pub fn outline(root: &Element) -> String {
    let mut out = Outline::default();
    let title = root.with_tag(&["title"]).first().map(Element::words).unwrap_or_default();
    out.line(&format!("title: {title}"));
    for part in root.with_tag(&["header", "main"]) {
        let is_part = part.tag() == "main" || part.attribute("class").as_deref() == Some("top");
        if is_part {
            out.walk(&part);
            out.flush();
        }
    }
    out.text
}

#[derive(Default)]
struct Outline {
    text: String,
    words: Vec<String>,
}

impl Outline {
    fn line(&mut self, text: &str) {
        let lines = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text += &lines;
        self.text.push('\n');
    }

    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words).join(" ");
        if !words.is_empty() {
            self.line(&words);
        }
    }

    fn walk(&mut self, element: &Element) {
        for part in element.parts() {
            match part {
                Ok(child) => self.element(&child),
                Err(text) => {
                    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    self.words.extend((!words.is_empty()).then_some(words));
                }
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let attribute = |name: &str| element.attribute(name).unwrap_or_default();
        match element.tag() {
            tag @ ("h1" | "h2" | "h3" | "h4") => {
                let level: usize = tag[1..].parse().unwrap_or(1);
                self.flush();
                self.line(&format!("{} {}", "#".repeat(level), element.words()));
            }
            "a" => self.words.push(format!("[{}]({})", element.words(), attribute("href"))),
            "form" => {
                self.flush();
                self.line(&format!("form {} {}", attribute("method"), attribute("action")));
                self.walk(element);
                self.flush();
                self.line("end of form");
            }
            "input" | "select" | "textarea" => self.control(element),
            "svg" => self.words.push(format!("(picture: {})", attribute("aria-label"))),
            "button" => self.words.push(format!("<{}>", element.words())),
            "summary" => {
                self.flush();
                self.line(&format!("> {}", element.words()));
            }
            "thead" => {}
            tag => {
                let is_block =
                    !["bdi", "strong", "code", "span", "time", "wbr", "em", "label"].contains(&tag);
                if is_block {
                    self.flush();
                }
                self.walk(element);
                if is_block {
                    self.flush();
                }
            }
        }
    }

    fn control(&mut self, element: &Element) {
        let attribute = |name: &str| element.attribute(name).unwrap_or_default();
        let kind = attribute("type");
        let value = match element.tag() {
            "select" => {
                let options = element.with_tag(&["option"]);
                let options = options.iter().map(|one| {
                    let mark = if one.has("selected") { "*" } else { "" };
                    format!("{mark}{}", one.words())
                });
                options.collect::<Vec<_>>().join("|")
            }
            "textarea" => element.text(),
            _ => attribute("value"),
        };
        let mark = if element.has("checked") { " *" } else { "" };
        self.words.push(format!(
            "[{} {}={value}{mark}]",
            kind_of(element, &kind),
            attribute("name")
        ));
    }
}

fn kind_of(element: &Element, kind: &str) -> String {
    if element.tag() == "input" { kind.to_owned() } else { element.tag().to_owned() }
}
