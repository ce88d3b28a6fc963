//! A client that keeps cookies and sends forms, as a browser without JavaScript does.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};

use ureq::Agent;

/// A browser of one person.
pub struct Browser {
    agent: Agent,
    base: String,
    pub cookies: BTreeMap<String, String>,
    /// The value of the last page against forged forms.
    pub csrf: String,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A server that refuses a body closes the connection.
            .max_idle_connections(0)
            .max_redirects_will_error(false)
            .build();
        Self {
            agent: config.new_agent(),
            base: base.to_owned(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
        }
    }

    /// Opens a page, and follows where it leads.
    pub fn get(&mut self, path: &str) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let page = self.get_once(&path);
            match page.header("location") {
                Some(next) if page.status == 303 => next.clone_into(&mut path),
                _ => return page,
            }
        }
        panic!("{path} leads round and round");
    }

    /// Opens a page.
    pub fn get_once(&mut self, path: &str) -> Page {
        let url = self.url(path);
        let request = self.agent.get(&url).header("cookie", &self.cookie_line());
        let response = request.call().unwrap();
        self.take(response)
    }

    /// Sends a form with the last page's value against forged ones, and follows where it leads.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post_once(path, fields);
        match page.header("location") {
            Some(next) if page.status == 303 => {
                let next = next.to_owned();
                self.get(&next)
            }
            _ => page,
        }
    }

    /// Sends a form.
    pub fn post_once(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        self.send(path, &[&[("csrf", csrf.as_str())], fields].concat(), &[])
    }

    /// Sends exactly these fields, with these headers.
    pub fn send(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = "application/x-www-form-urlencoded";
        self.send_body(path, kind, body.as_bytes(), headers)
    }

    /// Sends a form with files: name, file's name, content.
    pub fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Page {
        const LINE: &str = "----a-boundary-of-tests";
        let mut body = Vec::new();
        let csrf = self.csrf.clone();
        for (name, value) in [&[("csrf", csrf.as_str())], fields].concat() {
            let head =
                format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        for (name, file, content) in files {
            let head = format!(
                "--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"; \
                 filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{LINE}--\r\n").as_bytes());
        self.send_body(path, &format!("multipart/form-data; boundary={LINE}"), &body, &[])
    }

    /// Sends a body.
    pub fn send_body(
        &mut self,
        path: &str,
        kind: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> Page {
        let url = self.url(path);
        let mut request = self.agent.post(&url);
        if !self.cookies.is_empty() {
            request = request.header("cookie", &self.cookie_line());
        }
        request = request.header("content-type", kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send(body).unwrap();
        self.take(response)
    }

    /// Opens an address of the API with a token.
    pub fn api(&mut self, path: &str, token: &str) -> Page {
        let url = self.url(path);
        let request = self.agent.get(&url).header("authorization", &format!("Bearer {token}"));
        let response = request.call().unwrap();
        self.take(response)
    }

    /// Sends JSON to the API with a token.
    pub fn api_post(&mut self, path: &str, token: &str, json: &serde_json::Value) -> Page {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        self.send_body(path, "application/json", json.to_string().as_bytes(), &headers)
    }

    /// Changes something over the API.
    pub fn api_patch(&mut self, path: &str, token: &str, json: &serde_json::Value) -> Page {
        let url = self.url(path);
        let request = self.agent.patch(&url).header("authorization", &format!("Bearer {token}"));
        let request = request.header("content-type", "application/json");
        let response = request.send(json.to_string()).unwrap();
        self.take(response)
    }

    /// Sends a content to the API; gives its digest.
    pub fn api_content(&mut self, case: &str, token: &str, content: &[u8]) -> String {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let path = format!("/api/v1/requests/{case}/contents");
        let page = self.send_body(&path, "application/octet-stream", content, &headers);
        page.expect(201).json()["digest"].as_str().unwrap().to_owned()
    }

    /// The bytes of a download.
    pub fn download(&self, path: &str) -> Vec<u8> {
        let request = self.agent.get(self.url(path)).header("cookie", &self.cookie_line());
        let response = request.call().unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.into_body().read_to_vec().unwrap()
    }

    /// The lines of an answer that goes on, as they come.
    pub fn stream(&self, path: &str) -> impl Iterator<Item = String> + use<> {
        let request = self.agent.get(self.url(path)).header("cookie", &self.cookie_line());
        let body = request.call().unwrap().into_body().into_reader();
        BufReader::new(body).lines().map_while(Result::ok)
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    fn cookie_line(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn take(&mut self, response: ureq::http::Response<ureq::Body>) -> Page {
        let status = response.status().as_u16();
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        for (_, line) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = response.into_body().read_to_string().unwrap_or_default();
        if let Some((_, rest)) = body.split_once("name=\"csrf\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.csrf);
        }
        Page { status, headers, body }
    }
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The page, if it came with this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The page, if this is on it.
    #[track_caller]
    pub fn has(self, text: &str) -> Self {
        assert!(self.body.contains(text), "`{text}` is not on the page:\n{}", self.body);
        self
    }

    /// The page, if this is not on it.
    #[track_caller]
    pub fn has_not(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "`{text}` is on the page:\n{}", self.body);
        self
    }

    /// The first text between two others.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self.body.split_once(before).expect(&self.body);
        rest.split(after).next().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}
