//! The second factor. Its secret and recovery codes are passed to the window that shows them, and are not stored on
//! this laptop unless the person saves the recovery codes to a file.

use std::path::PathBuf;

use guildhall_protocol::second_factor::{FactorCode, NewFactor, RecoveryCodes, SecondFactor};
use guildhall_protocol::sign_in::{AddressChoice, OpenIdProof, StartId, normalise_code};
use guildhall_protocol::{CouncilCode, PersonId, routes};
use http::Method;
use qrcode::QrCode;
use qrcode::render::svg;

use crate::Client;
use crate::drafts::write_file;
use crate::error::{Failure, Result};
use crate::inner::locked;
use crate::views::{Account, NewSecondFactor};

/// A sign-in that lacks only a second-factor code. Kept in memory only.
#[derive(Clone)]
pub(crate) enum AwaitsFactor {
    Email { email: String, code: String, start: Option<StartId>, openid: Option<OpenIdProof> },
    Browser { openid: OpenIdProof, address: AddressChoice },
}

impl Client {
    /// Continues a sign-in that ended in [`Failure::SecondFactorNeeded`], with an authenticator app's code or a
    /// recovery code.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`] again if the code is wrong, expired or used, [`Failure::TooManyTries`],
    /// [`Failure::CodeRefused`] if the sign-in has expired, and errors of the connection and the files.
    pub async fn sign_in_with_second_factor(&self, code: &str) -> Result<Account> {
        let awaits = locked(&self.inner.sign_ins().awaiting_factor).clone().ok_or(Failure::CodeRefused)?;
        let (api, code) = (self.api()?, Some(tidied(code)));
        let tokens = match awaits {
            AwaitsFactor::Email { email, code: by_email, start, openid } => {
                api.verify_sign_in(&email, &by_email, start, openid, code).await
            }
            AwaitsFactor::Browser { openid, address } => api.verify_openid(openid, address, code).await,
        };
        let tokens = tokens?;
        *locked(&self.inner.sign_ins().awaiting_factor) = None;
        self.signed_in(api, tokens).await
    }

    /// Remembers a sign-in that failed only for want of a second-factor code.
    pub(crate) fn note_awaited(&self, failure: Failure, sign_in: AwaitsFactor) -> Failure {
        if failure == Failure::SecondFactorNeeded {
            *locked(&self.inner.sign_ins().awaiting_factor) = Some(sign_in);
        }
        failure
    }

    /// The state of this person's second factor.
    ///
    /// # Errors
    /// Connection errors.
    pub async fn second_factor(&self) -> Result<SecondFactor> {
        self.inner.ask(Method::GET, routes::SECOND_FACTOR, ()).await
    }

    /// Checks early whether a second-factor code has to be given before one of the most sensitive actions.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`], and connection errors.
    pub async fn require_second_factor(&self) -> Result<()> {
        match self.second_factor().await?.asked {
            true => Err(Failure::SecondFactorNeeded),
            false => Ok(()),
        }
    }

    /// Verifies a second-factor code for this session.
    ///
    /// # Errors
    /// [`Failure::CodeRefused`], [`Failure::TooManyTries`], and connection errors.
    pub async fn verify_second_factor(&self, code: &str) -> Result<()> {
        let code = FactorCode { code: tidied(code) };
        self.inner.send(Method::POST, routes::SECOND_FACTOR_VERIFY, code).await
    }

    /// Starts to set up a second factor. Returns the secret for an authenticator app.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`] if there is one already, and connection errors.
    pub async fn begin_second_factor(&self) -> Result<NewSecondFactor> {
        let NewFactor { secret, uri } = self.inner.ask(Method::POST, routes::SECOND_FACTOR, ()).await?;
        let qr = picture_of(&uri)?;
        Ok(NewSecondFactor { secret: grouped(&secret), qr })
    }

    /// Activates the second factor with its first code. Returns the recovery codes.
    ///
    /// # Errors
    /// [`Failure::CodeRefused`], and connection errors.
    pub async fn confirm_second_factor(&self, code: &str) -> Result<Vec<String>> {
        let code = FactorCode { code: tidied(code) };
        let codes: RecoveryCodes = self.inner.ask(Method::PUT, routes::SECOND_FACTOR, code).await?;
        // A role that was suspended for want of a second factor is active again. The codes must be returned even if
        // this request fails.
        if let Err(error) = self.inner.refresh_me().await {
            tracing::warn!(%error, "cannot fetch the account");
        }
        self.inner.wake_sync();
        Ok(codes.codes)
    }

    /// Replaces all recovery codes with new ones.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`], and connection errors.
    pub async fn new_recovery_codes(&self) -> Result<Vec<String>> {
        let codes: RecoveryCodes = self.inner.ask(Method::POST, routes::RECOVERY_CODES, ()).await?;
        Ok(codes.codes)
    }

    /// Saves recovery codes to a file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub async fn save_recovery_codes(&self, codes: &[String], to: PathBuf) -> Result<()> {
        write_file(to, format!("{}\n", codes.join("\n")).into_bytes()).await
    }

    /// Turns the second factor off.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`], [`Failure::NotAllowed`] if a role requires one, and connection errors.
    pub async fn turn_off_second_factor(&self) -> Result<()> {
        self.inner.send(Method::DELETE, routes::SECOND_FACTOR, ()).await
    }

    /// Cancels a reset of this person's second factor that a lead asked for.
    ///
    /// # Errors
    /// Connection errors.
    pub async fn cancel_my_factor_reset(&self) -> Result<()> {
        self.inner.send(Method::DELETE, routes::MY_FACTOR_RESET, ()).await
    }

    /// Resets another person's second factor: after a day if a lead asks, at once if a coordinator does.
    ///
    /// # Errors
    /// [`Failure::SecondFactorNeeded`], an error if this person may not reset it, and connection errors.
    pub async fn reset_second_factor(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        self.inner.send(Method::POST, &reset_of(council, person), ()).await
    }

    /// Cancels the reset of another person's second factor.
    ///
    /// # Errors
    /// An error if this person may not cancel it, and connection errors.
    pub async fn cancel_factor_reset(&self, council: &CouncilCode, person: PersonId) -> Result<()> {
        self.inner.send(Method::DELETE, &reset_of(council, person), ()).await
    }
}

fn reset_of(council: &CouncilCode, person: PersonId) -> String {
    routes::with(routes::FACTOR_RESET, &[council.as_str(), &person.to_string()])
}

/// Normalises a code of either kind: an authenticator app's or a recovery code.
fn tidied(typed: &str) -> String {
    normalise_code(typed)
}

fn grouped(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// Renders text as a QR code. It is generated here, so that the window loads nothing for it, and dark on light whatever
/// the theme, as many cameras read no other.
fn picture_of(text: &str) -> Result<String> {
    let code = QrCode::new(text).map_err(|error| {
        tracing::error!(%error, "cannot draw the QR code");
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
        assert_eq!(grouped("GEZDGNBVGY3TQOJQ"), "GEZD GNBV GY3T QOJQ");
        assert_eq!(tidied(" 287 082 "), "287082");
        assert_eq!(tidied("ab0l-2345"), "AB012345");
    }
}
