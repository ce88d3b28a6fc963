//! Class files that no compiler would make.

/// Assembles class files, right ones and wrong ones.
#[derive(Default)]
pub struct Assembler {
    constants: Vec<u8>,
    /// How many constants there are.
    pub count: u16,
}

impl Assembler {
    /// Appends a constant and gives its number.
    pub fn constant(&mut self, tag: u8, content: &[u8]) -> u16 {
        self.constants.push(tag);
        self.constants.extend(content);
        self.count += 1;
        self.count
    }

    /// Appends a text.
    pub fn utf8(&mut self, text: &str) -> u16 {
        let length = u16::try_from(text.len()).unwrap();
        let content = [&length.to_be_bytes(), text.as_bytes()].concat();
        self.constant(1, &content)
    }

    /// Appends a class constant and its name.
    pub fn class(&mut self, name: &str) -> u16 {
        let name = self.utf8(name);
        self.constant(7, &name.to_be_bytes())
    }

    /// A file of the class `this` with the superclass `parent` and attributes by name.
    pub fn finish(mut self, this: u16, parent: u16, attributes: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let names: Vec<u16> = attributes.iter().map(|(name, _)| self.utf8(name)).collect();
        let mut file = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61];
        file.extend((self.count + 1).to_be_bytes());
        file.extend(&self.constants);
        for number in [0x21, this, parent, 0, 0, 0] {
            file.extend(number.to_be_bytes());
        }
        file.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
        for (name, (_, content)) in names.iter().zip(attributes) {
            file.extend(name.to_be_bytes());
            file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            file.extend(content);
        }
        file
    }
}
