//! The bodies of the sign-in routes: an email address, then a code typed into the app. A code and not a link,
//! because mail scanners follow links. Or a provider that people sign in with in their browser (OpenID Connect), which
//! gives a code, too: it comes to a port on the laptop by itself, or is pasted where that is not possible.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use crate::ids::StartId;

/// The number of characters of a code.
pub const CODE_LENGTH: usize = 8;
/// What a code is made of: no letter or digit that is easily taken for another (Crockford's base 32).
pub const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The most characters of a laptop's name.
pub const DEVICE: usize = 80;

/// What a person typed, as the registry made it: upper case, no spaces or hyphens, O as 0, I and L as 1.
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

/// `POST /api/v1/auth/email/start`, answered with [`Started`], whether or not the address is known.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Start {
    /// Where the code is to be sent.
    pub email: String,
}

/// A sign-in that was started: its code is good for it alone, and wrong tries of others don't count against it. Older
/// registries answer nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Started {
    /// Comes back with the code.
    pub start: StartId,
}

/// `POST /api/v1/auth/email/verify`, answered with [`Tokens`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Verify {
    /// The address that was given to start.
    pub email: String,
    /// What came in the email.
    pub code: String,
    /// The start that the code was asked for with; older apps don't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartId>,
    /// What the laptop calls itself, so that its person knows it in a list. At most [`DEVICE`] characters are kept.
    #[serde(default)]
    pub device: String,
    /// Someone at a provider, who is known there as this person from now on. Where it is of no use any more, nothing
    /// comes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<OpenIdProof>,
    /// A code of the person's second factor. Where they have one and this is missing or wrong, the answer is
    /// [`SecondFactorRequired`] and the same is sent again with it.
    ///
    /// [`SecondFactorRequired`]: crate::Code::SecondFactorRequired
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<String>,
}

/// What shows that it was this app whose person signed in at the provider.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct OpenIdProof {
    /// What the browser came back with.
    pub code: String,
    /// That of which the start was given the [`challenge`].
    pub verifier: String,
}

impl std::fmt::Debug for OpenIdProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenIdProof(…)")
    }
}

/// `POST /api/v1/auth/openid/verify`, answered with [`Tokens`]; with [`AddressUnconfirmed`] where an email code has to
/// come first, in a [`Verify`] that has the same proof; with [`AddressDiffers`] where its person has to say which of two
/// addresses is theirs, after which the same is sent again with their [`AddressChoice`].
///
/// [`AddressUnconfirmed`]: crate::Code::AddressUnconfirmed
/// [`AddressDiffers`]: crate::Code::AddressDiffers
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct OpenIdVerify {
    /// Who it is.
    pub openid: OpenIdProof,
    /// What the laptop calls itself. At most [`DEVICE`] characters are kept.
    #[serde(default)]
    pub device: String,
    /// A code of the person's second factor, as in [`Verify`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<String>,
    /// Which address is theirs where the provider vouches for another one; older apps don't say, and can't ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressChoice>,
}

/// Whose word counts on someone's address, where a provider vouches for another one than their account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AddressChoice {
    /// Nobody has been asked yet: the app can ask.
    Ask,
    /// The account's: it stays as it is.
    Keep,
    /// The provider's: it is the account's from now on.
    Provider,
}

/// The two addresses of someone whom a provider has named, in a problem with the code `address_differs`. Only an app that
/// has shown an [`OpenIdProof`] is told them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct DifferentAddresses {
    /// Their account's.
    pub account: String,
    /// The one that the provider vouches for.
    pub provider: String,
    /// Another account has the provider's, so that it can't be theirs here.
    #[serde(default)]
    pub taken: bool,
}

/// The challenge of a verifier (RFC 7636, S256).
pub fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The code that the app and the registry's page both show while somebody signs in with a provider, so that its person
/// sees that the page is their app's: of the [`challenge`], which both know. It looks like a code that is typed in, and
/// is no secret.
pub fn shown_code(challenge: &str) -> String {
    let hash = Sha256::digest(format!("guildhall shown code/{challenge}"));
    // The alphabet has 32 letters, so each is as likely as any other.
    let letter = |byte: &u8| char::from(CODE_ALPHABET[usize::from(byte % 32)]);
    let code: String = hash.iter().take(CODE_LENGTH).map(letter).collect();
    in_halves(&code)
}

/// A code as people read it: `ABCD-EFGH`.
pub fn in_halves(code: &str) -> String {
    match code.split_at_checked(code.len() / 2) {
        Some((first, last)) => format!("{first}-{last}"),
        None => code.to_owned(),
    }
}

/// Can it be a [`challenge`]?
pub fn is_challenge(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == Sha256::output_size())
}

/// `POST /api/v1/auth/token` (answered with [`Tokens`]) and `/auth/revoke` (answered 204).
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Refresh {
    /// The last one that was given; each can be used once.
    pub refresh_token: String,
}

/// What a session is made of. Has no Debug, so that none can reach a log by accident.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// Goes with each request as `Authorization: Bearer` (RFC 6750).
    pub access_token: String,
    /// Gives the next pair.
    pub refresh_token: String,
    /// How long the access token lasts, in seconds.
    pub expires_in: u32,
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(super::normalise_code(" ab0l-o1 xy\n"), "AB0101XY");
    }

    /// Both ends must come to the same code, whatever their versions.
    #[test]
    fn the_code_that_is_shown_stays_the_same() {
        assert_eq!(super::shown_code("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), "0XDX-TXYD");
        assert_ne!(super::shown_code("a"), super::shown_code("b"));
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_that_of_the_standard() {
        let challenge = super::challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(super::is_challenge(&challenge));
        for none in ["", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw", &challenge.replace('-', "+")] {
            assert!(!super::is_challenge(none), "{none}");
        }
    }
}
