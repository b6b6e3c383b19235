//! The key that seals secrets (XChaCha20-Poly1305). It is outside the database, so that neither a copy of the database
//! nor a backup holds the secrets that codes are made from. Without the key, codes cannot be checked any more. Recovery
//! codes can, as only their hashes are stored.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chacha20poly1305::aead::{Aead as _, Key, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use guildhall_protocol::PersonId;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::files;
use crate::secrets::{hash, hex};

const BYTES: usize = 32;
const NONCE: usize = 24;
/// The length of a key's id, in characters of its hash.
const NAME: usize = 16;

/// A file with a key, created when there is something to seal. Clones share it.
pub(crate) struct KeyFile {
    file: PathBuf,
    key: OnceLock<SealingKey>,
}

/// A key. Its `Debug` output does not contain it.
#[derive(Clone)]
pub(crate) struct SealingKey {
    cipher: XChaCha20Poly1305,
    name: String,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.name)
    }
}

impl KeyFile {
    pub(crate) fn at(file: PathBuf) -> Self {
        Self { file, key: OnceLock::new() }
    }

    /// The key. Creates the file if there is none.
    pub(crate) fn key_or_new(&self, env: &Env) -> Result<SealingKey> {
        if let Some(key) = self.key()? {
            return Ok(key);
        }
        make(&self.file, env).map_err(|error| self.unusable(&error))?;
        self.key()?.ok_or_else(|| self.unusable(&io::Error::from(ErrorKind::NotFound)))
    }

    /// The key, or none without a file.
    pub(crate) fn key(&self) -> Result<Option<SealingKey>> {
        if let Some(key) = self.key.get() {
            return Ok(Some(key.clone()));
        }
        let text = match files::tighten(&self.file).and_then(|()| std::fs::read_to_string(&self.file)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unusable(&error)),
        };
        let key = from_hex(text.trim())
            .filter(|bytes| bytes.len() == BYTES)
            .and_then(|bytes| SealingKey::new(&bytes))
            .ok_or_else(|| self.unusable(&io::Error::other("it is no key: 64 hexadecimal digits")))?;
        Ok(Some(self.key.get_or_init(|| key).clone()))
    }

    fn unusable(&self, error: &io::Error) -> Error {
        Error::Damaged(format!("the second factors' key {}: {error}", self.file.display()))
    }
}

/// Writes the file whole or not at all. If another process creates it at the same moment, that one counts.
fn make(file: &Path, env: &Env) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let mut part = tempfile::NamedTempFile::new_in(folder)?;
    part.write_all(hex(&env.bytes::<BYTES>()).as_bytes())?;
    part.as_file().sync_all()?;
    match part.persist_noclobber(file) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

impl SealingKey {
    fn new(bytes: &[u8]) -> Option<Self> {
        let key: &Key<XChaCha20Poly1305> = bytes.try_into().ok()?;
        let name = hash(bytes).chars().take(NAME).collect();
        Some(Self { cipher: XChaCha20Poly1305::new(key), name })
    }

    /// Seals a secret for one person. It cannot be opened for anyone else.
    pub(crate) fn seal(&self, env: &Env, person: PersonId, secret: &[u8]) -> Result<String> {
        let nonce = env.bytes::<NONCE>();
        let person = person.to_string();
        let payload = Payload { msg: secret, aad: person.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::Damaged("a secret that cannot be sealed".to_owned()))?;
        Ok(format!("{}.{}.{}", self.name, hex(&nonce), hex(&sealed)))
    }

    /// Opens a sealed secret.
    ///
    /// # Errors
    /// If another key sealed it, or it is another person's.
    pub(crate) fn open(&self, person: PersonId, sealed: &str) -> Result<Vec<u8>> {
        let mut parts = sealed.split('.');
        let (name, nonce, sealed) = (parts.next(), parts.next(), parts.next());
        if name != Some(self.name.as_str()) {
            return Err(Error::Damaged("a second factor was sealed with another key".to_owned()));
        }
        let nonce: Option<[u8; NONCE]> = nonce.and_then(from_hex).and_then(|nonce| nonce.try_into().ok());
        let person = person.to_string();
        let opened = nonce.zip(sealed.and_then(from_hex)).and_then(|(nonce, sealed)| {
            let payload = Payload { msg: &sealed, aad: person.as_bytes() };
            self.cipher.decrypt(&XNonce::from(nonce), payload).ok()
        });
        opened.ok_or_else(|| Error::Damaged("a sealed second factor".to_owned()))
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_the_same_key_opens_what_it_sealed_for_a_person() {
        let (folder, env) = (tempfile::tempdir().unwrap(), Env::real());
        let file = KeyFile::at(folder.path().join("key"));
        assert!(file.key().unwrap().is_none(), "there is none before it is needed");
        let key = file.key_or_new(&env).unwrap();
        let [sam, kim] = [1, 2].map(|id| PersonId(Uuid::from_u128(id)));
        let sealed = key.seal(&env, sam, b"a secret").unwrap();
        assert!(!sealed.contains(&hex(b"a secret")));
        assert_ne!(sealed, key.seal(&env, sam, b"a secret").unwrap(), "it doesn't tell what is the same");
        // Another process, which reads the same file.
        let again = KeyFile::at(folder.path().join("key")).key_or_new(&env).unwrap();
        assert_eq!(again.open(sam, &sealed).unwrap(), b"a secret");
        assert!(again.open(kim, &sealed).is_err(), "nobody can be given another's");
        let other = KeyFile::at(folder.path().join("other")).key_or_new(&env).unwrap();
        assert!(other.open(sam, &sealed).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = folder.path().join("key").metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(folder.path().join("no"), "no key").unwrap();
        assert!(KeyFile::at(folder.path().join("no")).key_or_new(&env).is_err(), "it isn't written over");
    }
}
