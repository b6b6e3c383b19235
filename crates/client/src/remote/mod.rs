//! The registry as the laptop reaches it: the transport, what can be asked, the session with its tokens, and the keychain.

pub(crate) mod api;
pub(crate) mod keychain;
pub(crate) mod session;
pub(crate) mod transport;
