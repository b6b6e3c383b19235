//! Sign-in codes and tokens. Only their hashes are stored.

use guildhall_protocol::sign_in::{CODE_ALPHABET, CODE_LENGTH, Tokens, normalise_code};
use sha2::{Digest as _, Sha256};

use crate::env::Env;
use crate::store::sessions::{ACCESS_LIFE, PairHashes};

/// A new sign-in code.
pub(crate) fn new_code(env: &Env) -> String {
    // The alphabet has 32 characters, so the remainder is not biased.
    let letter = |byte: &u8| char::from(CODE_ALPHABET[usize::from(byte % 32)]);
    env.bytes::<CODE_LENGTH>().iter().map(letter).collect()
}

/// The stored hash of a code, which is valid for this address only.
pub(crate) fn hash_code(email: &str, typed: &str) -> String {
    hash(format!("{email}/{}", normalise_code(typed)).as_bytes())
}

/// The stored hash of a token or another secret that is only compared: SHA-256 in hexadecimal.
pub(crate) fn hash(secret: &[u8]) -> String {
    hex(&Sha256::digest(secret))
}

/// A new token pair and its hashes.
pub(crate) fn new_pair(env: &Env) -> (Tokens, PairHashes) {
    let tokens = Tokens {
        access_token: format!("gha_{}", hex(&env.bytes::<32>())),
        refresh_token: format!("ghr_{}", hex(&env.bytes::<32>())),
        expires_in: u32::try_from(ACCESS_LIFE / 1000).unwrap_or(u32::MAX),
    };
    let hashes = PairHashes {
        access: hash(tokens.access_token.as_bytes()),
        refresh: hash(tokens.refresh_token.as_bytes()),
    };
    (tokens, hashes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
