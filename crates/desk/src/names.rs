//! Names of the desk's things. They cannot be mixed up: each kind is a type.

use refit_model::{Name, NameKind};

macro_rules! names {
    ($($marker:ident, $name:ident, $kind:literal, $what:literal;)*) => { $(
        #[doc = concat!("Marker of [`", stringify!($name), "`].")]
        pub enum $marker {}

        impl NameKind for $marker {
            const KIND: &'static str = $kind;
        }

        #[doc = $what]
        pub type $name = Name<$marker>;
    )* };
}

names! {
    OfUser, UserId, "user", "A person who uses the portal.";
    OfOrganisation, OrganisationId, "organisation", "A customer's organisation, or the team's own.";
    OfCase, CaseId, "case", "A request's case.";
    OfActivity, ActivityKey, "activity",
        "An activity of the process; for another environment, the activity's key, a dot, the name.";
    OfDocument, DocumentKey, "document", "A document that goes out to the customer.";
    OfQuestion, QuestionId, "question", "A question, or a section, of a questionnaire.";
    OfRule, RuleKey, "rule", "A rule of eligibility or scope.";
}
