//! Access to the registry: the transport, the typed API, the session with its tokens, and the keychain.

pub(crate) mod api;
pub(crate) mod keychain;
pub(crate) mod session;
pub(crate) mod transport;
