//! The bodies of the sign-in routes. People sign in with an email address and a code that they type into the app (not a
//! link, because mail scanners follow links), or with a provider in their browser (OpenID Connect). The provider's code
//! reaches a port on the laptop by itself, or is pasted where that is not possible.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use crate::ids::StartId;

/// The number of characters in a code.
pub const CODE_LENGTH: usize = 8;
/// The characters of a code: no letter or digit that is easily mistaken for another (Crockford's base 32).
pub const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The most characters of a laptop's name.
pub const DEVICE: usize = 80;

/// A typed code in the form in which the registry made it: upper case, no spaces or hyphens, O as 0, I and L as 1.
pub fn normalise_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// `POST /api/v1/auth/email/start`, answered with [`Started`] whether or not the address is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Start {
    /// The address to which the code is sent.
    pub email: String,
}

/// A sign-in that has begun. Its code is valid for this sign-in alone, and other people's wrong attempts do not count
/// against it. Older registries send no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Started {
    /// Sent back with the code.
    pub start: StartId,
}

/// `POST /api/v1/auth/email/verify`, answered with [`Tokens`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Verify {
    /// The address given at the start.
    pub email: String,
    /// The code from the email.
    pub code: String,
    /// The sign-in for which the code was requested; absent from older apps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartId>,
    /// The laptop's name, by which its owner recognises it in a list. At most [`DEVICE`] characters are stored.
    #[serde(default)]
    pub device: String,
    /// Proof of a sign-in at a provider, to link with this person from now on. Ignored if it is no longer valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<OpenIdProof>,
    /// A code of the person's second factor. Where they have one and this is missing or wrong, the answer is
    /// [`SecondFactorRequired`], and the app sends the same request again with a code.
    ///
    /// [`SecondFactorRequired`]: crate::Code::SecondFactorRequired
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<String>,
}

/// Proof that this app began the sign-in that the person completed at the provider.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct OpenIdProof {
    /// The code that the browser brought back.
    pub code: String,
    /// The verifier whose [`challenge`] was given at the start.
    pub verifier: String,
}

impl std::fmt::Debug for OpenIdProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenIdProof(…)")
    }
}

/// `POST /api/v1/auth/openid/verify`, answered with [`Tokens`]. The answer is [`AddressUnconfirmed`] where a code by
/// email must come first: a [`Verify`] with the same proof. It is [`AddressDiffers`] where the person must say which of
/// two addresses is theirs: the app then sends the same request again with their [`AddressChoice`].
///
/// [`AddressUnconfirmed`]: crate::Code::AddressUnconfirmed
/// [`AddressDiffers`]: crate::Code::AddressDiffers
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct OpenIdVerify {
    /// Proof of the sign-in at the provider.
    pub openid: OpenIdProof,
    /// The laptop's name. At most [`DEVICE`] characters are stored.
    #[serde(default)]
    pub device: String,
    /// A code of the person's second factor, as in [`Verify`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<String>,
    /// Which address to use where the provider vouches for a different one; absent from older apps, which cannot ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressChoice>,
}

/// Which address an account is to have, where the provider vouches for a different one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AddressChoice {
    /// The person has not been asked yet; the app can ask.
    Ask,
    /// Keep the account's address.
    Keep,
    /// Change the account to the provider's address.
    Provider,
}

/// The two addresses of a person whom a provider has identified, in a problem with the code `address_differs`. Sent
/// only to an app that has shown an [`OpenIdProof`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct DifferentAddresses {
    /// The account's address.
    pub account: String,
    /// The address for which the provider vouches.
    pub provider: String,
    /// Whether another account already has the provider's address, so that it cannot be used here.
    #[serde(default)]
    pub taken: bool,
}

/// The PKCE challenge of a verifier (RFC 7636, S256).
pub fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The code that the app and the registry's page both show during a sign-in with a provider, so that the person can see
/// that the page belongs to their app. It is derived from the [`challenge`], which both know, looks like a code that is
/// typed in, and is not secret.
pub fn shown_code(challenge: &str) -> String {
    let hash = Sha256::digest(format!("guildhall shown code/{challenge}"));
    // The alphabet has 32 letters, so each is equally likely.
    let letter = |byte: &u8| char::from(CODE_ALPHABET[usize::from(byte % 32)]);
    let code: String = hash.iter().take(CODE_LENGTH).map(letter).collect();
    grouped(&code)
}

/// A code in the form in which people read it: `ABCD-EFGH`.
pub fn grouped(code: &str) -> String {
    match code.split_at_checked(code.len() / 2) {
        Some((first, last)) => format!("{first}-{last}"),
        None => code.to_owned(),
    }
}

/// Whether the text has the form of a [`challenge`].
pub fn is_challenge(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == Sha256::output_size())
}

/// `POST /api/v1/auth/token` (answered with [`Tokens`]) and `/auth/revoke` (answered 204).
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Refresh {
    /// The latest refresh token; each can be used once.
    pub refresh_token: String,
}

/// A session's tokens. There is no Debug, so that none reaches a log by accident.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// Sent with each request as `Authorization: Bearer` (RFC 6750).
    pub access_token: String,
    /// Exchanged for the next pair of tokens.
    pub refresh_token: String,
    /// How long the access token is valid, in seconds.
    pub expires_in: u32,
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(super::normalise_code(" ab0l-o1 xy\n"), "AB0101XY");
    }

    /// Both ends must derive the same code, whatever their versions.
    #[test]
    fn the_code_that_is_shown_stays_the_same() {
        assert_eq!(super::shown_code("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), "0XDX-TXYD");
        assert_ne!(super::shown_code("a"), super::shown_code("b"));
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_matches_the_standard() {
        let challenge = super::challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(super::is_challenge(&challenge));
        for none in ["", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw", &challenge.replace('-', "+")] {
            assert!(!super::is_challenge(none), "{none}");
        }
    }
}
