//! Changing values in their places, with everything else as it was.

use crate::render::{Plan, render};
use crate::tree::{Item, ItemId, Value};
use crate::{Document, EditError, mark};

/// Where a value stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) id: ItemId,
    pub(crate) item: &'a Item,
    /// The attribute's index, where the value is not the item's own.
    pub(crate) attribute: Option<usize>,
}

impl Document {
    /// The document with another value for the live key `key`. Marks of the document's own slots
    /// may stand in the value; everything else is escaped as the format needs it.
    pub fn with_value(&self, key: &str, value: &str) -> Result<Self, EditError> {
        self.with_values(&[(key, value)])
    }

    /// The document with other values for several live keys.
    pub fn with_values(&self, values: &[(&str, &str)]) -> Result<Self, EditError> {
        let file = || self.spec().path.clone();
        let mut plan = Plan::default();
        for &(key, value) in values {
            let no_key = || EditError::NoSuchKey { file: file(), key: key.to_owned() };
            let no_value = || EditError::NoValue { file: file(), key: key.to_owned() };
            let place = self.live_value(key).ok_or_else(no_key)?;
            if place.value().is_none_or(|value| value.span.is_none()) {
                return Err(no_value());
            }
            let raw = self.raw(place, value).map_err(|why| not_expressible(self, key, why))?;
            match place.attribute {
                Some(index) => plan.attributes.insert((place.id, index), Some(raw)).is_some(),
                None => plan.values.insert(place.id, raw).is_some(),
            };
        }
        let changed = self.with_text(render(self, &plan))?;
        for &(key, value) in values {
            let found = changed.live_value(key);
            let found = found.as_ref().and_then(Place::value);
            // A new secret reads back as its slot's mark.
            if found.is_none_or(|found| found.text != value && !mark::has_mark(&found.text)) {
                return Err(not_expressible(self, key, "it would read back as another value"));
            }
        }
        Ok(changed)
    }

    /// The live item or attribute with this path.
    pub(crate) fn live_value(&self, path: &str) -> Option<Place<'_>> {
        let live = self.tree().items.iter().enumerate().filter(|(_, item)| item.is_live_key());
        live.into_iter().find_map(|(id, item)| {
            if item.path == path {
                return Some(Place { id, item, attribute: None });
            }
            let attribute = item.attributes.iter().position(|found| found.path == path)?;
            Some(Place { id, item, attribute: Some(attribute) })
        })
    }

    /// `value` as it is to stand at a place; that of an attribute with its quotes.
    pub(crate) fn raw(&self, place: Place, value: &str) -> Result<String, &'static str> {
        self.spec().format.syntax().raw(self, place, value)
    }
}

fn not_expressible(document: &Document, key: &str, why: &'static str) -> EditError {
    EditError::NotExpressible { file: document.spec().path.clone(), key: key.to_owned(), why }
}

impl<'a> Place<'a> {
    pub(crate) fn value(&self) -> Option<&'a Value> {
        match self.attribute {
            Some(index) => Some(&self.item.attributes[index].value),
            None => self.item.value.as_ref(),
        }
    }
}
