//! The cookie that binds a sign-in to the browser in which it was started. The page sets the cookie, its form proves
//! that it came from that page, and the request back from the provider must carry it. So nobody can make another
//! person's browser finish a sign-in that they started in their own (RFC 9700 §4.7).

use http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use crate::env::Env;
use crate::secrets;

/// The cookie's name and protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// For a registry at https. No other host and no unencrypted connection can set a cookie of this name (RFC 6265bis
    /// §4.1.3.2).
    Secure,
    /// For a registry at http, which can only be on the same machine, in development and in tests. A `__Host-` cookie
    /// must be `Secure`, and not every browser accepts that over http.
    Loopback,
}

impl Cookie {
    fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-guildhall-sign-in",
            Self::Loopback => "guildhall-sign-in",
        }
    }

    /// Sets the cookie until the browser closes. `Lax` and not `Strict`, as the browser comes back from the provider's
    /// site.
    pub(crate) fn set(self, secret: &BrowserSecret) -> String {
        self.with(&secret.0)
    }

    /// Deletes the cookie.
    pub(crate) fn clear(self) -> String {
        format!("{}; Max-Age=0", self.with(""))
    }

    fn with(self, value: &str) -> String {
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Loopback => "",
        };
        format!("{}={value}; Path=/{secure}; HttpOnly; SameSite=Lax", self.name())
    }
}

/// The value of one browser's cookie.
#[derive(Clone)]
pub(crate) struct BrowserSecret(String);

impl BrowserSecret {
    pub(crate) fn new(env: &Env) -> Self {
        Self(secrets::hex(&env.bytes::<32>()))
    }

    /// The value that came with a request. None without a cookie, or with one that is not ours.
    pub(crate) fn of(headers: &HeaderMap, cookie: Cookie) -> Option<Self> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == cookie.name())?;
        let is_ours = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Self(value.to_owned()))
    }

    /// The hash of the value, which is what is stored.
    pub(crate) fn hash(&self) -> String {
        secrets::hash(self.0.as_bytes())
    }

    /// Whether this is the value of the stored hash.
    pub(crate) fn is_of(&self, stored: &str) -> bool {
        is_same(&self.hash(), stored)
    }

    /// The mark that the form of that sign-in sends beside the cookie. Another site can submit a form, but does not
    /// know it.
    pub(crate) fn mark_of_form(&self, challenge: &str) -> String {
        secrets::hash(format!("form/{}/{challenge}", self.0).as_bytes())
    }

    /// Whether the mark is that of the sign-in's own form.
    pub(crate) fn has_marked(&self, challenge: &str, mark: &str) -> bool {
        is_same(&self.mark_of_form(challenge), mark)
    }
}

/// Compares in constant time.
fn is_same(right: &str, shown: &str) -> bool {
    right.as_bytes().ct_eq(shown.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_among_others() {
        let ours = "0a".repeat(32);
        for (cookies, is_found) in [
            (format!("guildhall-sign-in={ours}"), true),
            (format!("theme=dark; guildhall-sign-in={ours}; a=b"), true),
            (format!("__Host-guildhall-sign-in={ours}"), false),
            (format!("guildhall-sign-in={ours}0"), false),
            ("guildhall-sign-in=".to_owned(), false),
            ("guildhall-sign-in".to_owned(), false),
        ] {
            let headers = HeaderMap::from_iter([(header::COOKIE, cookies.parse().unwrap())]);
            let found = BrowserSecret::of(&headers, Cookie::Loopback);
            assert_eq!(found.is_some_and(|found| found.0 == ours), is_found, "{cookies}");
        }
        assert!(BrowserSecret::of(&HeaderMap::new(), Cookie::Loopback).is_none());
    }
}
