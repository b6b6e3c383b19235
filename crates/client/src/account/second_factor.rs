//! The second step of signing in. Its secret and its recovery codes pass through to the window that shows them, and stay
//! nowhere on this laptop but in a file that their person asked for.

use std::path::PathBuf;

use guildhall_protocol::second_factor::{FactorCode, NewFactor, RecoveryCodes, SecondFactor};
use guildhall_protocol::sign_in::{AddressChoice, OpenIdProof, StartId, normalise_code};
use guildhall_protocol::{CouncilCode, PersonId, routes};
use http::Method;
use qrcode::QrCode;
use qrcode::render::svg;

use crate::drafts::write_file;
use crate::error::{Failure, Result};
use crate::views::{Account, NewSecondFactor};
use crate::{Client, locked};

/// A sign-in of which everything is right but the code of the second factor, which is still to come. In memory only.
#[derive(Clone)]
pub(crate) enum AwaitsFactor {
    Email { email: String, code: String, start: Option<StartId>, openid: Option<OpenIdProof> },
    Browser { openid: OpenIdProof, address: AddressChoice },
}

impl Client {
    /// Goes on with a sign-in that ended in [`Failure::SecondFactorNeeded`], with a code of an authenticator app or a
    /// recovery code.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`] again for a code that is wrong, old or used, [`Failure::TooManyTries`],
    /// [`Failure::CodeRefused`] where the sign-in has become too old, and those of the connection and the files.
    pub async fn sign_in_with_second_factor(&self, code: &str) -> Result<Account> {
        let awaits = locked(&self.inner.awaits_factor).clone().ok_or(Failure::CodeRefused)?;
        let (api, code) = (self.api()?, Some(tidied(code)));
        let tokens = match awaits {
            AwaitsFactor::Email { email, code: by_email, start, openid } => {
                api.verify_sign_in(&email, &by_email, start, openid, code).await
            }
            AwaitsFactor::Browser { openid, address } => api.verify_openid(openid, address, code).await,
        };
        let tokens = tokens?;
        *locked(&self.inner.awaits_factor) = None;
        self.signed_in(api, tokens).await
    }

    /// Remembers a sign-in that lacks a code of the second factor, where that is what is wrong with it.
    pub(crate) fn note_awaited(&self, failure: Failure, sign_in: AwaitsFactor) -> Failure {
        if failure == Failure::SecondFactorNeeded {
            *locked(&self.inner.awaits_factor) = Some(sign_in);
        }
        failure
    }

    /// Where this person's second factor stands.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn second_factor(&self) -> Result<SecondFactor> {
        self.inner.ask(Method::GET, routes::SECOND_FACTOR, ()).await
    }

    /// Says at once where a code has to be given before what does the most harm in the wrong hands.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`], and those of the connection.
    pub async fn look_at_second_factor(&self) -> Result<()> {
        match self.second_factor().await?.asked {
            true => Err(Failure::SecondFactorNeeded),
            false => Ok(()),
        }
    }

    /// Gives a code of it in this session.
    ///
    /// # Errors
    /// [`Failure::CodeRefused`], [`Failure::TooManyTries`], and those of the connection.
    pub async fn give_second_factor(&self, code: &str) -> Result<()> {
        let code = FactorCode { code: tidied(code) };
        self.inner.send(Method::POST, routes::SECOND_FACTOR_VERIFY, code).await
    }

    /// Begins to set one up: what an authenticator app is told.
    ///
    /// # Errors
    /// Those of the connection, and [`Failure::SecondFactorNeeded`] where there is one already.
    pub async fn begin_second_factor(&self) -> Result<NewSecondFactor> {
        let NewFactor { secret, uri } = self.inner.ask(Method::POST, routes::SECOND_FACTOR, ()).await?;
        let qr = picture_of(&uri)?;
        Ok(NewSecondFactor { secret: in_fours(&secret), qr })
    }

    /// Has it count, by the first code from it, and gives the recovery codes.
    ///
    /// # Errors
    /// [`Failure::CodeRefused`], and those of the connection.
    pub async fn confirm_second_factor(&self, code: &str) -> Result<Vec<String>> {
        let code = FactorCode { code: tidied(code) };
        let codes: RecoveryCodes = self.inner.ask(Method::PUT, routes::SECOND_FACTOR, code).await?;
        // A role that rested does so no longer. The window has to show the codes, whatever becomes of this question.
        if let Err(error) = self.inner.refresh_me().await {
            tracing::warn!(%error, "asking anew who is signed in");
        }
        self.inner.wake.notify_one();
        Ok(codes.codes)
    }

    /// Makes new recovery codes, in the place of all earlier ones.
    ///
    /// # Errors
    /// Those of the connection, and [`Failure::SecondFactorNeeded`].
    pub async fn new_recovery_codes(&self) -> Result<Vec<String>> {
        let codes: RecoveryCodes = self.inner.ask(Method::POST, routes::RECOVERY_CODES, ()).await?;
        Ok(codes.codes)
    }

    /// Writes recovery codes into a file.
    ///
    /// # Errors
    /// Where it can't be written.
    pub async fn save_recovery_codes(&self, codes: &[String], to: PathBuf) -> Result<()> {
        write_file(to, format!("{}\n", codes.join("\n")).into_bytes()).await
    }

    /// Turns it off.
    ///
    /// # Errors
    /// Those of the connection, [`Failure::SecondFactorNeeded`], and [`Failure::NotAllowed`] where a role asks for it.
    pub async fn turn_off_second_factor(&self) -> Result<()> {
        self.inner.send(Method::DELETE, routes::SECOND_FACTOR, ()).await
    }

    /// Calls off a reset of one's own that a lead has asked for.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn call_off_my_factor_reset(&self) -> Result<()> {
        self.inner.send(Method::DELETE, routes::MY_FACTOR_RESET, ()).await
    }

    /// Has somebody's reset: after a day for a lead, at once for a coordinator.
    ///
    /// # Errors
    /// Those of the connection, [`Failure::SecondFactorNeeded`], and where this person may not.
    pub async fn reset_second_factor(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        self.inner.send(Method::POST, &reset_of(council, person), ()).await
    }

    /// Calls that off.
    ///
    /// # Errors
    /// Those of the connection, and where this person may not.
    pub async fn call_off_factor_reset(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        self.inner.send(Method::DELETE, &reset_of(council, person), ()).await
    }
}

fn reset_of(council: &CouncilCode, person: PersonId) -> String {
    routes::with(routes::FACTOR_RESET, &[council.as_str(), &person.to_string()])
}

/// A code as it is sent: an authenticator app's, or a recovery code, however it was typed.
fn tidied(typed: &str) -> String {
    normalise_code(typed)
}

fn in_fours(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// A picture of that text for the window, made here: nothing is loaded for it. Dark on light whatever the window's
/// colours, as many cameras read no other.
fn picture_of(text: &str) -> Result<String> {
    let code = QrCode::new(text).map_err(|error| {
        tracing::error!(%error, "a QR code");
        Failure::Internal
    })?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .dark_color(svg::Color("#000000"))
        .light_color(svg::Color("#ffffff"))
        .build();
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_of_a_code_loads_nothing() {
        let picture =
            picture_of("otpauth://totp/Guildhall:sam%40barchester.example?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert!(picture.contains("<svg") && picture.contains("<path"), "{picture}");
        for loads in ["href", "url(", "<image", "<script"] {
            assert!(!picture.contains(loads), "{loads}");
        }
    }

    #[test]
    fn a_secret_is_shown_as_it_can_be_typed() {
        assert_eq!(in_fours("GEZDGNBVGY3TQOJQ"), "GEZD GNBV GY3T QOJQ");
        assert_eq!(tidied(" 287 082 "), "287082");
        assert_eq!(tidied("ab0l-2345"), "AB012345");
    }
}
