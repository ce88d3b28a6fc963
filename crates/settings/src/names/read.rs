//! Reading XML schemas, as far as they are about names.

use std::collections::{BTreeSet, HashMap, HashSet};

use roxmltree::{Document, Node, NodeId};
use thiserror::Error;

use super::schema::{Names, Schema, TypeId, Wildcard};
use crate::ParseProblem;
use crate::tree::MAX_BYTES;
use crate::xml::limits;

/// The namespace of schemas.
const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of attributes that every element can have, which nothing declares.
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The most nodes that are looked at: types that build on each other are read again for each.
const MAX_STEPS: usize = 5_000_000;
/// Names of the tool that writes schemas of Spring beans into themselves.
const BEANS_TOOL: &str = "Apache XBean";

/// The text of a schema, and its name for messages.
#[derive(Clone, Debug)]
pub struct SchemaText {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A schema cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SchemaError {
    /// It is no readable XML.
    #[error("the schema {file}, line {line}: {why}")]
    Unreadable {
        /// The schema.
        file: String,
        /// The line, from 1.
        line: u32,
        /// What is wrong there.
        why: String,
    },
    /// It is XML, but no schema.
    #[error("{0} is no XML schema: expected an element `schema` of {XSD}")]
    NoSchema(String),
    /// Its types build on each other in more ways than any real one's.
    #[error("the types of the schemas build on each other in too many ways to be read")]
    TooLarge,
}

impl Schema {
    /// Reads the schemas that belong together. What one of them names and none has is left open.
    pub fn read(texts: &[SchemaText]) -> Result<Self, SchemaError> {
        let documents = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let mut reader = Reader::new(&documents);
        reader.read_all()?;
        Ok(reader.schema)
    }
}

fn parse(text: &SchemaText) -> Result<Document<'_>, SchemaError> {
    let unreadable = |at: usize, why: String| {
        let line = text.text[..at.min(text.text.len())].matches('\n').count() + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        SchemaError::Unreadable { file: text.name.clone(), line, why }
    };
    if text.text.len() > MAX_BYTES {
        let problem = ParseProblem::TooLarge { bytes: text.text.len(), limit: MAX_BYTES };
        return Err(unreadable(0, problem.to_string()));
    }
    limits::check(&text.text).map_err(|(at, problem)| unreadable(at, problem.to_string()))?;
    let document = Document::parse(&text.text).map_err(|error| SchemaError::Unreadable {
        file: text.name.clone(),
        line: error.pos().row,
        why: "expected well-formed XML".to_owned(),
    })?;
    if !document.root_element().has_tag_name((XSD, "schema")) {
        return Err(SchemaError::NoSchema(text.name.clone()));
    }
    Ok(document)
}

/// What can be defined at the top of a schema.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Element,
    Type,
    Group,
    AttributeGroup,
}

/// A node, and which of the schemas it stands in.
#[derive(Clone, Copy)]
struct Place<'a, 'input> {
    schema: usize,
    node: Node<'a, 'input>,
}

struct Reader<'a, 'input> {
    /// The namespace that each schema is about.
    targets: Vec<&'a str>,
    defined: HashMap<(Kind, &'a str, &'a str), Place<'a, 'input>>,
    /// Elements that can stand in place of another one, by that one.
    substitutes: HashMap<(&'a str, &'a str), Vec<Place<'a, 'input>>>,
    known: HashMap<(usize, NodeId), TypeId>,
    waiting: Vec<(TypeId, Place<'a, 'input>)>,
    schema: Schema,
    steps: usize,
}

/// The type of elements without anything in them, and that of those with everything.
const EMPTY: TypeId = 0;
const ANYTHING: TypeId = 1;

impl<'a, 'input> Reader<'a, 'input> {
    fn new(documents: &'a [Document<'input>]) -> Self {
        let mut reader = Self {
            targets: Vec::new(),
            defined: HashMap::new(),
            substitutes: HashMap::new(),
            known: HashMap::new(),
            waiting: Vec::new(),
            schema: Schema {
                types: vec![Names::default(), Names::anything()],
                ..Schema::default()
            },
            steps: 0,
        };
        for (schema, document) in documents.iter().enumerate() {
            let root = document.root_element();
            let target = root.attribute("targetNamespace").unwrap_or_default();
            reader.targets.push(target);
            let by_tool = |node: Node| node.text().is_some_and(|text| text.contains(BEANS_TOOL));
            if document.root().children().any(|node| node.is_comment() && by_tool(node)) {
                reader.schema.beans.insert(target.to_owned());
            }
            for node in root.children() {
                if let (Some(kind), Some(name)) = (kind_of(node), node.attribute("name")) {
                    let place = Place { schema, node };
                    reader.defined.insert((kind, target, name), place);
                    if let Some(head) = node.attribute("substitutionGroup") {
                        let head = reader.qualified(place, head);
                        reader.substitutes.entry(head).or_default().push(place);
                    }
                }
            }
        }
        reader
    }

    fn read_all(&mut self) -> Result<(), SchemaError> {
        let elements = self.defined.iter().filter(|((kind, ..), _)| *kind == Kind::Element);
        let elements: Vec<_> =
            elements.map(|((_, namespace, name), place)| (*namespace, *name, *place)).collect();
        for (namespace, name, place) in elements {
            let id = self.type_of(place);
            let named = self.schema.elements.entry(namespace.to_owned()).or_default();
            named.insert(name.to_owned(), id);
        }
        while let Some((id, place)) = self.waiting.pop() {
            let names = self.names_of(place)?;
            if let Some(slot) =
                usize::try_from(id).ok().and_then(|id| self.schema.types.get_mut(id))
            {
                *slot = names;
            }
        }
        Ok(())
    }

    /// The type of an element that stands at this place.
    fn type_of(&mut self, place: Place<'a, 'input>) -> TypeId {
        if let Some(name) = place.node.attribute("ref") {
            return match self.resolve(Kind::Element, place, name) {
                // A definition at the top refers to no other one.
                Some(found) if found.node.attribute("ref").is_none() => self.type_of(found),
                _ => ANYTHING,
            };
        }
        if let Some(name) = place.node.attribute("type") {
            let (namespace, local) = self.qualified(place, name);
            return match self.resolve(Kind::Type, place, name) {
                Some(found) => self.type_at(found),
                None if namespace == XSD && local != "anyType" => EMPTY,
                None => ANYTHING,
            };
        }
        let own =
            place.node.children().find(|child| is_xsd(*child, &["complexType", "simpleType"]));
        own.map_or(ANYTHING, |node| self.type_at(Place { node, ..place }))
    }

    /// The type that is defined at this place; it is read later.
    fn type_at(&mut self, place: Place<'a, 'input>) -> TypeId {
        if is_xsd(place.node, &["simpleType"]) {
            return EMPTY;
        }
        let next = TypeId::try_from(self.schema.types.len()).unwrap_or(TypeId::MAX);
        let id = *self.known.entry((place.schema, place.node.id())).or_insert(next);
        if id == next {
            self.schema.types.push(Names::default());
            self.waiting.push((id, place));
        }
        id
    }

    /// The names in a type, those of the types and groups that it builds on among them.
    fn names_of(&mut self, place: Place<'a, 'input>) -> Result<Names, SchemaError> {
        let mut names = Names::default();
        let mut open = vec![place];
        let mut entered = HashSet::new();
        while let Some(place) = open.pop() {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(SchemaError::TooLarge);
            }
            let node = place.node;
            match node.tag_name().name() {
                "element" => self.child(&mut names, place),
                "attribute" => names.attributes.extend(attribute_name(node)),
                "any" => wildcard(&mut names, node, self.targets[place.schema]),
                "anyAttribute" => names.open |= node.attribute("namespace") != Some("##other"),
                "annotation" | "simpleType" => {}
                _ => {
                    let built_on = self.built_on(&mut names, place);
                    let fresh =
                        built_on.filter(|found| entered.insert((found.schema, found.node.id())));
                    open.extend(fresh);
                    let inside =
                        node.children().filter(|child| child.tag_name().namespace() == Some(XSD));
                    open.extend(inside.map(|node| Place { node, ..place }));
                }
            }
        }
        Ok(names)
    }

    fn child(&mut self, names: &mut Names, place: Place<'a, 'input>) {
        let named = place.node.attribute("name").or_else(|| place.node.attribute("ref"));
        if let Some(name) = named {
            let id = self.type_of(place);
            names.children.insert(local(name).to_owned(), id);
        }
        let mut heads: Vec<_> = place
            .node
            .attribute("ref")
            .into_iter()
            .map(|name| self.qualified(place, name))
            .collect();
        while let Some(head) = heads.pop() {
            for place in self.substitutes.get(&head).cloned().unwrap_or_default() {
                let name = place.node.attribute("name").unwrap_or_default();
                let id = self.type_of(place);
                if names.children.insert(name.to_owned(), id).is_none() {
                    heads.push((self.targets[place.schema], name));
                }
            }
        }
    }

    /// The definition that a node takes up: a group, or the type that another one extends.
    fn built_on(&self, names: &mut Names, place: Place<'a, 'input>) -> Option<Place<'a, 'input>> {
        let (kind, attribute) = match place.node.tag_name().name() {
            "group" => (Kind::Group, "ref"),
            "attributeGroup" => (Kind::AttributeGroup, "ref"),
            "extension" | "restriction" => (Kind::Type, "base"),
            _ => return None,
        };
        let name = place.node.attribute(attribute)?;
        let found = self.resolve(kind, place, name);
        let elsewhere = ![XSD, XML].contains(&self.qualified(place, name).0);
        match kind {
            _ if found.is_some() || !elsewhere => {}
            Kind::AttributeGroup => names.open = true,
            _ => {
                let attributes = std::mem::take(&mut names.attributes);
                *names = Names { attributes, ..Names::anything() };
            }
        }
        found.filter(|found| !is_xsd(found.node, &["simpleType"]))
    }

    fn resolve(
        &self,
        kind: Kind,
        place: Place<'a, 'input>,
        name: &'a str,
    ) -> Option<Place<'a, 'input>> {
        let (namespace, local) = self.qualified(place, name);
        self.defined.get(&(kind, namespace, local)).copied()
    }

    /// The namespace and local name of a name with a prefix.
    fn qualified(&self, place: Place<'a, 'input>, name: &'a str) -> (&'a str, &'a str) {
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        if prefix == Some("xml") {
            return (XML, local(name));
        }
        let namespace = place.node.lookup_namespace_uri(prefix);
        (namespace.unwrap_or(self.targets[place.schema]), local(name))
    }
}

fn kind_of(node: Node) -> Option<Kind> {
    let kinds = [
        ("element", Kind::Element),
        ("complexType", Kind::Type),
        ("simpleType", Kind::Type),
        ("group", Kind::Group),
        ("attributeGroup", Kind::AttributeGroup),
    ];
    kinds.into_iter().find(|(name, _)| is_xsd(node, &[name])).map(|(_, kind)| kind)
}

fn is_xsd(node: Node, names: &[&str]) -> bool {
    names.iter().any(|name| node.has_tag_name((XSD, *name)))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attribute_name(node: Node) -> Option<String> {
    let name = node.attribute("name").or_else(|| node.attribute("ref"))?;
    (node.attribute("use") != Some("prohibited")).then(|| local(name).to_owned())
}

/// Which other elements an `any` lets in.
fn wildcard(names: &mut Names, node: Node, target: &str) {
    let strict = matches!(node.attribute("processContents"), None | Some("strict"));
    let lets_in = if strict { Wildcard::Known } else { Wildcard::All };
    let namespaces: BTreeSet<_> =
        node.attribute("namespace").unwrap_or("##any").split_whitespace().collect();
    let any = namespaces.contains("##any");
    if any || namespaces.contains("##targetNamespace") || namespaces.contains(target) {
        names.own = names.own.max(lets_in);
    }
    let listed = namespaces.iter().any(|one| !one.starts_with("##") && *one != target);
    if any || listed || namespaces.contains("##other") {
        names.other = names.other.max(lets_in);
    }
}
