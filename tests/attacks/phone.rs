//! An authenticator app, which uses the real clock.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use guildhall_protocol::routes;
use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::steps::Answer;
use crate::target::Target;

const STEP: u64 = 30;

/// A person's authenticator app and recovery codes.
pub(crate) struct Phone {
    pub(crate) secret: String,
    pub(crate) recovery: Vec<String>,
}

fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

impl Phone {
    /// Sets up a second factor in that session, which uses up the current code.
    pub(crate) async fn of(target: &Target, token: &str) -> Result<Self> {
        let begun = target.done(token, Method::POST, (routes::SECOND_FACTOR, &[]), Value::Null).await?;
        let secret = begun["secret"].as_str().context("no secret")?.to_owned();
        let phone = Self { secret, recovery: Vec::new() };
        let code = json!({"code": phone.code(now()?)});
        let codes = target.done(token, Method::PUT, (routes::SECOND_FACTOR, &[]), code).await?;
        Ok(Self { recovery: serde_json::from_value(codes["codes"].clone())?, ..phone })
    }

    fn code(&self, at: u64) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        Builder::new()
            .with_secret(secret)
            .with_account_name("anyone")
            .build()
            .unwrap()
            .generate(at)
            .to_string()
    }

    /// The next code: a phone's clock may be a step ahead.
    pub(crate) fn next_code(&self) -> Result<String> {
        Ok(self.code(now()? + STEP))
    }

    /// A code that is not valid at any time near now.
    pub(crate) fn wrong_code(&self) -> Result<String> {
        let now = now()?;
        let right: Vec<String> = (0..8).map(|step| self.code(now + STEP * step - 3 * STEP)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !right.contains(code)).context("all are right")
    }
}

pub(crate) async fn give(target: &Target, token: &str, code: &str) -> Result<Answer> {
    target.ask(token, Method::POST, (routes::SECOND_FACTOR_VERIFY, &[]), json!({"code": code})).await
}
