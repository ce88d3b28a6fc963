//! Class files (JVMS chapter 4): which classes does a class refer to, and how?
//!
//! Counted are: superclass and interfaces, every class constant (which covers all code, exception
//! handlers, stack maps and declared exceptions), all descriptors of own members and of called
//! ones, generic signatures, and annotations that are visible at run time. Not counted are tables
//! for debuggers, annotations that the JVM never shows, and names in texts, as `Class.forName` and
//! `ServiceLoader` use them: no reader of class files can know them.

use std::collections::{BTreeMap, HashSet};

use crate::annotation::{types_of_annotations, types_of_default, types_of_parameter_annotations};
use crate::byte_reader::ByteReader;
use crate::constant_pool::{Constant, ConstantPool};
use crate::descriptor::{classes_of_constant, classes_of_descriptor};
use crate::signature::classes_of_signature;
use crate::{ClassError, ClassName, Reference};

/// The newest Java release whose class files were looked at. Files of later ones are read as long
/// as they hold no new kind of constant.
pub const NEWEST_KNOWN_JAVA: u16 = 25;

const MAGIC: u32 = 0xcafe_babe;

/// What a class file says about itself and about other classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassFile {
    /// The major version: 52 for Java 8, 61 for Java 17.
    pub major: u16,
    /// The class.
    pub name: ClassName,
    /// Its superclass; none for `java.lang.Object` and for module descriptions.
    pub superclass: Option<ClassName>,
    /// The interfaces that it names itself.
    pub interfaces: Vec<ClassName>,
    /// Every other class that it refers to, with the strongest kind of reference.
    pub references: BTreeMap<ClassName, Reference>,
}

impl ClassFile {
    /// Reads a class file. Code is not looked into, since all classes that it names are constants.
    pub fn parse(bytes: &[u8]) -> Result<Self, ClassError> {
        let mut reader = ByteReader::new(bytes);
        if reader.u32().map_err(|_| ClassError::NotAClass)? != MAGIC {
            return Err(ClassError::NotAClass);
        }
        reader.take(2)?;
        let major = reader.u16()?;
        let pool = ConstantPool::read(&mut reader)?;
        let mut collector = Collector::new(&pool);
        collector.constants()?;
        reader.take(2)?;
        let name = collector.class(reader.u16()?)?;
        let superclass = match reader.u16()? {
            0 => None,
            index => Some(collector.inherited(index)?),
        };
        let count = reader.u16()?;
        let interfaces =
            (0..count).map(|_| collector.inherited(reader.u16()?)).collect::<Result<_, _>>()?;
        collector.members(&mut reader)?;
        collector.members(&mut reader)?;
        collector.class_attributes(&mut reader)?;
        let references = collector.finish(&name);
        Ok(Self { major, name, superclass, interfaces, references })
    }

    /// The Java release that this class needs at least: 8, 11, 17.
    pub fn java_release(&self) -> u16 {
        self.major.saturating_sub(44)
    }
}

/// Gathers the classes that one class file names.
struct Collector<'p, 'a> {
    pool: &'p ConstantPool<'a>,
    /// Texts that were read already, by their numbers. Without it a hostile file with 65,000
    /// constants on one long text would take minutes.
    seen: HashSet<(u16, Reference)>,
    references: BTreeMap<Vec<u8>, Reference>,
}

impl<'p, 'a> Collector<'p, 'a> {
    fn new(pool: &'p ConstantPool<'a>) -> Self {
        Self { pool, seen: HashSet::new(), references: BTreeMap::new() }
    }

    fn finish(self, own: &ClassName) -> BTreeMap<ClassName, Reference> {
        self.references
            .into_iter()
            .filter_map(|(name, how)| Some((ClassName::of_internal(&name)?, how)))
            .filter(|(name, _)| name != own)
            .collect()
    }

    /// Every class constant and every descriptor in the constant pool.
    fn constants(&mut self) -> Result<(), ClassError> {
        for constant in self.pool.iter() {
            match constant {
                Constant::Class { name } => self.class_constant(name)?,
                Constant::Descriptor { text } => self.descriptor(text)?,
                Constant::Utf8(_) | Constant::Other => {}
            }
        }
        Ok(())
    }

    fn class_constant(&mut self, index: u16) -> Result<(), ClassError> {
        if !self.seen.insert((index, Reference::Code)) {
            return Ok(());
        }
        let name = self.pool.utf8(index)?;
        let classes = classes_of_constant(name).ok_or(ClassError::BadName { index })?;
        for class in classes {
            self.add(class, Reference::Code);
        }
        Ok(())
    }

    fn class(&self, index: u16) -> Result<ClassName, ClassError> {
        let name = self.pool.class_name_index(index)?;
        ClassName::of_internal(self.pool.utf8(name)?).ok_or(ClassError::BadName { index: name })
    }

    fn inherited(&mut self, index: u16) -> Result<ClassName, ClassError> {
        let class = self.class(index)?;
        let name = self.pool.class_name_index(index)?;
        self.add(self.pool.utf8(name)?, Reference::Inheritance);
        Ok(class)
    }

    fn descriptor(&mut self, index: u16) -> Result<(), ClassError> {
        self.described(index, Reference::Descriptor)
    }

    fn described(&mut self, index: u16, how: Reference) -> Result<(), ClassError> {
        if !self.seen.insert((index, how)) {
            return Ok(());
        }
        let text = self.pool.utf8(index)?;
        let classes = classes_of_descriptor(text).ok_or(ClassError::BadName { index })?;
        for class in classes {
            self.add(class, how);
        }
        Ok(())
    }

    /// Fields or methods.
    fn members(&mut self, reader: &mut ByteReader<'a>) -> Result<(), ClassError> {
        let count = reader.u16()?;
        for _ in 0..count {
            reader.take(4)?;
            let descriptor = reader.u16()?;
            self.descriptor(descriptor)?;
            self.attributes(reader)?;
        }
        Ok(())
    }

    fn class_attributes(&mut self, reader: &mut ByteReader<'a>) -> Result<(), ClassError> {
        let count = reader.u16()?;
        for _ in 0..count {
            let (name, content) = self.next_attribute(reader)?;
            if name == b"Record" {
                self.record_components(content)?;
            } else {
                self.attribute(name, content)?;
            }
        }
        Ok(())
    }

    fn record_components(&mut self, content: &'a [u8]) -> Result<(), ClassError> {
        let mut reader = ByteReader::new(content);
        let count = reader.u16()?;
        for _ in 0..count {
            reader.take(2)?;
            let descriptor = reader.u16()?;
            self.descriptor(descriptor)?;
            self.attributes(&mut reader)?;
        }
        Ok(())
    }

    fn attributes(&mut self, reader: &mut ByteReader<'a>) -> Result<(), ClassError> {
        let count = reader.u16()?;
        for _ in 0..count {
            let (name, content) = self.next_attribute(reader)?;
            self.attribute(name, content)?;
        }
        Ok(())
    }

    fn next_attribute(
        &self,
        reader: &mut ByteReader<'a>,
    ) -> Result<(&'a [u8], &'a [u8]), ClassError> {
        let name = self.pool.utf8(reader.u16()?)?;
        Ok((name, reader.take_counted()?))
    }

    fn attribute(&mut self, name: &[u8], content: &[u8]) -> Result<(), ClassError> {
        // The JVM does not look at signatures and annotations when it loads a class, so damage
        // in them makes no class unreadable: what cannot be read there counts as nothing.
        let types = match name {
            b"Signature" => {
                let index = ByteReader::new(content).u16()?;
                return self.signature(index);
            }
            b"RuntimeVisibleAnnotations" => types_of_annotations(content),
            b"RuntimeVisibleParameterAnnotations" => types_of_parameter_annotations(content),
            b"AnnotationDefault" => types_of_default(content),
            _ => return Ok(()),
        };
        for index in types.unwrap_or_default() {
            // Damage is overlooked here for the same reason.
            self.described(index, Reference::Annotation).ok();
        }
        Ok(())
    }

    fn signature(&mut self, index: u16) -> Result<(), ClassError> {
        if !self.seen.insert((index, Reference::Signature)) {
            return Ok(());
        }
        for class in classes_of_signature(self.pool.utf8(index)?).unwrap_or_default() {
            self.add(&class, Reference::Signature);
        }
        Ok(())
    }

    fn add(&mut self, class: &[u8], how: Reference) {
        match self.references.get_mut(class) {
            Some(strongest) => *strongest = how.max(*strongest),
            None => {
                self.references.insert(class.to_vec(), how);
            }
        }
    }
}
