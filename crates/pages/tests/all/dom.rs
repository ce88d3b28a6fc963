//! Pages as a browser reads them.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A page that was read, and what a browser would complain about.
pub struct Page {
    pub root: Element,
    pub complaints: Vec<String>,
}

/// An element of a page.
#[derive(Clone)]
pub struct Element(Handle);

pub fn read(html: &str) -> Page {
    let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let complaints = dom.errors.borrow().iter().map(ToString::to_string).collect();
    Page { root: Element(dom.document.clone()), complaints }
}

impl Element {
    /// The tag; nothing for the document itself.
    pub fn tag(&self) -> &str {
        match &self.0.data {
            NodeData::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    pub fn attribute(&self, name: &str) -> Option<String> {
        let found = self.attributes().into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    pub fn attributes(&self) -> Vec<(String, String)> {
        let NodeData::Element { attrs, .. } = &self.0.data else { return Vec::new() };
        let attrs = attrs.borrow();
        attrs.iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// Child elements.
    pub fn children(&self) -> Vec<Self> {
        let is_element = |node: &&Handle| matches!(node.data, NodeData::Element { .. });
        self.0.children.borrow().iter().filter(is_element).cloned().map(Self).collect()
    }

    /// All elements below, in order.
    pub fn all(&self) -> Vec<Self> {
        let mut all = Vec::new();
        for child in self.children() {
            all.push(child.clone());
            all.extend(child.all());
        }
        all
    }

    /// The elements below with one of these tags.
    pub fn with_tag(&self, tags: &[&str]) -> Vec<Self> {
        self.all().into_iter().filter(|one| tags.contains(&one.tag())).collect()
    }

    /// The element with this id.
    pub fn by_id(&self, id: &str) -> Option<Self> {
        self.all().into_iter().find(|one| one.attribute("id").as_deref() == Some(id))
    }

    /// The text within, as it stands there.
    pub fn text(&self) -> String {
        if let NodeData::Text { contents } = &self.0.data {
            return contents.borrow().to_string();
        }
        self.0.children.borrow().iter().map(|node| Self(node.clone()).text()).collect()
    }

    /// The text within, with single spaces.
    pub fn words(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Child elements and texts, in order.
    pub fn parts(&self) -> Vec<Result<Self, String>> {
        let nodes = self.0.children.borrow();
        let part = |node: &Handle| match &node.data {
            NodeData::Element { .. } => Some(Ok(Self(node.clone()))),
            NodeData::Text { contents } => Some(Err(contents.borrow().to_string())),
            _ => None,
        };
        nodes.iter().filter_map(part).collect()
    }

    /// What a browser would send of this form: names and values.
    pub fn sent(&self) -> Vec<(String, String)> {
        let controls = self.with_tag(&["input", "textarea", "select"]);
        controls.iter().flat_map(Self::value).collect()
    }

    fn value(&self) -> Vec<(String, String)> {
        let Some(name) = self.attribute("name") else { return Vec::new() };
        let kind = self.attribute("type").unwrap_or_default();
        let value = match self.tag() {
            // A browser sends lines with both characters.
            "textarea" => Some(self.text().replace('\n', "\r\n")),
            "select" => {
                let options = self.with_tag(&["option"]);
                let chosen = options.iter().find(|one| one.has("selected")).or(options.first());
                chosen.map(|one| one.attribute("value").unwrap_or_else(|| one.text()))
            }
            _ if kind == "file" => None,
            _ if matches!(kind.as_str(), "checkbox" | "radio") && !self.has("checked") => None,
            _ => Some(self.attribute("value").unwrap_or_default()),
        };
        value.map(|value| (name, value)).into_iter().collect()
    }
}
