//! Which requests are listed, as it stands in an address.

use refit_desk::{Party, UserId};

use crate::forms::FormData;

/// Which requests are listed, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// The case's state: `open`, `withdrawn` or `closed`.
    pub state: Option<String>,
    /// The consultant or project manager.
    pub owner: Option<UserId>,
    /// The support group's name.
    pub group: Option<String>,
    /// Only those that are late.
    pub late: bool,
    /// Only those that wait for this side.
    pub waits_for: Option<Party>,
    /// The order.
    pub order: Order,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The latest change first.
    #[default]
    Changed,
    /// What is due next first.
    Due,
    /// The customer's deadline that comes first.
    Deadline,
    /// By title.
    Title,
}

/// The states that can be asked for.
pub(crate) const STATES: [&str; 3] = ["open", "withdrawn", "closed"];
const PARTIES: [(Party, &str); 3] = [
    (Party::Customer, "customer"),
    (Party::Consultant, "consultant"),
    (Party::ProjectManager, "project-manager"),
];

impl RequestFilter {
    /// Reads the fields of an address; what cannot be understood is left out.
    pub fn read(data: &FormData) -> Self {
        let party = data.filled("waits-for");
        Self {
            state: data.filled("state").filter(|state| STATES.contains(state)).map(str::to_owned),
            owner: data.filled("owner").and_then(|owner| UserId::new(owner).ok()),
            group: data.filled("group").map(str::to_owned),
            late: data.filled("late").is_some(),
            waits_for: party.and_then(party_of),
            order: data.filled("order").and_then(Order::of).unwrap_or_default(),
        }
    }

    /// The fields in an address, with the place where a page begins.
    pub fn query(&self, after: Option<&str>) -> String {
        let mut fields = vec![("order", self.order.word())];
        fields.extend(self.state.as_deref().map(|state| ("state", state)));
        fields.extend(self.owner.as_ref().map(|owner| ("owner", owner.as_str())));
        fields.extend(self.group.as_deref().map(|group| ("group", group)));
        fields.extend(self.late.then_some(("late", "yes")));
        fields.extend(self.waits_for.map(|party| ("waits-for", party_word(party))));
        fields.extend(after.map(|after| ("after", after)));
        let field = |(name, value): (&str, &str)| format!("{name}={}", encoded(value));
        fields.into_iter().map(field).collect::<Vec<_>>().join("&")
    }
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 4] = [Self::Changed, Self::Due, Self::Deadline, Self::Title];

    /// Its word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Due => "due",
            Self::Deadline => "deadline",
            Self::Title => "title",
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Changed => "latest change first",
            Self::Due => "due next first",
            Self::Deadline => "next deadline first",
            Self::Title => "by title",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }
}

fn party_of(word: &str) -> Option<Party> {
    PARTIES.into_iter().find(|(_, known)| *known == word).map(|(party, _)| party)
}

/// A party's word in addresses.
pub(crate) fn party_word(party: Party) -> &'static str {
    let found = PARTIES.into_iter().find(|(known, _)| *known == party);
    found.map_or("customer", |(_, word)| word)
}

/// A value in an address: everything but letters, digits and `-._~` as its bytes.
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_comes_back_from_its_address() {
        let filter = RequestFilter {
            state: Some("open".to_owned()),
            owner: Some(UserId::new("ben").unwrap()),
            group: Some("A & B=\u{e4} 100%".to_owned()),
            late: true,
            waits_for: Some(Party::ProjectManager),
            order: Order::Deadline,
        };
        let query = filter.query(Some("x/1"));
        assert!(query.contains("group=A%20%26%20B%3D%C3%A4%20100%25"), "{query}");
        assert!(query.ends_with("&after=x%2F1"), "{query}");
        let data = FormData::new()
            .with("state", "open")
            .with("owner", "ben")
            .with("group", "A & B=\u{e4} 100%")
            .with("late", "yes")
            .with("waits-for", "project-manager")
            .with("order", "deadline");
        assert_eq!(RequestFilter::read(&data), filter);
    }

    #[test]
    fn what_cannot_be_understood_is_left_out() {
        let data = FormData::new()
            .with("state", "<b>")
            .with("owner", "No Name")
            .with("waits-for", "nobody")
            .with("order", "random");
        assert_eq!(RequestFilter::read(&data), RequestFilter::default());
    }
}
