//! The app's core as a program: `client FOLDER` opens the client on a folder's files, syncs with the registry, and
//! carries out orders that it reads as lines of JSON. Everything is real except the keychain, which is a file: a
//! program that is killed a thousand times must not fill anybody's own keychain.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use guildhall_client::error::Failure;
use guildhall_client::{Client, Env, Keychain};
use guildhall_tests::Order;
use serde::Serialize;
use serde_json::Value;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).context("which folder?")?);
    fs::create_dir_all(&folder)?;
    let env = Env { keychain: Arc::new(FileKeychain(folder.join("keychain.json"))), ..Env::real() };
    let client = Client::open(folder, None, env)?;
    let runtime = tokio::runtime::Runtime::new()?;
    if let Some(error) = runtime.block_on(client.start()).open_error {
        return Err(error).context("the files can't be opened");
    }
    let syncing = client.clone();
    runtime.spawn(async move { syncing.run_sync().await });

    let mut answers = std::io::stdout().lock();
    for order in std::io::stdin().lock().lines() {
        let order = serde_json::from_str(&order?)?;
        let mut line = serde_json::to_vec(&runtime.block_on(apply_step(&client, order)))?;
        line.push(b'\n');
        answers.write_all(&line)?;
        answers.flush()?;
    }
    Ok(())
}

async fn apply_step(client: &Client, order: Order) -> Result<Value, Failure> {
    match order {
        Order::UseRegistry { address } => answer(client.use_registry(&address).await?),
        Order::SignIn { email, code } => answer(client.verify_sign_in(&email, &code).await?),
        Order::Account => answer(client.account().await),
        Order::Status => answer(client.status().await),
        Order::Sync => {
            client.sync_now();
            answer(())
        }
        Order::Drafts => answer(client.drafts().await?),
        Order::Draft { id } => answer(client.draft(id).await?),
        Order::NewDraft => answer(client.new_draft().await?),
        Order::EditProject { id } => answer(client.edit_project(id).await?),
        Order::Save { id, form } => answer(client.save_draft(id, *form).await?),
        Order::Send { id } => answer(client.send_draft(id).await?),
        Order::TakeBack { id } => answer(client.withdraw_draft(id).await?),
        Order::TryAgain { id } => answer(client.try_again(id).await?),
    }
}

fn answer(view: impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(view).map_err(|_| Failure::Internal)
}

/// A keychain in a file that is replaced atomically, so that a kill leaves either the old file or the new.
struct FileKeychain(PathBuf);

impl FileKeychain {
    fn read(&self) -> BTreeMap<String, String> {
        fs::read(&self.0).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    fn write(&self, secrets: &BTreeMap<String, String>) -> bool {
        let beside = self.0.with_extension("new");
        let written = serde_json::to_vec(secrets).is_ok_and(|text| fs::write(&beside, text).is_ok());
        written && fs::rename(beside, &self.0).is_ok()
    }
}

impl Keychain for FileKeychain {
    fn get(&self, whose: &str) -> Option<String> {
        self.read().remove(whose)
    }
    fn set(&self, whose: &str, secret: &str) -> bool {
        let mut secrets = self.read();
        secrets.insert(whose.to_owned(), secret.to_owned());
        self.write(&secrets)
    }
    fn forget(&self, whose: &str) {
        let mut secrets = self.read();
        secrets.remove(whose);
        self.write(&secrets);
    }
}
