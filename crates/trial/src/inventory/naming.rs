//! How contents are named in documents, which hold no contents.

use refit_model::Digest;

/// What is named to recognise a way of naming: contents under two keys cannot be compared.
const SAMPLE: &[u8] = b"refit: how contents are named";

/// Gives a name to a content.
type NameOf<'a> = &'a dyn Fn(&[u8]) -> String;

/// Names for message bodies; never the bodies themselves.
#[derive(Clone, Copy)]
pub struct ContentNames<'a>(Option<NameOf<'a>>);

impl<'a> ContentNames<'a> {
    /// Names bodies by their SHA-256; headers are written as they are. For contents that are no
    /// secret: whoever can guess a body can check the guess.
    pub fn plain() -> Self {
        Self(None)
    }

    /// Names bodies, and the values of the headers that a client set, by `name`, which is a keyed
    /// hash. For contents that are secret. Equal contents must get equal names.
    pub fn keyed(name: NameOf<'a>) -> Self {
        Self(Some(name))
    }

    /// A name by which inventories show that their contents were named in the same way.
    pub(super) fn sample(&self) -> String {
        self.body(SAMPLE)
    }

    pub(super) fn body(&self, body: &[u8]) -> String {
        match self.0 {
            Some(name) => name(body),
            None => Digest::of(body).to_string(),
        }
    }

    pub(super) fn header(&self, value: &str) -> String {
        match self.0 {
            Some(name) => name(value.as_bytes()),
            None => value.to_owned(),
        }
    }
}
