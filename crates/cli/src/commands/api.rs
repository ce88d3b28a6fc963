//! A server's API, as a client.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use refit_model::{ExitCode, Secret};
use refit_report::inert;
use serde_json::Value;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::typestate::WithBody;
use ureq::{Agent, RequestBuilder};

use crate::failure::Failure;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a content may take.
const PATIENCE_WITH_FILES: Duration = Duration::from_mins(10);
/// The most bytes of a content.
const MOST_OF_CONTENT: u64 = 64 * 1024 * 1024;
/// The most bytes of an answer.
const MOST: u64 = 16 * 1024 * 1024;

/// A server's API, for the holder of a token.
pub struct Api {
    agent: Agent,
    base: String,
    token: Secret,
}

impl Api {
    /// The API of a server. A token goes over HTTPS, or stays on this machine.
    pub fn new(server: &str, token: Secret) -> Result<Self, Failure> {
        let server = server.trim_end_matches('/');
        let is_local = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .filter_map(|local| server.strip_prefix(local))
            .any(|rest| rest.is_empty() || rest.starts_with(':'));
        if !server.starts_with("https://") && !is_local {
            return Err(Failure::usage(
                "the token would go over the network in the clear: name the server as https://HOST",
            ));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("refit/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls(is_local))
            .build();
        Ok(Self { agent: config.new_agent(), base: format!("{server}/api/v1"), token })
    }

    /// Reads something.
    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, Failure> {
        let request = self.agent.get(self.url(path)).query_pairs(query.iter().copied());
        self.answer(self.by_token(request).call())
    }

    /// Sends something.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send_json(self.agent.post(self.url(path)), body)
    }

    /// Changes something.
    pub fn patch(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send_json(self.agent.patch(self.url(path)), body)
    }

    /// Sends a content.
    pub fn send(&self, path: &str, content: File) -> Result<Value, Failure> {
        let request = patient(self.agent.post(self.url(path)));
        let request = self.by_token(request).header("content-type", "application/octet-stream");
        self.answer(request.send(content))
    }

    /// Reads a content.
    pub fn content(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let request = self.by_token(patient(self.agent.get(self.url(path))));
        let mut response = request.call().map_err(|error| self.failed(&error))?;
        if response.status().as_u16() != 200 {
            return self.answer(Ok(response)).and(Err(self.not_ours(200)));
        }
        let content = response.body_mut().with_config().limit(MOST_OF_CONTENT).read_to_vec();
        content.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &ureq::Error) -> Failure {
        let place = &self.base;
        Failure::failed(format!("{place} does not answer: {error}; is the server there?"))
    }

    fn not_ours(&self, status: u16) -> Failure {
        let place = &self.base;
        let told = "and not as Refit's API does";
        Failure::failed(format!("{place} answered with status {status}, {told}"))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    fn by_token<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        let token = self.token.expose_text().unwrap_or_default().trim();
        request.header("authorization", format!("Bearer {token}"))
    }

    fn send_json(&self, request: RequestBuilder<WithBody>, body: &Value) -> Result<Value, Failure> {
        let request = self.by_token(request).header("content-type", "application/json");
        self.answer(request.send(body.to_string()))
    }

    fn answer(&self, answer: Result<Response<ureq::Body>, ureq::Error>) -> Result<Value, Failure> {
        let failed = |error: ureq::Error| self.failed(&error);
        let mut response = answer.map_err(failed)?;
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(MOST).read_to_string();
        let value: Value = serde_json::from_str(&text.map_err(failed)?).unwrap_or_default();
        if (200..300).contains(&status) && !value.is_null() {
            return Ok(value);
        }
        let told = |name: &str| inert(value[name].as_str().unwrap_or_default());
        let text = match (told("title"), told("detail")) {
            (title, _) if title.is_empty() => self.not_ours(status).text,
            (title, detail) => {
                let changed = value["changed"].as_array().into_iter().flatten().map(changed);
                format!("{title}. {detail} ({}){}", told("instance"), changed.collect::<String>())
            }
        };
        Err(Failure { text, code: code_of(status) })
    }
}

/// A request that a content comes or goes with.
fn patient<B>(request: RequestBuilder<B>) -> RequestBuilder<B> {
    request.config().timeout_global(Some(PATIENCE_WITH_FILES)).build()
}

/// An answer that somebody has given meanwhile.
fn changed(one: &Value) -> String {
    let told = |name: &str| inert(one[name].as_str().unwrap_or_default());
    let given = |whose: &str| inert(&one[whose]["given"].to_string());
    let (question, by, at) = (told("question"), told("by"), told("at"));
    format!("\n{question}: {by} has answered {} at {at}, you {}", given("theirs"), given("yours"))
}

/// The exit code of an answer that is not good.
fn code_of(status: u16) -> ExitCode {
    match status {
        400 | 413 | 415 => ExitCode::Usage,
        403 | 422 => ExitCode::NeedsPerson,
        409 | 429 | 503 => ExitCode::Held,
        _ => ExitCode::Failed,
    }
}

/// TLS with the certificates that this machine trusts.
fn tls(is_local: bool) -> TlsConfig {
    let builder = TlsConfig::builder().unversioned_rustls_crypto_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ));
    if is_local {
        return builder.build();
    }
    let trusted = rustls_native_certs::load_native_certs().certs;
    let trusted = trusted.iter().map(|one| Certificate::from_der(one.as_ref()).to_owned());
    builder.root_certs(RootCerts::Specific(Arc::new(trusted.collect()))).build()
}
