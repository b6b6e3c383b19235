//! A real registry: the program itself, with its own data folder and an address that stays the same after a restart.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Stage;
use crate::processes::{free_port, program, tied};
use crate::provider::{CLIENT_ID, CLIENT_SECRET, TestProvider};

/// Killed when dropped.
pub struct Registry {
    program: PathBuf,
    data: PathBuf,
    log: PathBuf,
    /// Has port 0 until the first start.
    address: String,
    /// A further configuration file, if any.
    config: Option<PathBuf>,
    serving: Option<Child>,
}

impl Registry {
    /// A registry with the sample data, not started yet.
    pub async fn with_sample_data(stage: &Stage) -> Result<Self> {
        Self::in_folder(&stage.path("")).await
    }

    /// A registry with the sample data, and its files and log in that folder; not started yet.
    pub async fn in_folder(folder: &Path) -> Result<Self> {
        let registry = Self {
            program: program("guildhall-registry")?,
            data: folder.join("registry"),
            log: folder.join("registry.log"),
            address: "127.0.0.1:0".to_owned(),
            config: None,
            serving: None,
        };
        registry.command(&["sample"]).await?;
        Ok(registry)
    }

    /// Configures sign-in with a provider, from the next start.
    pub async fn offer_provider(&mut self) -> Result<TestProvider> {
        // The provider must know the registry's address.
        self.address = format!("127.0.0.1:{}", free_port()?);
        let provider = TestProvider::start(&self.url()).await?;
        let secret = self.data.with_extension("secret");
        std::fs::write(&secret, CLIENT_SECRET)?;
        let (address, issuer, secret) = (self.url(), &provider.issuer, secret.display());
        let openid = format!(
            "[openid]\nname = \"Example\"\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT_ID}\"\n\
             client_secret_file = \"{secret}\"\naddress = \"{address}\"\n"
        );
        self.configure(&openid)?;
        Ok(provider)
    }

    /// Writes the registry's configuration file (TOML) and returns its path. Replaces an earlier one.
    pub fn configure(&mut self, says: &str) -> Result<PathBuf> {
        let config = self.data.with_extension("toml");
        std::fs::write(&config, says)?;
        self.config = Some(config.clone());
        Ok(config)
    }

    /// Runs one of the registry's commands on its data, and returns its output.
    pub async fn command(&self, words: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.program);
        command.arg("--data-dir").arg(&self.data);
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        let output = command.args(words).kill_on_drop(true).output().await?;
        if !output.status.success() {
            bail!("{words:?} was refused: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Adds that many generated projects, the same ones each time.
    pub async fn generate(&self, projects: u32) -> Result<()> {
        self.command(&["generate", "--projects", &projects.to_string(), "--seed", "7"]).await?;
        Ok(())
    }

    /// A code for signing in.
    pub async fn issue_code(&self, email: &str) -> Result<String> {
        let said = self.command(&["auth", "issue-code", email]).await?;
        Ok(said.trim().lines().last().context("no code was printed")?.to_owned())
    }

    /// The registry's address for apps. Known after the first start.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The registry's database. Only [`Self::pass`] may write to it.
    pub fn database(&self) -> PathBuf {
        self.data.join("registry.db")
    }

    /// Whether it was started, and not stopped or killed since.
    pub fn is_running(&self) -> bool {
        self.serving.is_some()
    }

    /// Starts it at its earlier address, and waits until it listens.
    pub async fn start(&mut self) -> Result<()> {
        let mut serve = tied(&self.program, &self.log)?;
        serve.arg("--data-dir").arg(&self.data);
        if let Some(config) = &self.config {
            serve.arg("--config").arg(config);
        }
        serve.args(["serve", "--bind", &self.address, "--mail", "file"]);
        let mut serving = serve.stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(serving.stdout.take().context("no output")?).lines();
        let address = loop {
            let Some(line) = lines.next_line().await? else {
                bail!("the registry did not start; {} says why", self.log.display());
            };
            if let Some(address) = line.strip_prefix("listening on http://") {
                break address.to_owned();
            }
        };
        self.address = address;
        self.serving = Some(serving);
        Ok(())
    }

    /// Asks it to exit, and checks its exit status.
    pub async fn stop(&mut self) -> Result<()> {
        let mut serving = self.serving.take().context("it is not running")?;
        let pid =
            serving.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).context("it has ended")?;
        kill_process(pid, Signal::TERM)?;
        let status = serving.wait().await?;
        if !status.success() {
            bail!("the registry ended with {status}");
        }
        Ok(())
    }

    /// Kills it, as a power cut would; does nothing if it is not running.
    pub async fn kill(&mut self) -> Result<()> {
        match self.serving.take() {
            Some(mut serving) => Ok(serving.kill().await?),
            None => Ok(()),
        }
    }
}
