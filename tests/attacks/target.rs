//! The registry under attack: the program itself, with the sample data, behind a proxy that sets the address of each
//! client.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use guildhall_protocol::routes;
use guildhall_tests::Registry;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) use guildhall_tests::SAM;
pub(crate) const ALEX: &str = "alex.digital@casterbridge.example";

/// A running registry; stopped when dropped.
pub(crate) struct Target {
    pub(crate) registry: Registry,
    client: Client,
    metrics: String,
    folder: TempDir,
}

impl Target {
    /// Behind a proxy on this machine, so that a test can choose the address of each request.
    pub(crate) async fn behind_a_proxy() -> Result<Self> {
        Self::start("trusted_proxies = [\"127.0.0.0/8\"]\n").await
    }

    /// Without a proxy.
    pub(crate) async fn bare() -> Result<Self> {
        Self::start("").await
    }

    async fn start(config: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut registry = Registry::in_folder(folder.path()).await?;
        let metrics =
            format!("127.0.0.1:{}", std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        registry.configure(&format!("{config}metrics_bind = \"{metrics}\"\n"))?;
        registry.start().await?;
        let client = Client::builder().no_proxy().build()?;
        Ok(Self { registry, client, metrics: format!("http://{metrics}/metrics"), folder })
    }

    /// The address on which it listens, without the scheme.
    pub(crate) fn address(&self) -> String {
        self.registry.url().replace("http://", "")
    }

    /// The folder with its log and mail.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A request from that address, according to the proxy.
    pub(crate) fn request(&self, from: &str, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.registry.url() + path).header("x-forwarded-for", from)
    }

    pub(crate) async fn post(&self, from: &str, path: &str, body: &Value) -> Result<Response> {
        Ok(self.request(from, Method::POST, path).body(body.to_string()).send().await?)
    }

    /// Sends a request as a signed-in person.
    pub(crate) async fn send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Response> {
        let request = self.request("192.0.2.99", method, path).bearer_auth(token);
        Ok(request.body(body.to_string()).send().await?)
    }

    /// Signs in, and returns an access token.
    pub(crate) async fn sign_in(&self, email: &str) -> Result<String> {
        let code = self.registry.issue_code(email).await?;
        let answer = self
            .post("192.0.2.98", routes::AUTH_EMAIL_VERIFY, &json!({"email": email, "code": code}))
            .await?;
        ensure!(answer.status() == StatusCode::OK, "{email} could not sign in: {}", answer.text().await?);
        let tokens: Value = serde_json::from_str(&answer.text().await?)?;
        Ok(tokens["access_token"].as_str().context("no token")?.to_owned())
    }

    /// Publishes a project, and returns its id.
    pub(crate) async fn publish(&self, token: &str, council: &str) -> Result<String> {
        let id = uuid::Uuid::now_v7().to_string();
        let answer = self.send(token, Method::PUT, &submission(), &project(&id, council)).await?;
        ensure!(answer.status() == StatusCode::OK, "not published: {}", answer.text().await?);
        Ok(id)
    }

    /// Requests a code by email, and returns the status.
    pub(crate) async fn start_sign_in(&self, from: &str, email: &str) -> Result<StatusCode> {
        Ok(self.post(from, routes::AUTH_EMAIL_START, &json!({ "email": email })).await?.status())
    }

    /// The emails sent so far, oldest first.
    pub(crate) fn mails(&self) -> Result<Vec<String>> {
        let Ok(folder) = std::fs::read_dir(self.folder().join("registry/mail")) else {
            return Ok(Vec::new());
        };
        let mut files: Vec<PathBuf> = folder.flatten().map(|file| file.path()).collect();
        files.sort();
        files.iter().map(|file| Ok(std::fs::read_to_string(file)?)).collect()
    }

    /// How many emails went to that address.
    pub(crate) fn mails_to(&self, email: &str) -> Result<usize> {
        let to = format!("To: {email}\n");
        Ok(self.mails()?.iter().filter(|mail| mail.starts_with(&to)).count())
    }

    /// The registry's metrics.
    pub(crate) async fn metrics(&self) -> Result<String> {
        Ok(self.client.get(&self.metrics).send().await?.text().await?)
    }
}

/// The path of a new submission.
pub(crate) fn submission() -> String {
    format!("/api/v1/submissions/{}", uuid::Uuid::now_v7())
}

/// A submission of a new project.
pub(crate) fn project(id: &str, council: &str) -> Value {
    json!({"kind": "project", "record": id, "council": council, "base_version": 0,
        "set": {"title": "Bins", "problem": "They are missed", "visibility": "public",
                "contact": {"mailbox": "team@barchester.example", "name": ""}}})
}
