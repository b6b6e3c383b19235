//! A person's session and its tokens. Access tokens are short-lived and kept in memory; the refresh token is in the
//! keychain. A network fault never signs anyone out: only the registry can end a session.

use std::time::Duration;

use guildhall_protocol::sign_in::Tokens;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::env::Env;
use crate::remote::api::{Api, ApiError, ApiResult};
use crate::remote::keychain::Profile;
use crate::remote::transport::TransportError;
use crate::views::Session;

/// An access token that expires within this time is refreshed before use.
const MARGIN: Duration = Duration::from_secs(30);

/// One person's session at one registry.
pub(crate) struct Credentials {
    env: Env,
    api: Api,
    profile: Profile,
    // Locked throughout a refresh: using one refresh token twice would look like theft.
    tokens: Mutex<State>,
}

#[derive(Default)]
struct State {
    access: Option<(String, Timestamp)>,
    refresh: Option<String>,
    kept: bool,
    looked: bool,
    ended: bool,
}

impl Credentials {
    /// A session from an earlier run, whose refresh token may be in the keychain.
    pub(crate) fn remembered(env: Env, api: Api, profile: Profile) -> Self {
        Self { env, api, profile, tokens: Mutex::default() }
    }

    /// A session that has just begun.
    pub(crate) async fn begun(env: Env, api: Api, profile: Profile, tokens: Tokens) -> Self {
        let credentials = Self::remembered(env, api, profile);
        let mut state = credentials.tokens.lock().await;
        credentials.keep(&mut state, tokens).await;
        drop(state);
        credentials
    }

    /// How long the session will last, as far as is known without asking the registry.
    pub(crate) async fn session(&self) -> Session {
        let mut state = self.tokens.lock().await;
        self.look(&mut state).await;
        match &*state {
            State { ended: true, .. } | State { refresh: None, .. } => Session::Ended,
            State { kept: true, .. } => Session::InKeychain,
            _ => Session::UntilClosed,
        }
    }

    /// An access token for the next request.
    ///
    /// # Errors
    /// [`ApiError::Problem`] with a sign-in code if the session has ended.
    pub(crate) async fn token(&self) -> ApiResult<String> {
        let mut state = self.tokens.lock().await;
        let now = self.env.clock.now();
        if let Some((token, until)) = &state.access
            && *until > now + MARGIN
        {
            return Ok(token.clone());
        }
        self.exchange(&mut state).await
    }

    /// Another token than the one refused: refreshed, unless another request has done so already.
    pub(crate) async fn token_instead_of(&self, refused: &str) -> ApiResult<String> {
        let mut state = self.tokens.lock().await;
        match &state.access {
            Some((token, _)) if token != refused => Ok(token.clone()),
            _ => self.exchange(&mut state).await,
        }
    }

    /// Ends the session, also at the registry if it can be reached.
    pub(crate) async fn end(&self) {
        let mut state = self.tokens.lock().await;
        self.look(&mut state).await;
        if let Some(refresh) = state.refresh.take()
            && let Err(error) = self.api.revoke(&refresh).await
        {
            tracing::info!(%error, "cannot tell the registry of the sign-out: the session expires there by itself");
        }
        self.profile.forget().await;
        *state = State { looked: true, ended: true, ..State::default() };
    }

    async fn look(&self, state: &mut State) {
        if !state.looked {
            state.refresh = self.profile.get().await;
            state.kept = state.refresh.is_some();
            state.looked = true;
        }
    }

    async fn exchange(&self, state: &mut State) -> ApiResult<String> {
        self.look(state).await;
        let refresh = state.refresh.clone().filter(|_| !state.ended).ok_or_else(ended)?;
        match self.api.refresh(&refresh).await {
            Ok(tokens) => Ok(self.keep(state, tokens).await),
            Err(error) => {
                if is_ended(&error) {
                    state.ended = true;
                    state.access = None;
                }
                Err(error)
            }
        }
    }

    async fn keep(&self, state: &mut State, tokens: Tokens) -> String {
        state.kept = self.profile.set(tokens.refresh_token.clone()).await;
        state.refresh = Some(tokens.refresh_token);
        state.looked = true;
        state.ended = false;
        let until = self.env.clock.now() + Duration::from_secs(tokens.expires_in.into());
        state.access = Some((tokens.access_token.clone(), until));
        tokens.access_token
    }
}

fn ended() -> ApiError {
    let problem =
        guildhall_protocol::Problem::new(guildhall_protocol::Code::SessionRevoked, "the session has ended");
    ApiError::Problem(Box::new(problem))
}

/// Whether an error means that the session has ended.
pub(crate) fn is_ended(error: &ApiError) -> bool {
    matches!(error, ApiError::Problem(problem) if problem.retry == guildhall_protocol::Retry::AfterSignIn)
}

/// Sends a request with an access token, and once more with a fresh one if the registry no longer accepts the first.
pub(crate) async fn with_token<T, F, A>(credentials: Option<&Credentials>, request: F) -> ApiResult<T>
where
    F: Fn(Option<String>) -> A,
    A: Future<Output = ApiResult<T>>,
{
    let Some(credentials) = credentials else { return request(None).await };
    let token = credentials.token().await?;
    with_this_token(credentials, token, |token| request(Some(token))).await
}

/// As [`with_token`], but with a token already at hand.
pub(crate) async fn with_this_token<T, F, A>(
    credentials: &Credentials,
    token: String,
    request: F,
) -> ApiResult<T>
where
    F: Fn(String) -> A,
    A: Future<Output = ApiResult<T>>,
{
    match request(token.clone()).await {
        Err(error) if is_ended(&error) => {
            let again = async { request(credentials.token_instead_of(&token).await?).await };
            // The first request reached the registry, so a failure to connect now counts as a lost answer.
            again.await.map_err(|error| match error {
                ApiError::Transport(TransportError::Unreachable) => TransportError::Lost.into(),
                other => other,
            })
        }
        other => other,
    }
}
