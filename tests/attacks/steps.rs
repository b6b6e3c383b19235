//! The steps of these tests, each as a raw request.

use anyhow::{Context, Result, ensure};
use guildhall_protocol::routes;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::target::{SAM, Target, project, submission};

pub(crate) const ROBIN: &str = "robin.digital@barchester.example";
pub(crate) const KIM: &str = "kim.digital@barchester.example";
pub(crate) const PAT: &str = "pat.hub@network.example";
/// An address that belongs to no council.
pub(crate) const VISITOR: &str = "visitor@elsewhere.example";

/// An answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null if the answer is not JSON.
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The code of a refusal; otherwise empty.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A path, and the values of its parameters.
pub(crate) type Path<'a> = (&'a str, &'a [&'a str]);

impl Target {
    pub(crate) async fn ask(
        &self,
        token: &str,
        method: Method,
        (path, with): Path<'_>,
        body: Value,
    ) -> Result<Answer> {
        let answer = self.send(token, method, &routes::with(path, with), &body).await?;
        read(answer).await
    }

    pub(crate) async fn get(&self, token: &str, path: Path<'_>) -> Result<Answer> {
        self.ask(token, Method::GET, path, Value::Null).await
    }

    /// As [`Self::ask`], for a request that must succeed.
    pub(crate) async fn done(
        &self,
        token: &str,
        method: Method,
        path: Path<'_>,
        body: Value,
    ) -> Result<Value> {
        let answer = self.ask(token, method, path, body).await?;
        ensure!(answer.is_ok(), "{path:?} was refused: {}", answer.text);
        Ok(answer.body)
    }

    /// The tokens of a new session.
    pub(crate) async fn session(&self, email: &str) -> Result<Value> {
        let answer = self.try_sign_in(email, None).await?;
        ensure!(answer.is_ok(), "{email} could not sign in: {}", answer.text);
        Ok(answer.body)
    }

    /// Signs in with a correct code by email, and with the given code of a second factor.
    pub(crate) async fn try_sign_in(&self, email: &str, factor: Option<&str>) -> Result<Answer> {
        let code = self.registry.issue_code(email).await?;
        let body = json!({"email": email, "code": code, "second_factor": factor});
        read(self.post("192.0.2.98", routes::AUTH_EMAIL_VERIFY, &body).await?).await
    }

    /// The next pair of tokens.
    pub(crate) async fn refresh(&self, tokens: &Value) -> Result<Answer> {
        let body = json!({"refresh_token": tokens["refresh_token"]});
        read(self.post("192.0.2.98", routes::AUTH_TOKEN, &body).await?).await
    }

    pub(crate) async fn me(&self, token: &str) -> Result<Value> {
        self.done(token, Method::GET, (routes::ME, &[]), Value::Null).await
    }

    pub(crate) async fn person(&self, token: &str) -> Result<String> {
        Ok(self.me(token).await?["person"].as_str().context("nobody")?.to_owned())
    }

    /// Their role at each council, with a question mark for an unconfirmed lead.
    pub(crate) async fn roles(&self, token: &str) -> Result<Vec<String>> {
        let me = self.me(token).await?;
        let mark = |at: &Value| if at["unconfirmed"] == true { "?" } else { "" };
        let role = |at: &Value| format!("{} {}{}", at["council"], at["role"], mark(at)).replace('"', "");
        Ok(me["councils"].as_array().context("no councils")?.iter().map(role).collect())
    }

    pub(crate) async fn pass_days(&mut self, days: i64) -> Result<()> {
        self.registry.pass(SignedDuration::from_hours(24 * days)).await
    }

    /// Accepts every invitation of that person.
    pub(crate) async fn accept_invitations(&self, token: &str) -> Result<()> {
        let me = self.me(token).await?;
        for invitation in me["invitations"].as_array().context("no invitations")? {
            let id = invitation["id"].as_str().context("no id")?;
            let accept = json!({"accept": true});
            self.done(token, Method::POST, (routes::INVITATION_ANSWER, &[id]), accept).await?;
        }
        Ok(())
    }

    /// Publishes a team-only project.
    pub(crate) async fn publish_for_team(&self, token: &str, council: &str) -> Result<String> {
        let id = uuid::Uuid::now_v7().to_string();
        let mut body = project(&id, council);
        body["set"]["visibility"] = json!("team");
        let answer = read(self.send(token, Method::PUT, &submission(), &body).await?).await?;
        ensure!(answer.body["state"] == "published", "not published: {}", answer.text);
        Ok(id)
    }

    /// Returns the tokens of Sam, who leads Barchester, and Kim, an editor there, and the id of Kim's team-only
    /// project.
    pub(crate) async fn with_an_editor(&self) -> Result<(String, String, String)> {
        let (sam, kim) = (self.sign_in(SAM).await?, self.sign_in(KIM).await?);
        let invite = json!({"email": KIM, "role": "editor"});
        self.done(&sam, Method::POST, (routes::INVITATIONS, &["BCH"]), invite).await?;
        self.accept_invitations(&kim).await?;
        let settings = json!({"review": "none", "editors_decide": false, "delegate_to_coordinator": false});
        self.done(&sam, Method::PUT, (routes::COUNCIL_SETTINGS, &["BCH"]), settings).await?;
        let id = self.publish_for_team(&kim, "BCH").await?;
        Ok((sam, kim, id))
    }

    /// Whether they can read the project. Reading it directly and through the change feed must agree.
    pub(crate) async fn can_read(&self, token: &str, project: &str) -> Result<bool> {
        let asked = self.get(token, (routes::PROJECT, &[project])).await?;
        let feed = self.send(token, Method::GET, routes::CHANGES, &Value::Null).await?;
        ensure!(feed.status() == StatusCode::OK, "no changes: {}", feed.text().await?);
        let is_told = feed.text().await?.contains(project);
        ensure!(asked.is_ok() == is_told, "one door says {} and the other {is_told}", asked.status);
        Ok(is_told)
    }
}

pub(crate) async fn read(answer: reqwest::Response) -> Result<Answer> {
    let (status, text) = (answer.status().as_u16(), answer.text().await?);
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or_default(), text })
}
