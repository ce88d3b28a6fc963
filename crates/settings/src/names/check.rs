//! A file's names against a schema.

use std::collections::HashMap;

use roxmltree::{Attribute, Document as Xml, Node};

use super::nearest::nearest;
use super::schema::{Names, Schema, TypeId, Wildcard};
use super::unknown::{NameKind, UnknownName};
use crate::tree::{Item, LineIndex};
use crate::{Document, Format};

/// The most names that are told of one file.
const MAX_TOLD: usize = 200;
/// The elements of Spring that stand among beans without its namespace.
const SPRING_ELEMENTS: [&str; 23] = [
    "beans",
    "description",
    "import",
    "alias",
    "bean",
    "constructor-arg",
    "property",
    "lookup-method",
    "replaced-method",
    "arg-type",
    "ref",
    "idref",
    "value",
    "null",
    "list",
    "set",
    "map",
    "entry",
    "key",
    "props",
    "prop",
    "qname",
    "array",
];
/// The attributes that Spring has for every bean.
const SPRING_ATTRIBUTES: [&str; 16] = [
    "id",
    "name",
    "class",
    "parent",
    "depends-on",
    "factory-method",
    "factory-bean",
    "dependency-check",
    "autowire",
    "init-method",
    "destroy-method",
    "abstract",
    "singleton",
    "lazy-init",
    "scope",
    "primary",
];
/// Ends an attribute that refers to a bean.
const REFERENCE: &str = "-ref";

/// What is known of the place where an element stands.
#[derive(Clone, Copy)]
enum Around<'a> {
    /// The top of the file, or an element that the schema is not about.
    Elsewhere,
    /// An element of this type.
    Inside(TypeId, Node<'a, 'a>),
    /// An element of which nothing is known.
    Anything,
}

impl Schema {
    /// The names of the file that the schema does not have, in the order of the file. Only XML
    /// has names to look at, and only those of the schema's namespaces are.
    pub fn unknown_names(&self, document: &Document) -> Vec<UnknownName> {
        if document.spec().format != Format::Xml {
            return Vec::new();
        }
        // What was read once, reads again.
        let Ok(xml) = Xml::parse(document.text()) else { return Vec::new() };
        let items = document.tree().items.iter().filter(|item| item.is_live_key());
        let mut check = Check {
            schema: self,
            items: items.map(|item| (item.span.start, item)).collect(),
            lines: LineIndex::new(document.text()),
            unknown: Vec::new(),
        };
        let mut open = vec![(xml.root_element(), Around::Elsewhere)];
        while let Some((node, around)) = open.pop() {
            let inside = check.element(node, around);
            let children: Vec<_> = node.children().filter(Node::is_element).collect();
            open.extend(children.into_iter().rev().map(|child| (child, inside)));
            if check.unknown.len() >= MAX_TOLD {
                break;
            }
        }
        check.unknown
    }

    fn reads_beans(&self, namespace: &str) -> bool {
        self.beans.contains(namespace)
    }
}

struct Check<'a> {
    schema: &'a Schema,
    /// By where they begin.
    items: HashMap<usize, &'a Item>,
    lines: LineIndex<'a>,
    unknown: Vec<UnknownName>,
}

impl<'a> Check<'a> {
    /// Looks at an element and its attributes, and says what its children stand in.
    fn element(&mut self, node: Node<'a, 'a>, around: Around<'a>) -> Around<'a> {
        let (namespace, name) = (namespace(node), node.tag_name().name());
        if !self.schema.knows(namespace) {
            return match around {
                Around::Anything => Around::Anything,
                _ => Around::Elsewhere,
            };
        }
        let global = self.schema.global(namespace, name);
        let id = match around {
            Around::Anything => global,
            Around::Elsewhere => {
                if global.is_none() {
                    self.unknown_element(node, None);
                }
                global
            }
            Around::Inside(parent, element) => match self.schema.names(parent) {
                Some(names) => self.child(node, names, element),
                None => global,
            },
        };
        let Some((id, names)) = id.and_then(|id| Some((id, self.schema.names(id)?))) else {
            return Around::Anything;
        };
        for attribute in node.attributes().filter(|found| found.namespace().is_none()) {
            self.attribute(node, attribute, names);
        }
        Around::Inside(id, node)
    }

    /// The type of an element that stands in another one of the schema.
    fn child(&mut self, node: Node<'a, 'a>, names: &Names, parent: Node<'a, 'a>) -> Option<TypeId> {
        let (namespace, name) = (namespace(node), node.tag_name().name());
        if let Some(id) = names.children.get(name) {
            return Some(*id);
        }
        let global = self.schema.global(namespace, name);
        let same = namespace == self::namespace(parent);
        let lets_in = if same { names.own } else { names.other };
        let spring = self.schema.reads_beans(namespace) && SPRING_ELEMENTS.contains(&name);
        // What can be written as an attribute can often be written as an element.
        let property = names.attributes.contains(name);
        let known = match lets_in {
            Wildcard::All => true,
            Wildcard::Known => global.is_some(),
            Wildcard::None => false,
        };
        if property || spring && global.is_none() {
            return None;
        }
        if !known {
            self.unknown_element(node, Some((names, parent)));
        }
        global
    }

    fn unknown_element(&mut self, node: Node<'a, 'a>, parent: Option<(&Names, Node<'a, 'a>)>) {
        let (namespace, name) = (namespace(node), node.tag_name().name());
        let global = self.schema.elements.get(namespace);
        let elsewhere = global.is_some_and(|global| global.contains_key(name));
        let near = match parent {
            Some((names, _)) => nearest(name, names.children.keys().map(String::as_str)),
            None => {
                nearest(name, global.into_iter().flat_map(|names| names.keys()).map(String::as_str))
            }
        };
        let at = node.range().start;
        let item = self.items.get(&at);
        self.unknown.push(UnknownName {
            key: item.map_or_else(|| name.to_owned(), |item| item.path.clone()),
            line: self.lines.line(at),
            kind: NameKind::Element,
            name: name.to_owned(),
            within: parent.map(|(_, node)| node.tag_name().name().to_owned()),
            nearest: near.map(str::to_owned),
            elsewhere,
        });
    }

    fn attribute(&mut self, node: Node<'a, 'a>, attribute: Attribute<'a, 'a>, names: &Names) {
        let name = attribute.name();
        let known = |name: &str| {
            names.open || names.attributes.contains(name) || names.children.contains_key(name)
        };
        let spring = self.schema.reads_beans(namespace(node));
        let of_spring = spring
            && (SPRING_ATTRIBUTES.contains(&name)
                || name.strip_suffix(REFERENCE).is_some_and(known));
        if known(name) || of_spring {
            return;
        }
        let at = attribute.range().start;
        let near = nearest(name, names.attributes.iter().map(String::as_str));
        self.unknown.push(UnknownName {
            key: self.attribute_key(node, name, at),
            line: self.lines.line(at),
            kind: NameKind::Attribute,
            name: name.to_owned(),
            within: Some(node.tag_name().name().to_owned()),
            nearest: near.map(str::to_owned),
            elsewhere: false,
        });
    }

    fn attribute_key(&self, node: Node<'a, 'a>, name: &str, at: usize) -> String {
        let Some(item) = self.items.get(&node.range().start) else { return format!("@{name}") };
        let found = item.attributes.iter().find(|found| found.outer.contains(&at));
        let path = found.map(|found| found.path.clone()).filter(|path| !path.is_empty());
        path.unwrap_or_else(|| format!("{}/@{name}", item.path))
    }
}

fn namespace<'a>(node: Node<'a, 'a>) -> &'a str {
    node.tag_name().namespace().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::SchemaText;
    use super::*;
    use crate::FileSpec;

    const MESH: &str = r#"<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema"
        xmlns:m="urn:mesh" targetNamespace="urn:mesh" elementFormDefault="qualified">
      <x:element name="mesh" type="m:meshType"/>
      <x:element name="limit"><x:complexType><x:attribute name="bytes"/></x:complexType></x:element>
      <x:complexType name="base">
        <x:sequence><x:group ref="m:common"/></x:sequence>
        <x:attributeGroup ref="m:named"/>
      </x:complexType>
      <x:complexType name="meshType"><x:complexContent><x:extension base="m:base">
        <x:choice><x:element name="node" type="m:meshType"/><x:element ref="m:limit"/>
          <x:element name="free"/></x:choice>
        <x:attribute name="speed" type="x:int"/>
      </x:extension></x:complexContent></x:complexType>
      <x:group name="common"><x:all><x:element name="note" type="x:string"/></x:all></x:group>
      <x:attributeGroup name="named"><x:attribute name="title"/></x:attributeGroup>
    </x:schema>"#;

    fn schema(text: &str) -> Schema {
        Schema::read(&[SchemaText { name: "mesh.xsd".into(), text: text.into() }]).unwrap()
    }

    fn told(schema: &Schema, text: &str) -> Vec<String> {
        let spec = FileSpec::plain("mesh.xml", Format::Xml);
        let document = Document::parse(text.as_bytes(), &spec).unwrap();
        let tell = |name: UnknownName| format!("{} {}: {name}", name.line, name.key);
        schema.unknown_names(&document).into_iter().map(tell).collect()
    }

    #[test]
    fn names_come_from_extensions_groups_and_references() {
        let text = "<mesh xmlns='urn:mesh' title='a' speed='1'>\n<note>x</note>\n<node title='b'>\
                    <limit bytes='1'/><free any='1'><thing/></free></node>\n<speed>1</speed></mesh>";
        assert_eq!(told(&schema(MESH), text), [""; 0]);
    }

    #[test]
    fn what_a_schema_takes_from_elsewhere_opens_no_more_than_it_must() {
        let with =
            |taken: &str| schema(&MESH.replace("<x:attributeGroup ref=\"m:named\"/>", taken));
        let text = "<mesh xmlns='urn:mesh' titel='a'><nod/></mesh>";
        assert_eq!(told(&with("<x:attributeGroup ref='xml:specialAttrs'/>"), text).len(), 2);
        assert_eq!(told(&with("<x:attributeGroup ref='m:nowhere'/>"), text).len(), 1);
        assert_eq!(told(&with("<x:group ref='m:nowhere'/>"), text), [""; 0]);
    }

    #[test]
    fn elements_stand_in_for_others() {
        let with = MESH.replace(
            "</x:schema>",
            "<x:element name='small' substitutionGroup='m:limit'/>\
             <x:element name='tiny' substitutionGroup='m:small'/></x:schema>",
        );
        let text = "<mesh xmlns='urn:mesh'><small/><tiny/></mesh>";
        assert_eq!(told(&schema(&with), text), [""; 0]);
        assert_eq!(told(&schema(MESH), text).len(), 2);
    }

    #[test]
    fn unknown_names_are_told_with_place_and_nearest_name() {
        let text = "<mesh xmlns='urn:mesh' titel='a'>\n<nod/>\n<node>\n<limit byte='1' kib='2'/>\
                    <mesh/></node></mesh>";
        assert_eq!(
            told(&schema(MESH), text),
            [
                "1 mesh/@titel: no attribute `titel` in `mesh`; the nearest name is `title`",
                "2 mesh/nod: no element `nod` in `mesh`; the nearest name is `node`",
                "4 mesh/node/limit/@byte: no attribute `byte` in `limit`; the nearest name is \
                 `bytes`",
                "4 mesh/node/limit/@kib: no attribute `kib` in `limit`",
                "4 mesh/node/mesh: no element `mesh` in `node`; it is known at other places",
            ]
        );
    }

    #[test]
    fn other_namespaces_and_comments_are_left_alone() {
        let text = "<beans><bean clas='x'/><m:mesh xmlns:m='urn:mesh' m:x='1' xml:id='a'>\
                    <o:thing xmlns:o='urn:other' a='b'><m:limits/></o:thing><!-- <m:bad/> -->\
                    </m:mesh></beans>";
        assert_eq!(
            told(&schema(MESH), text),
            ["1 beans/mesh[a]/thing/limits: no element `limits`; the nearest name is `limit`"]
        );
    }

    #[test]
    fn wildcards_let_in_what_they_say() {
        let with = |any: &str| {
            let any = format!("<x:sequence>{any}</x:sequence><x:attribute name=\"bytes\"/>");
            schema(&MESH.replace("<x:attribute name=\"bytes\"/>", &any))
        };
        let text = "<limit xmlns='urn:mesh'><note/><limit/></limit>";
        assert_eq!(told(&with(""), text).len(), 2);
        assert_eq!(told(&with("<x:any namespace='##other'/>"), text).len(), 2);
        assert_eq!(told(&with("<x:any/>"), text).len(), 1);
        assert_eq!(told(&with("<x:any processContents='lax'/>"), text), [""; 0]);
    }

    #[test]
    fn beans_have_what_spring_gives_all_of_them() {
        let beans = format!("<!-- autogenerated by Apache XBean -->{MESH}");
        let text = "<limit xmlns='urn:mesh' depends-on='a' bytes-ref='b' byte-ref='c'>\
                    <property name='a'/></limit>";
        assert_eq!(
            told(&schema(&beans), text),
            ["1 limit/@byte-ref: no attribute `byte-ref` in `limit`"]
        );
        assert_eq!(told(&schema(MESH), text).len(), 4);
    }

    #[test]
    fn what_is_no_schema_is_refused_with_its_name() {
        let read = |text: &str| {
            let text = SchemaText { name: "a.xsd".into(), text: text.into() };
            Schema::read(&[text]).unwrap_err().to_string()
        };
        assert!(read("<a/>").starts_with("a.xsd is no XML schema"));
        assert_eq!(read("<a>\n<b></a>"), "the schema a.xsd, line 2: expected well-formed XML");
        assert!(read("<!DOCTYPE a><a/>").contains("document type declarations"));
    }
}
