//! The cookie that tells the browser in which somebody pressed the button from every other one. The page sets it, its form
//! shows that it saw it, and whoever comes back from the provider has to have it: so nobody can have another's browser
//! finish a sign-in that they began in their own (RFC 9700 §4.7).

use http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use crate::env::Env;
use crate::secrets;

/// How the cookie is called and protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// For a registry at https: no other host and nothing that is not encrypted can set one of that name (RFC 6265bis
    /// §4.1.3.2).
    Secure,
    /// For a registry at http, which can only be on the same machine: in development and in tests. A `__Host-` cookie has to
    /// be `Secure`, and not every browser takes such a one from there.
    Loopback,
}

impl Cookie {
    fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-guildhall-sign-in",
            Self::Loopback => "guildhall-sign-in",
        }
    }

    /// Sets it, until the browser is closed. `Lax` and not `Strict`: it comes back from the provider's site.
    pub(crate) fn set(self, secret: &BrowserSecret) -> String {
        self.with(&secret.0)
    }

    /// Has the browser forget it.
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

/// What one browser has in its cookie.
#[derive(Clone)]
pub(crate) struct BrowserSecret(String);

impl BrowserSecret {
    pub(crate) fn new(env: &Env) -> Self {
        Self(secrets::hex(&env.bytes::<32>()))
    }

    /// What came with a request; none where there is none, or what is none of ours.
    pub(crate) fn of(headers: &HeaderMap, cookie: Cookie) -> Option<Self> {
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == cookie.name())?;
        let is_ours = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| Self(value.to_owned()))
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> String {
        secrets::hash(self.0.as_bytes())
    }

    /// Is it the one of which that is stored?
    pub(crate) fn is_of(&self, stored: &str) -> bool {
        is_same(&self.hash(), stored)
    }

    /// What the form of that sign-in sends beside the cookie. Another site can have a form sent, and does not know this.
    pub(crate) fn mark_of_form(&self, challenge: &str) -> String {
        secrets::hash(format!("form/{}/{challenge}", self.0).as_bytes())
    }

    /// Was it sent by the form of that sign-in?
    pub(crate) fn has_marked(&self, challenge: &str, mark: &str) -> bool {
        is_same(&self.mark_of_form(challenge), mark)
    }
}

/// In a time that does not tell how much of it is right.
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
