//! The provider: where it is asked, and whom it vouches for.

use std::pin::Pin;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    SubjectIdentifier, TokenResponse as _,
};
use refit_model::with_causes;
use reqwest::Url;
use thiserror::Error;
use tokio::sync::Mutex;

use super::{OidcSettings, Ticket, Why};
use crate::authorities::Authorities;
use crate::token::Token;
use crate::web::{Asked, Reach, Web, WebError};

/// How long the provider's description is good enough for going there.
const KEPT: SignedDuration = SignedDuration::from_mins(5);
/// What tokens may be signed with: keys that the provider alone has.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider.
#[derive(Debug)]
pub(crate) struct Provider {
    settings: OidcSettings,
    issuer: IssuerUrl,
    back: RedirectUrl,
    web: Web,
    description: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

/// Whom the provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Issuer and subject: who it is, whatever else changes.
    pub(crate) key: String,
    /// The e-mail address, if the provider has verified it.
    pub(crate) email: Option<String>,
    /// When the person has shown the provider who it is, if it tells.
    pub(crate) authenticated: Option<Timestamp>,
}

/// Why the provider vouches for nobody.
#[derive(Debug, Error)]
pub(crate) enum ProviderError {
    /// The settings cannot be used.
    #[error("the settings of the OpenID provider cannot be used: {0}")]
    Settings(String),
    /// It cannot be asked, or does not answer as it should.
    #[error("the OpenID provider cannot be asked: {0}")]
    Away(String),
    /// It does not take the code.
    #[error("the OpenID provider does not take the code: {0}")]
    Code(String),
    /// What it says cannot be believed.
    #[error("what the OpenID provider says cannot be believed: {0}")]
    Claims(String),
}

impl Provider {
    /// The provider of these settings, for the server that browsers reach at `url`.
    pub(crate) fn new(
        settings: OidcSettings,
        url: &str,
        authorities: &Authorities,
    ) -> Result<Self, ProviderError> {
        let wrong = |error: &dyn std::error::Error| ProviderError::Settings(with_causes(error));
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| wrong(&error))?;
        Reach::Configured.check(issuer.url()).map_err(|error| wrong(&error))?;
        let back = format!("{url}{}", refit_pages::paths::LOGIN_BACK);
        let back = RedirectUrl::new(back).map_err(|error| wrong(&error))?;
        let web = Web::new(Reach::Configured, authorities).map_err(|error| wrong(&error))?;
        Ok(Self { settings, issuer, back, web, description: Mutex::new(None) })
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Where somebody goes.
    pub(crate) async fn place(
        &self,
        ticket: &Ticket,
        token: &Token,
    ) -> Result<String, ProviderError> {
        let client = self.client(ticket.at, KEPT).await?;
        let verifier = PkceCodeVerifier::new(ticket.verifier(token));
        let state = CsrfToken::new(ticket.state.clone());
        let nonce = Nonce::new(ticket.nonce(token));
        let request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        let request = match ticket.why {
            Why::Login => request,
            // Who is there already has to show it once more.
            Why::Connect | Why::Confirm => {
                request.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO)
            }
        };
        let (place, ..) = request.url();
        Reach::Configured.check(&place).map_err(|error| ProviderError::Away(error.to_string()))?;
        Ok(place.into())
    }

    /// Who came back with a code.
    pub(crate) async fn who(
        &self,
        code: &str,
        ticket: &Ticket,
        token: &Token,
        now: Timestamp,
    ) -> Result<Identity, ProviderError> {
        let client = self.client(now, SignedDuration::ZERO).await?;
        let refused = |why: String| ProviderError::Code(why);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderError::Away(with_causes(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(ticket.verifier(token)));
        let answer =
            request.request_async(&self.web).await.map_err(|error| refused(with_causes(&error)))?;
        let id_token =
            answer.id_token().ok_or_else(|| refused("without an id_token".to_owned()))?;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || chrono_of(now))
            .set_other_audience_verifier_fn(|_| false);
        let nonce = Nonce::new(ticket.nonce(token));
        let claims = id_token.claims(&verifier, &nonce).map_err(|error| lie(&error))?;
        let told = claims.auth_time().map(|at| Timestamp::from_second(at.timestamp()));
        let email = match claims.email() {
            Some(email) => Some((email.to_string(), claims.email_verified())),
            None => self.email(&client, &answer, claims.subject()).await?,
        };
        Ok(Identity {
            key: format!("{}|{}", claims.issuer().as_str(), claims.subject().as_str()),
            email: email.filter(|(_, verified)| *verified == Some(true)).map(|(email, _)| email),
            authenticated: told.and_then(Result::ok),
        })
    }

    /// The e-mail address of a person, and whether it is verified, where the token does not tell:
    /// most providers tell it where they are asked about the person.
    async fn email(
        &self,
        client: &Client,
        answer: &CoreTokenResponse,
        subject: &SubjectIdentifier,
    ) -> Result<Option<(String, Option<bool>)>, ProviderError> {
        let access = answer.access_token().clone();
        let Ok(request) = client.user_info(access, Some(subject.clone())) else { return Ok(None) };
        let told: CoreUserInfoClaims =
            request.request_async(&self.web).await.map_err(|error| lie(&error))?;
        Ok(told.email().map(|email| (email.to_string(), told.email_verified())))
    }

    /// A client by the provider's description, which is not older than this.
    async fn client(&self, now: Timestamp, age: SignedDuration) -> Result<Client, ProviderError> {
        let mut kept = self.description.lock().await;
        let is_young = |at: &Timestamp| now.duration_since(*at) < age;
        let young = kept.as_ref().filter(|(at, _)| is_young(at));
        let description = if let Some((_, description)) = young {
            description.clone()
        } else {
            let issuer = self.issuer.clone();
            let found = CoreProviderMetadata::discover_async(issuer, &self.web).await;
            let found = found.map_err(|error| ProviderError::Away(with_causes(&error)))?;
            kept.insert((now, found)).1.clone()
        };
        let secret = self.settings.client_secret.as_ref().and_then(|secret| secret.expose_text());
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let client = CoreClient::from_provider_metadata(description, id, secret);
        Ok(client.set_redirect_uri(self.back.clone()))
    }
}

/// What the library asks by.
impl<'c> AsyncHttpClient<'c> for Web {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, WebError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = Url::parse(&parts.uri.to_string()).map_err(|_| WebError::Address)?;
            let asked = Asked { method: parts.method, url, headers: parts.headers, body };
            let answered = self.ask(asked).await?;
            let mut response = HttpResponse::new(answered.body);
            *response.status_mut() = answered.status;
            *response.headers_mut() = answered.headers;
            Ok(response)
        })
    }
}

fn lie(error: &dyn std::error::Error) -> ProviderError {
    ProviderError::Claims(with_causes(error))
}

fn chrono_of(at: Timestamp) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_micros(at.as_microsecond()).unwrap_or_default()
}
