//! The vendor's old default, as keys and values: the same view for a file and for a pack's facts.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Base;
use super::align::split_last;
use crate::comment::comment_id;
use crate::mark;
use crate::tree::OFF;

/// A mark without its slot: that a secret stands there, not which one.
const BARE_MARK: &str = "\u{E000}\u{E001}";

/// The old default.
pub(crate) struct BaseView {
    /// In the file's order.
    keys: Vec<BaseKey>,
    live: HashMap<String, usize>,
    off: HashMap<String, usize>,
    comments: HashSet<String>,
}

#[derive(Clone)]
pub(crate) struct BaseKey {
    /// Without the mark of what is commented out.
    pub(crate) path: String,
    /// With bare marks.
    pub(crate) value: Option<String>,
    pub(crate) live: bool,
    /// Commented out in the old default, whatever it is taken for now.
    was_off: bool,
}

/// A value as values are compared: which slot a mark has does not count.
pub(crate) fn comparable(value: &str) -> String {
    mark::replace_marks(value, |_| BARE_MARK.to_owned()).into_owned()
}

impl BaseView {
    pub(crate) fn of(base: &Base) -> Self {
        match base {
            Base::Document(document) => {
                let keys = document.keys().into_iter().map(|key| {
                    let value = key.value.as_deref().map(comparable);
                    BaseKey {
                        path: key.plain_path().to_owned(),
                        value,
                        live: key.live,
                        was_off: !key.live,
                    }
                });
                Self::new(keys.collect(), document.comments().map(comment_id).collect())
            }
            Base::Shipped(shipped) => {
                let keys = shipped.keys.iter().map(|key| {
                    let plain = key.path.strip_prefix(OFF);
                    let marked = |value: &String| value.replace(mark::SHOWN, BARE_MARK);
                    let value =
                        if key.secret { key.value.as_ref().map(marked) } else { key.value.clone() };
                    BaseKey {
                        path: plain.unwrap_or(&key.path).to_owned(),
                        value,
                        live: plain.is_none(),
                        was_off: plain.is_some(),
                    }
                });
                Self::new(keys.collect(), shipped.comments.iter().cloned().collect())
            }
        }
    }

    fn new(keys: Vec<BaseKey>, comments: HashSet<String>) -> Self {
        let mut view = Self { keys, live: HashMap::new(), off: HashMap::new(), comments };
        view.index();
        view
    }

    fn index(&mut self) {
        self.live.clear();
        self.off.clear();
        for (place, key) in self.keys.iter().enumerate() {
            let index = if key.live { &mut self.live } else { &mut self.off };
            index.entry(key.path.clone()).or_insert(place);
        }
    }

    pub(crate) fn keys(&self) -> &[BaseKey] {
        &self.keys
    }

    /// The live key with this path.
    pub(crate) fn live(&self, path: &str) -> Option<&BaseKey> {
        self.live.get(path).map(|&place| &self.keys[place])
    }

    pub(crate) fn live_value(&self, path: &str) -> Option<&str> {
        self.live(path)?.value.as_deref()
    }

    /// The place among the keys, for comparing orders.
    pub(crate) fn place(&self, path: &str) -> Option<usize> {
        self.live.get(path).copied()
    }

    pub(crate) fn is_off(&self, path: &str) -> bool {
        self.off.contains_key(path)
    }

    /// Whether a live key is an example of the vendor's that the site switched on.
    pub(crate) fn is_example(&self, path: &str) -> bool {
        self.live(path).is_some_and(|key| key.was_off)
    }

    /// What is commented out, by path.
    pub(crate) fn off_values(&self) -> BTreeMap<String, Option<String>> {
        let off = self.keys.iter().filter(|key| key.was_off);
        off.map(|key| (key.path.clone(), key.value.clone())).collect()
    }

    pub(crate) fn has_comment(&self, id: &str) -> bool {
        self.comments.contains(id)
    }

    /// How many comments there are, equal ones counted once.
    pub(crate) fn comment_count(&self) -> usize {
        self.comments.len()
    }

    /// The live keys at and under a path.
    pub(crate) fn under<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a BaseKey> {
        // What lies under a key stands behind it without a gap.
        let first = self.live.get(path).copied().unwrap_or(self.keys.len());
        let inside = self.keys[first..].iter().take_while(move |key| is_under(&key.path, path));
        inside.filter(|key| key.live)
    }

    /// Treats what the vendor had commented out as live: the site has switched it on.
    pub(crate) fn switch_on(&mut self, path: &str) {
        for key in &mut self.keys {
            if !key.live && is_under(&key.path, path) {
                key.live = true;
            }
        }
        self.index();
    }

    /// Takes a key and everything under it away.
    pub(crate) fn remove(&mut self, path: &str) {
        self.keys.retain(|key| !is_under(&key.path, path));
        self.index();
    }

    /// Gives a key and everything under it another path.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let is_moved = |key: &BaseKey| is_under(&key.path, from);
        let renamed = |path: &str| format!("{to}{}", &path[from.len()..]);
        if split_last(from).0 == split_last(to).0 {
            for key in self.keys.iter_mut().filter(|key| is_moved(key)) {
                key.path = renamed(&key.path);
            }
            return self.index();
        }
        let (mut moved, others): (Vec<_>, Vec<_>) = self.keys.drain(..).partition(is_moved);
        for key in &mut moved {
            key.path = renamed(&key.path);
        }
        self.keys = others;
        let at = self.place_below(split_last(to).0);
        self.keys.splice(at..at, moved);
        self.index();
    }

    /// Behind the last key under `holder`, which is made where it is not there.
    fn place_below(&mut self, holder: &str) -> usize {
        if holder.is_empty() {
            return self.keys.len();
        }
        let last = self.keys.iter().rposition(|key| key.live && is_under(&key.path, holder));
        if let Some(last) = last {
            return last + 1;
        }
        let at = self.place_below(split_last(holder).0);
        let path = holder.to_owned();
        self.keys.insert(at, BaseKey { path, value: None, live: true, was_off: false });
        at + 1
    }

    pub(crate) fn set_value(&mut self, path: &str, value: &str) {
        if let Some(&place) = self.live.get(path) {
            self.keys[place].value = Some(value.to_owned());
        }
    }
}

/// Whether a path is another one, or lies under it.
pub(crate) fn is_under(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
