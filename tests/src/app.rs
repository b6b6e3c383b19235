//! The real app in a real window, on a laptop of its own, driven by WebKit's own driver. (tauri-driver would only
//! translate the capability's name on Linux.)

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::process::Child;
use url::Url;

use crate::processes::{find, free_port, program, tied, until};
use crate::{Registry, Stage};

/// What the browser was opened at, in the laptop's folder.
const OPENED: &str = "opened-in-the-browser";

/// Someone's app. It can be opened, killed and opened again; what is on the laptop stays.
pub struct App {
    pub(crate) who: String,
    pub(crate) evidence: PathBuf,
    program: PathBuf,
    laptop: PathBuf,
    log: PathBuf,
    runtime: PathBuf,
    registry: String,
    sign_in: Option<String>,
    window: Option<Window>,
}

struct Window {
    client: Client,
    // Killed when dropped, and the app with it.
    _driver: Child,
}

impl App {
    /// A laptop on which the app was never opened, for a registry that has been started.
    pub fn new(stage: &Stage, who: &str, registry: &Registry) -> Result<Self> {
        let laptop = stage.path(who);
        fs::create_dir_all(&laptop)?;
        Ok(Self {
            who: who.to_owned(),
            evidence: stage.path(&format!("{who}-failed.png")),
            program: program("guildhall")?,
            laptop,
            log: stage.path(&format!("{who}.log")),
            runtime: stage.sockets(who)?,
            registry: registry.url(),
            sign_in: None,
            window: None,
        })
    }

    /// The files of that name that the app has on this laptop.
    pub fn files_named(&self, name: &str) -> Result<Vec<PathBuf>> {
        fn below(folder: &Path, name: &str, found: &mut Vec<PathBuf>) -> Result<()> {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    below(&path, name, found)?;
                } else if path.file_name().is_some_and(|file| file == name) {
                    found.push(path);
                }
            }
            Ok(())
        }
        let mut found = Vec::new();
        below(&self.laptop, name, &mut found)?;
        Ok(found)
    }

    /// The page that the app has opened in the system's browser, which is this test: once.
    pub async fn opened(&self) -> Result<Url> {
        let page = self.laptop.join(OPENED);
        let page = until("a page to be opened in the browser", async || {
            let Ok(address) = fs::read_to_string(&page) else { return Ok(None) };
            fs::remove_file(&page)?;
            Ok(Some(address))
        });
        Ok(page.await?.trim().parse()?)
    }

    /// A folder with the one program that opens pages: it takes them down.
    fn browser(&self) -> Result<PathBuf> {
        let (folder, page) = (self.laptop.join("bin"), self.laptop.join(OPENED));
        fs::create_dir_all(&folder)?;
        let (program, page) = (folder.join("xdg-open"), page.display());
        fs::write(
            &program,
            format!("#!/bin/sh\nprintf %s \"$1\" >'{page}.new' && mv '{page}.new' '{page}'\n"),
        )?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        Ok(folder)
    }

    /// Opens the app signed in, where that is not what the test is about.
    pub async fn open_signed_in(&mut self, registry: &Registry, email: &str) -> Result<()> {
        self.sign_in = Some(format!("{email}:{}", registry.issue_code(email).await?));
        self.open().await
    }

    /// Opens the app; returns when its window is there.
    pub async fn open(&mut self) -> Result<()> {
        let port = free_port()?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([self.browser()?].into_iter().chain(std::env::split_paths(&path)))?;
        let mut driver = tied("WebKitWebDriver", &self.log)?;
        driver
            .args(["--host=127.0.0.1".to_owned(), format!("--port={port}")])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // Off, as the app has it by default on Linux, the driver's pictures never come.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "0")
            .env("PATH", path)
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .env("XDG_DATA_HOME", self.laptop.join("data"))
            .env("XDG_CONFIG_HOME", self.laptop.join("config"))
            .env("XDG_CACHE_HOME", self.laptop.join("cache"))
            .env("GUILDHALL_DATA_DIR", self.laptop.join("guildhall"))
            .env("GUILDHALL_REGISTRY", &self.registry)
            .env("GUILDHALL_WINDOW_SIZE", "1280x800")
            .stdout(Stdio::null());
        if let Some(sign_in) = self.sign_in.take() {
            driver.env("GUILDHALL_SIGN_IN", sign_in);
        }
        let driver = driver.spawn().context("WebKitWebDriver did not start")?;
        until("WebKit's driver", async || Ok(TcpStream::connect(("127.0.0.1", port)).await.ok())).await?;

        // Without a browserName: the driver would refuse ours.
        let options = json!({"binary": self.program, "args": []});
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| {
                format!("{}'s app did not open; {} may say why", self.who, self.log.display())
            })?;
        self.window = Some(Window { client, _driver: driver });
        Ok(())
    }

    /// Kills the app with SIGKILL, in the middle of whatever it does.
    pub async fn kill(&mut self) -> Result<()> {
        let data = format!("GUILDHALL_DATA_DIR={}", self.laptop.join("guildhall").display());
        let pid = find(&self.program, &data).and_then(Pid::from_raw).context("the app is not running")?;
        kill_process(pid, Signal::KILL)?;
        // The driver goes too: its session ended with the app.
        self.window = None;
        until("the app to be gone", async || Ok(find(&self.program, &data).is_none().then_some(()))).await
    }

    /// Closes the window.
    pub async fn close(&mut self) -> Result<()> {
        let window = self.window.take().context("the app is not open")?;
        Ok(window.client.close().await?)
    }

    pub(crate) fn client(&self) -> Result<&Client> {
        let window = self.window.as_ref().with_context(|| format!("{}'s app is not open", self.who))?;
        Ok(&window.client)
    }
}
