//! An OpenID Connect provider, of which the registry is a relying party (OpenID Connect Core 1.0, authorization code
//! flow with PKCE).

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use guildhall_protocol::routes::AUTH_OPENID_CALLBACK;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use url::{Host, Url};

use super::browser::Cookie;
use crate::mail::read_email;
use crate::store::openid::{Identity, SignIn};

/// The time limit for one of the provider's answers.
const PATIENCE: Duration = Duration::from_secs(10);
/// The size limit of an answer, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// A provider that people can sign in with, and the registry's registration there. Its `Debug` output has no secret.
#[derive(Clone, Debug)]
pub struct Provider {
    name: String,
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect: RedirectUrl,
    /// The claims by which it says that someone used a second factor.
    amr: Vec<String>,
    acr: Vec<String>,
    http: Http,
}

/// The settings of a provider.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Its name, for example "Microsoft".
    pub name: &'a str,
    /// Its issuer, exactly as in its discovery document.
    pub issuer: &'a str,
    /// The registry's client id.
    pub client_id: &'a str,
    /// The registry's client secret.
    pub client_secret: &'a str,
    /// The registry's own address.
    pub address: &'a str,
    /// Values of the claim `amr` (RFC 8176) that mean that a second factor was used, for example "mfa".
    pub second_factor_amr: &'a [String],
    /// Values of the claim `acr` that mean it.
    pub second_factor_acr: &'a [String],
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NotAProvider {
    /// Not an address, or one without encryption that is not this machine's own.
    #[error("openid.{0} must be an https address (http only on this machine)")]
    Address(&'static str),
    /// A setting is empty.
    #[error("openid.{0} is empty")]
    Empty(&'static str),
    /// No connection can be made at all.
    #[error("the sign-in provider cannot be asked: {0}")]
    Http(#[from] reqwest::Error),
}

/// Why a sign-in with the provider failed.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It did not answer, or not as OpenID Connect requires.
    #[error("it cannot be understood: {0}")]
    Answer(String),
    /// It says that nobody signed in.
    #[error("it refused: {0}")]
    Refused(String),
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// Sets up a provider. Makes no request yet.
    ///
    /// # Errors
    /// If a setting is missing or cannot be used.
    pub fn new(settings: &Settings<'_>) -> Result<Self, NotAProvider> {
        let Settings { name, issuer, client_id, client_secret, address, .. } = *settings;
        for (part, value) in [("name", name), ("client_id", client_id), ("client_secret_file", client_secret)]
        {
            if value.trim().is_empty() {
                return Err(NotAProvider::Empty(part));
            }
        }
        let checked =
            |part, address: &str| Url::parse(address).ok().filter(is_safe).ok_or(NotAProvider::Address(part));
        checked("issuer", issuer)?;
        let callback = format!("{}{AUTH_OPENID_CALLBACK}", address.trim_end_matches('/'));
        let callback = checked("address", &callback)?;
        Ok(Self {
            name: name.trim().to_owned(),
            // Kept as written: it is compared character by character.
            issuer: IssuerUrl::new(issuer.to_owned()).map_err(|_| NotAProvider::Address("issuer"))?,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: ClientSecret::new(client_secret.to_owned()),
            redirect: RedirectUrl::from_url(callback),
            amr: settings.second_factor_amr.to_vec(),
            acr: settings.second_factor_acr.to_vec(),
            http: Http::new()?,
        })
    }

    /// The registry's own origin as browsers see it, with its port if that is not the default.
    pub(crate) fn registry(&self) -> String {
        let url = self.redirect.url();
        let host = url.host_str().unwrap_or_default();
        url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The cookie that binds a sign-in to a browser.
    pub(crate) fn cookie(&self) -> Cookie {
        match self.redirect.url().scheme() {
            "https" => Cookie::Secure,
            _ => Cookie::Loopback,
        }
    }

    /// The provider's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The address to which a browser goes to sign in.
    pub(crate) async fn page(&self, state: &str, sign_in: &SignIn) -> Result<Url, ProviderError> {
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier(sign_in));
        let (state, nonce) = (CsrfToken::new(state.to_owned()), Nonce::new(sign_in.nonce.clone()));
        let (page, ..) = self
            .client()
            .await?
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(page)
    }

    /// Exchanges the code that the browser brought back for the person's identity.
    pub(crate) async fn identity(&self, code: &str, sign_in: &SignIn) -> Result<Identity, ProviderError> {
        let client = self.client().await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderError::Answer(error.to_string()))?
            .set_pkce_verifier(verifier(sign_in))
            .request_async(&self.http)
            .await
            .map_err(|error| ProviderError::Refused(with_cause(&error)))?;
        let token =
            tokens.id_token().ok_or_else(|| ProviderError::Answer("there is no ID token".to_owned()))?;
        let claims = token
            .claims(&client.id_token_verifier(), &Nonce::new(sign_in.nonce.clone()))
            .map_err(|error| ProviderError::Answer(with_cause(&error)))?;
        let methods = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
        let second_factor =
            methods.iter().any(|method| self.amr.iter().any(|listed| listed == method.as_str()))
                || claims
                    .auth_context_ref()
                    .is_some_and(|class| self.acr.iter().any(|acr| acr == class.as_str()));
        let mut email = (claims.email().cloned(), claims.email_verified());
        // Claims come in the token or from the userinfo endpoint (Core §5.4).
        if email.0.is_none()
            && let Ok(ask) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let info: CoreUserInfoClaims = ask
                .request_async(&self.http)
                .await
                .map_err(|error| ProviderError::Answer(with_cause(&error)))?;
            email = (info.email().cloned(), info.email_verified());
        }
        let email = email.0.filter(|_| email.1 == Some(true));
        Ok(Identity {
            issuer: self.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            email: email.and_then(|email| read_email(&email).ok()).unwrap_or_default(),
            second_factor: i64::from(second_factor),
        })
    }

    /// The provider's metadata. Fetched each time, as it may change its keys at any time.
    async fn client(&self) -> Result<Client, ProviderError> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(|error| ProviderError::Answer(with_cause(&error)))?;
        let secret = Some(self.client_secret.clone());
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), secret);
        Ok(client.set_redirect_uri(self.redirect.clone()))
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.issuer.as_str())
    }
}

fn verifier(sign_in: &SignIn) -> PkceCodeVerifier {
    PkceCodeVerifier::new(sign_in.verifier.clone())
}

/// Whether requests to the address are encrypted or stay on this machine.
fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

/// An error with its causes, as the crate's own errors name only the step.
fn with_cause(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The HTTP client for the provider. It follows no redirects, so that an answer cannot send the registry elsewhere.
#[derive(Clone, Debug)]
struct Http(reqwest::Client);

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error(transparent)]
    Reqwest(#[from] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
}

impl Http {
    fn new() -> reqwest::Result<Self> {
        let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        client.build().map(Self)
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.execute(reqwest::Request::try_from(request)?).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let (mut body, mut pieces) = (Vec::new(), answer.bytes_stream());
        while let Some(piece) = pieces.next().await {
            body.extend_from_slice(&piece?);
            if body.len() > MAX_ANSWER {
                return Err(HttpError::TooLong);
            }
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings<'_> = Settings {
        name: "Example",
        issuer: "https://id.example",
        client_id: "guildhall",
        client_secret: "hunter2",
        address: "https://registry.example/",
        second_factor_amr: &[],
        second_factor_acr: &[],
    };

    #[test]
    fn only_what_can_be_used_safely_is_a_provider() {
        let provider = Provider::new(&SETTINGS).unwrap();
        assert_eq!(provider.redirect.as_str(), "https://registry.example/api/v1/auth/openid/callback");
        assert!(!format!("{provider:?}").contains("hunter2"));
        for settings in [
            Settings { issuer: "http://127.0.0.1:9000", ..SETTINGS },
            Settings { address: "http://localhost:8480", ..SETTINGS },
        ] {
            Provider::new(&settings).unwrap();
        }
        for (settings, says) in [
            (Settings { issuer: "http://id.example", ..SETTINGS }, "openid.issuer must be an https address"),
            (Settings { address: "registry.example", ..SETTINGS }, "openid.address must be an https address"),
            (Settings { client_secret: " ", ..SETTINGS }, "openid.client_secret_file is empty"),
            (Settings { name: "", ..SETTINGS }, "openid.name is empty"),
        ] {
            let error = Provider::new(&settings).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
