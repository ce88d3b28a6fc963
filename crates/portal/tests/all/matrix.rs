//! Every route, asked by everybody. The matrix is made of the table that the server works with: a
//! new route is in it, and has to be looked at in the golden file.

use std::collections::BTreeMap;

use refit_desk::Role;
use refit_portal::{Caller, MatrixRow, matrix};

use crate::browser::{Browser, Page};
use crate::people::token;
use crate::world::{World, request};

const PEOPLE: [(&str, Role); 4] = [
    ("ada", Role::Customer),
    ("ben", Role::Consultant),
    ("pia", Role::ProjectManager),
    ("administrator", Role::Administrator),
];
const SCOPES: [&str; 3] = ["requests:read", "requests:write", "metrics"];

#[test]
fn the_matrix_is_as_it_was_looked_at() {
    let line = |row: &MatrixRow| {
        let caller = match row.caller {
            Caller::Anybody => "anybody".to_owned(),
            Caller::Session => "session".to_owned(),
            Caller::Token(scope) => format!("token {scope}"),
        };
        let mark = |role: Role| if row.roles.contains(&role) { "x" } else { "-" };
        let marks: Vec<_> = PEOPLE.iter().map(|(_, role)| mark(*role)).collect();
        format!("{:<5}{:<46}{:<22}{}", row.method, row.path, caller, marks.join(" "))
    };
    let lines: Vec<_> = matrix().iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let world = World::peopled();
    let case = request(&mut world.log_in("ada"));
    let case = case.strip_prefix("/requests/").unwrap().to_owned();
    let mut visitors = Visitors::new(&world);
    let mut asked = 0;
    for row in matrix() {
        let path = filled(row.path, &case);
        let nobody = visitors.nobody(&row, &path);
        match row.caller {
            Caller::Anybody => assert!(nobody.status != 401 && !is_login(&nobody), "{row:?}"),
            Caller::Session => assert!(is_login(&nobody), "{row:?}: {}", nobody.status),
            Caller::Token(_) => assert_eq!(nobody.status, 401, "{row:?}"),
        }
        for (name, role) in PEOPLE {
            let page = visitors.person(&world, name, &row, &path);
            asked += 1;
            let is_let_in = page.status != 401 && page.status != 403 && !is_login(&page);
            let told = format!("{name}: {row:?} gave {}: {}", page.status, page.body);
            assert_eq!(is_let_in, row.roles.contains(&role), "{told}");
            assert!(page.status < 500, "{told}");
        }
        if let Caller::Token(scope) = row.caller {
            for (name, _) in PEOPLE {
                let page = visitors.without_scope(name, scope, &row, &path);
                assert_eq!(page.status, 403, "{name}: {row:?}");
            }
        }
    }
    assert_eq!(asked, matrix().len() * PEOPLE.len());
}

/// Whether it is the way to the login.
fn is_login(page: &Page) -> bool {
    let place = page.header("location").unwrap_or_default();
    page.status == 303 && (place == "/login" || place.starts_with("/login?next"))
}

/// The path with parameters that are there, as far as anything is.
fn filled(path: &str, case: &str) -> String {
    path.replace("{case}", case)
        .replace("{part}", "activities")
        .replace("{kind}", "add-note")
        .replace("{digest}", &"0".repeat(64))
        .replace("{run}", "no-run")
        .replace("{exit}", "run")
        .replace("{organisation}", "acme")
        .replace("{user}", "ben")
        .replace("{name}", "none.css")
        .replace("{token}", "nothing")
        .replace("{document}", "access-details")
}

/// Everybody who asks.
struct Visitors {
    nobody: Browser,
    browsers: BTreeMap<&'static str, Browser>,
    tokens: BTreeMap<&'static str, String>,
    narrow: BTreeMap<(&'static str, &'static str), String>,
}

impl Visitors {
    fn new(world: &World) -> Self {
        let mut browsers = BTreeMap::new();
        let (mut tokens, mut narrow) = (BTreeMap::new(), BTreeMap::new());
        for (name, _) in PEOPLE {
            let mut browser = world.log_in(name);
            tokens.insert(name, token(&mut browser, &SCOPES));
            for scope in SCOPES {
                let others: Vec<_> = SCOPES.into_iter().filter(|other| *other != scope).collect();
                narrow.insert((name, scope), token(&mut browser, &others));
            }
            browsers.insert(name, browser);
        }
        let mut nobody = world.browser();
        nobody.get("/login").expect(200);
        Self { nobody, browsers, tokens, narrow }
    }

    fn nobody(&mut self, row: &MatrixRow, path: &str) -> Page {
        ask(&mut self.nobody, row, path, None)
    }

    fn person(&mut self, world: &World, name: &str, row: &MatrixRow, path: &str) -> Page {
        let browser = self.browsers.get_mut(name).unwrap();
        if let Caller::Token(_) = row.caller {
            return ask(browser, row, path, Some(&self.tokens[name]));
        }
        // The one before may have ended it.
        if browser.get_once("/account").status != 200 {
            *browser = world.log_in(name);
            browser.get("/account").expect(200);
        }
        ask(browser, row, path, None)
    }

    fn without_scope(
        &mut self,
        name: &'static str,
        scope: &'static str,
        row: &MatrixRow,
        path: &str,
    ) -> Page {
        let token = self.narrow[&(name, scope)].clone();
        ask(&mut self.nobody, row, path, Some(&token))
    }
}

fn ask(browser: &mut Browser, row: &MatrixRow, path: &str, token: Option<&str>) -> Page {
    let empty = serde_json::json!({});
    match (row.method.as_str(), token) {
        ("GET", None) => browser.get_once(path),
        ("GET", Some(token)) => browser.api(path, token),
        ("PATCH", None) => browser.api_patch(path, "nothing", &empty),
        (_, None) if row.takes_json => browser.api_post(path, "nothing", &empty),
        (_, None) => browser.post_once(path, &[]),
        ("PATCH", Some(token)) => browser.api_patch(path, token, &empty),
        (_, Some(token)) => browser.api_post(path, token, &empty),
    }
}
