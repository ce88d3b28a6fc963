//! Keys that stand in another file now.

use refit_model::Outcome;

use super::base::{BaseView, comparable};
use super::input::{Bringing, Brought};
use super::judge::{Demand, Directive, rule_ref};
use super::records::Records;
use super::rules::{Prepared, topmost};
use crate::key::Key;
use crate::mark::has_mark;
use crate::secrets::PASSWORD_FORMS;
use crate::{Document, KeyPattern, Rule};

/// What a rule says about keys that go into another file.
pub(super) struct Away<'a> {
    pub(super) file: &'a str,
    pub(super) to: &'a str,
    pub(super) always: bool,
    pub(super) beginnings: &'a [(String, String)],
    pub(super) along: &'a [(String, String)],
}

/// What a rule says about users of a realm file.
pub(super) struct Accounts<'a> {
    pub(super) users: &'a str,
    pub(super) groups: &'a str,
    pub(super) roles: &'a [(String, String)],
}

impl<'a> Prepared<'a> {
    /// Takes keys out that stand in another file now. What the site left as it was needs no move
    /// where the other file's own default says the same.
    pub(super) fn move_out(
        &mut self,
        rule: &'a Rule,
        away: &Away<'_>,
        base: &mut BaseView,
        records: &mut Records,
    ) {
        for key in topmost(&self.site, rule) {
            let (Some(value), Some(captures)) = (&key.value, rule.key.captures(&key.path)) else {
                continue;
            };
            let Some(site) = self.without_or_ask(&key, records) else { continue };
            let new_key = KeyPattern::fill(away.to, &captures);
            // Of a secret it is not known whether it is the vendor's.
            let untouched =
                !has_mark(value) && base.live_value(&key.path) == Some(comparable(value).as_str());
            let outcome = if untouched && !away.always {
                Outcome::Dropped(format!("{} says it now, with the vendor's value", away.file))
            } else {
                let value = away.written(value);
                for (other, text) in away.along {
                    let text = text.replace("{value}", &value);
                    self.bring_to(rule, away.file, other, text, Bringing::Set);
                }
                self.bring_to(rule, away.file, &new_key, value, Bringing::Set);
                Outcome::Moved(format!("{}#{new_key}", away.file))
            };
            self.let_key_go(&key, &outcome, Some(&rule_ref(rule)), site, base);
        }
    }

    /// Takes the users of a realm file out, and enters them where users and groups stand now.
    pub(super) fn enter_accounts(
        &mut self,
        rule: &'a Rule,
        accounts: &Accounts<'_>,
        base: &mut BaseView,
        records: &mut Records,
    ) {
        for key in topmost(&self.site, rule) {
            let Some(value) = &key.value else { continue };
            let mut words = value.split(',').map(str::trim);
            let password = words.next().unwrap_or_default();
            if PASSWORD_FORMS.iter().any(|form| password.starts_with(form)) {
                let question = format!(
                    "The password of this user is not kept as it is typed, and {} needs it so. \
                     Enter the user there by hand, and leave it out here (take-new)?",
                    accounts.users
                );
                let only = Some(vec![key.path.clone()]);
                self.directives.push(Directive { rule, only, demand: Demand::Ask(question) });
                continue;
            }
            let Some(site) = self.without_or_ask(&key, records) else { continue };
            self.bring_to(rule, accounts.users, &key.path, password.to_owned(), Bringing::New);
            for role in words.filter(|role| !role.is_empty()) {
                let named = accounts.roles.iter().find(|(old, _)| old == role);
                let group = named.map_or(role, |(_, group)| group);
                self.bring_to(rule, accounts.groups, group, key.path.clone(), Bringing::Listed);
            }
            let outcome = Outcome::Moved(format!("{}#{}", accounts.users, key.path));
            self.let_key_go(&key, &outcome, Some(&rule_ref(rule)), site, base);
        }
    }

    /// The site's file without a key; a question where it cannot be taken out.
    fn without_or_ask(&self, key: &Key, records: &mut Records) -> Option<Document> {
        let site = self.without([key]);
        if site.is_none() {
            let question = "This is to go into another file, and cannot be taken out.";
            records.ask(&key.path, question);
        }
        site
    }

    fn bring_to(&mut self, rule: &Rule, file: &str, key: &str, value: String, how: Bringing) {
        self.moved.push(Brought {
            from: self.site.spec().path.clone(),
            file: file.to_owned(),
            key: key.to_owned(),
            value,
            how,
            slots: self.site.slots().to_vec(),
            rule: rule_ref(rule),
        });
    }
}

impl Away<'_> {
    /// The value as the other file writes it.
    fn written(&self, value: &str) -> String {
        let beginning = |(old, new): &(String, String)| {
            Some(format!("{new}{}", value.strip_prefix(old.as_str())?))
        };
        self.beginnings.iter().find_map(beginning).unwrap_or_else(|| value.to_owned())
    }
}
