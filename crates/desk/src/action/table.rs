//! What the table of actions makes of its rows: the actions, their kinds, and who may do them.

use std::fmt;

use super::ActionKind;
use crate::Role;

/// Takes for each action the roles that may do it, its words, and what it is.
macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        [$($role:ident)*] $word:literal { $name:ident $($body:tt)? }
    )*) => {
        /// What a person wants to do to a case.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub enum Action {
            $( $(#[$doc])* $name $($body)?, )*
        }

        /// The kinds of actions.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum ActionKind {
            $( $(#[$doc])* $name, )*
        }

        impl Action {
            /// Its kind.
            pub fn kind(&self) -> ActionKind {
                match self {
                    $( Self::$name { .. } => ActionKind::$name, )*
                }
            }
        }

        impl ActionKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$( Self::$name, )*];

            /// The roles that may do it.
            pub fn roles(self) -> &'static [Role] {
                match self {
                    $( Self::$name => &[$($role),*], )*
                }
            }

            /// The words for people.
            pub fn words(self) -> &'static str {
                match self {
                    $( Self::$name => $word, )*
                }
            }
        }
    };
}

impl ActionKind {
    /// Whether a role may do it at all.
    pub fn is_for(self, role: Role) -> bool {
        self.roles().contains(&role)
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}
