//! Signs in with a provider in the system's browser (RFC 8252). The app opens the registry's page there and listens on
//! a loopback port for the redirect with a code; if that is not possible, the person pastes the code. The code is of
//! use to this app alone, which holds the PKCE verifier (RFC 7636).

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use guildhall_protocol::routes::AUTH_OPENID_START;
use guildhall_protocol::sign_in::{AddressChoice, OpenIdProof, challenge, normalise_code, shown_code};
use http::StatusCode;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use url::Url;

use crate::Client;
use crate::account::second_factor::AwaitsFactor;
use crate::account::whole_code;
use crate::error::{Failure, Result};
use crate::inner::locked;
use crate::settings::ChosenRegistry;
use crate::views::Account;

/// A sign-in in progress in the browser.
pub(crate) struct BrowserSignIn {
    verifier: String,
    /// The code from the redirect or pasted by the person; empty until then.
    code: String,
    listening: Option<Listening>,
}

/// The page on which the person continues to sign in.
#[derive(Clone, Debug)]
pub struct PageToOpen {
    /// The registry's page, for the system's browser.
    pub page: Url,
    /// The code that the page must show. A page with another code belongs to somebody else's sign-in.
    pub code: String,
}

/// A page on a loopback port, served until this is dropped.
struct Listening {
    came_back: watch::Receiver<Option<String>>,
    _end: oneshot::Sender<()>,
}

impl Client {
    /// Starts a sign-in with the registry's provider. Returns the page to open in the browser, and the code that it
    /// will show. With `paste` the sign-in ends with [`Self::paste_code`], otherwise with [`Self::wait_for_browser`].
    ///
    /// # Errors
    /// [`Failure::NotFound`] if the registry has no provider, [`Failure::NoBrowser`] if no port can be opened, and
    /// connection errors.
    pub async fn start_browser_sign_in(&self, paste: bool) -> Result<PageToOpen> {
        let ChosenRegistry { address, facts } = self.registry_now().await?;
        facts.sign_in_with.ok_or(Failure::NotFound)?;
        let verifier = self.inner.env().secret();
        let challenge = challenge(&verifier);
        let page = format!("{address}{AUTH_OPENID_START}");
        let mut page = Url::parse(&page).map_err(|_| Failure::NotAnAddress)?;
        page.query_pairs_mut().append_pair("challenge", &challenge);
        let code = shown_code(&challenge);
        let mut listening = None;
        if !paste {
            let listener = listen().await?;
            let port = listener.local_addr().map_err(no_port)?.port();
            page.query_pairs_mut().append_pair("port", &port.to_string());
            listening = Some(Listening::on(listener, challenge));
        }
        *locked(&self.inner.sign_ins().in_browser) =
            Some(BrowserSignIn { verifier, code: String::new(), listening });
        Ok(PageToOpen { page, code })
    }

    /// PendingReview for the browser's redirect and signs in. `None` if the sign-in is cancelled or started again first.
    ///
    /// # Errors
    /// [`Failure::AddressUnconfirmed`], to be continued with [`Self::confirm_address`]; [`Failure::AddressDiffers`], to
    /// be continued with [`Self::choose_address`]; and errors of the connection and the files.
    pub async fn wait_for_browser(&self) -> Result<Option<Account>> {
        let came_back = locked(&self.inner.sign_ins().in_browser)
            .as_ref()
            .and_then(|begun| begun.listening.as_ref())
            .map(|listening| listening.came_back.clone());
        let Some(mut came_back) = came_back else { return Ok(None) };
        let code = came_back.wait_for(Option::is_some).await.ok().and_then(|code| code.clone());
        match code {
            Some(code) => self.finish_browser_sign_in(&code).await.map(Some),
            None => Ok(None),
        }
    }

    /// Signs in with the code that the browser shows.
    ///
    /// # Errors
    /// Those of [`Self::wait_for_browser`], and [`Failure::CodeRefused`].
    pub async fn paste_code(&self, code: &str) -> Result<Account> {
        self.finish_browser_sign_in(&whole_code(code)?).await
    }

    /// Cancels the sign-in in the browser.
    pub fn cancel_browser_sign_in(&self) {
        *locked(&self.inner.sign_ins().in_browser) = None;
    }

    async fn finish_browser_sign_in(&self, code: &str) -> Result<Account> {
        {
            let mut begun = locked(&self.inner.sign_ins().in_browser);
            let begun = begun.as_mut().ok_or(Failure::CodeRefused)?;
            code.clone_into(&mut begun.code);
        }
        self.verify_proof(AddressChoice::Ask).await
    }

    /// Continues a sign-in that ended in [`Failure::AddressDiffers`]: the account changes to the provider's address, or
    /// keeps its own.
    ///
    /// # Errors
    /// Those of [`Self::wait_for_browser`].
    pub async fn choose_address(&self, use_providers: bool) -> Result<Account> {
        self.verify_proof(if use_providers { AddressChoice::Provider } else { AddressChoice::Keep }).await
    }

    async fn verify_proof(&self, address: AddressChoice) -> Result<Account> {
        let openid = self.proof().ok_or(Failure::CodeRefused)?;
        let api = self.api()?;
        let tokens = api.verify_openid(openid.clone(), address, None).await;
        let tokens = tokens
            .map_err(|error| self.note_awaited(error.into(), AwaitsFactor::Browser { openid, address }))?;
        self.signed_in(api, tokens).await
    }

    /// The proof of who signed in at the provider, once the browser has returned.
    pub(crate) fn proof(&self) -> Option<OpenIdProof> {
        let begun = locked(&self.inner.sign_ins().in_browser);
        let begun = begun.as_ref().filter(|begun| !begun.code.is_empty())?;
        Some(OpenIdProof { code: begun.code.clone(), verifier: begun.verifier.clone() })
    }
}

/// Reachable only from this laptop (RFC 8252 §7.3).
async fn listen() -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", 0)).await.map_err(no_port)
}

fn no_port(error: std::io::Error) -> Failure {
    tracing::warn!(%error, "cannot receive the browser's sign-in");
    Failure::NoBrowser
}

impl Listening {
    fn on(listener: TcpListener, challenge: String) -> Self {
        let (said, came_back) = watch::channel(None);
        let (end, ended) = oneshot::channel();
        let pages = Router::new().route("/", get(take)).with_state(Awaited { challenge, said });
        let serving = axum::serve(listener, pages).with_graceful_shutdown(async {
            // Completes when the sender is dropped.
            let _ = ended.await;
        });
        // Shut down gracefully rather than aborted: its answer to the browser may still be on its way.
        tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::warn!(%error, "cannot receive the browser's sign-in");
            }
        });
        Self { came_back, _end: end }
    }
}

#[derive(Clone)]
struct Awaited {
    challenge: String,
    said: watch::Sender<Option<String>>,
}

#[derive(Deserialize)]
struct Back {
    code: String,
    state: String,
}

/// Accepts the code of a redirect whose `state` is the challenge, which no site other than the registry knows.
async fn take(State(awaited): State<Awaited>, Query(back): Query<Back>) -> (StatusCode, Html<&'static str>) {
    if back.state != awaited.challenge {
        return (StatusCode::NOT_FOUND, Html(""));
    }
    awaited.said.send_replace(Some(normalise_code(&back.code)));
    (StatusCode::OK, Html(PAGE))
}

const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Go back to Guildhall</title>
<meta name=\"viewport\" content=\"width=device-width\"><style>
:root{color-scheme:light dark}
body{font:18px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1.5rem;color:#14342b;background:#faf8f3}
h1{font-size:1.75rem;margin:0 0 1rem}
@media(prefers-color-scheme:dark){body{color:#e9e6dd;background:#12211c}}</style>
<h1>Go back to Guildhall</h1><p>You can close this page. The rest is done in the app.</p>";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_who_knows_the_challenge_is_listened_to() {
        let listener = listen().await.unwrap();
        let page = format!("http://{}/", listener.local_addr().unwrap());
        let listening = Listening::on(listener, "challenge".to_owned());
        let browser = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        let open = async |query: &str| browser.get(format!("{page}{query}")).send().await.unwrap().status();
        assert_eq!(open("").await, 400);
        assert_eq!(open("favicon.ico").await, 404);
        assert_eq!(open("?code=A1B2C3D4&state=made-up").await, 404);
        assert_eq!(*listening.came_back.borrow(), None);
        assert_eq!(open("?code=a1b2-c3d4&state=challenge").await, 200);
        assert_eq!(listening.came_back.borrow().as_deref(), Some("A1B2C3D4"));

        let mut came_back = listening.came_back.clone();
        came_back.mark_unchanged();
        drop(listening);
        came_back.changed().await.unwrap_err();
        assert!(browser.get(&page).send().await.is_err(), "nobody listens any more");
    }
}
