//! A real OpenID Connect provider for tests (oidc-provider, from npm), and a browser that signs in there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use url::Url;

/// The registry's client id at the provider.
pub(crate) const CLIENT_ID: &str = "guildhall";
/// The registry's client secret at the provider.
pub(crate) const CLIENT_SECRET: &str = "for tests only";

/// The provider's process, which ends when this is dropped.
pub struct TestProvider {
    /// The provider's issuer URL.
    pub issuer: String,
    _process: Child,
    // Keeps the pipe open: the process must be able to print for as long as it runs.
    _printed: Lines<BufReader<ChildStdout>>,
}

impl TestProvider {
    /// Starts the provider installed in `GUILDHALL_TEST_PROVIDER`, for a registry at this address.
    pub async fn start(registry: &str) -> Result<Self> {
        let folder = std::env::var_os("GUILDHALL_TEST_PROVIDER").map(PathBuf::from);
        let folder = folder.context("GUILDHALL_TEST_PROVIDER must name the folder of the provider")?;
        let mut process = Command::new("node")
            .arg(folder.join("provider.js"))
            .arg(format!("{registry}/api/v1/auth/openid/callback"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let printed = process.stdout.take().context("it prints nothing")?;
        let mut printed = BufReader::new(printed).lines();
        let issuer = printed.next_line().await?.context("the provider did not start")?;
        Ok(Self { issuer, _process: process, _printed: printed })
    }

    /// Opens a page in a new browser and signs in at the provider as `who` (see provider.js). Presses the button on the
    /// registry's page if it begins there. Stops at an address that begins with `end` or at a page without a form, and
    /// returns its address and text.
    pub async fn sign_in(&self, page: Url, who: &str, end: &str) -> Result<(Url, String)> {
        let mut browser = Browser {
            client: Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?,
            cookies: BTreeMap::new(),
        };
        let mut at = page;
        // The registry's form, two forms at the provider, and the redirects between them.
        for _ in 0..14 {
            if at.as_str().starts_with(end) {
                return Ok((at, String::new()));
            }
            match browser.go(&at, who).await? {
                Next::At(next) => at = next,
                Next::Nothing(text) => return Ok((at, text)),
            }
        }
        bail!("the provider sends the browser to and fro")
    }
}

/// The names and values of a form's hidden fields.
pub(crate) fn hidden_fields(page: &str) -> Vec<(&str, &str)> {
    let hidden = page.split("<input").filter(|input| input.contains("type=\"hidden\""));
    let said = |input: &'_ str, name: &str| -> Option<std::ops::Range<usize>> {
        let from = input.find(&format!("{name}=\""))? + name.len() + 2;
        Some(from..from + input[from..].find('"')?)
    };
    hidden.filter_map(|input| Some((&input[said(input, " name")?], &input[said(input, " value")?]))).collect()
}

enum Next {
    At(Url),
    /// The text of a page without a form.
    Nothing(String),
}

struct Browser {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens a page, and submits its form if it has one.
    async fn go(&mut self, at: &Url, who: &str) -> Result<Next> {
        let (next, text) = self.ask(Method::GET, at, String::new()).await?;
        if let Some(next) = next {
            return Ok(Next::At(at.join(&next)?));
        }
        let action = text.split("action=\"").nth(1).and_then(|rest| rest.split('"').next());
        let Some(action) = action else { return Ok(Next::Nothing(text)) };
        let action = at.join(action)?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(hidden_fields(&text));
        if text.contains("name=\"login\"") {
            form.append_pair("login", who).append_pair("password", "any");
        }
        let (next, text) = self.ask(Method::POST, &action, form.finish()).await?;
        let next = next.with_context(|| format!("the form at {at} was not taken: {text}"))?;
        Ok(Next::At(action.join(&next)?))
    }

    /// The `Location` of an answer, if any, and its text.
    async fn ask(&mut self, method: Method, at: &Url, body: String) -> Result<(Option<String>, String)> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.request(method, at.clone()).header(COOKIE, cookies.join("; "));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let next = answer.headers().get(LOCATION).map(|to| to.to_str().map(str::to_owned)).transpose()?;
        Ok((next, answer.text().await?))
    }
}
