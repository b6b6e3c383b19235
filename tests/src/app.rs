//! The real app in a real window on a simulated laptop, driven by WebKitWebDriver. (On Linux, tauri-driver would only
//! translate a capability's name.)

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use url::Url;

use crate::processes::{DEADLINE, find, free_port, program, tied, until};
use crate::{Registry, Stage};

/// The file in the laptop's folder that records which page the app opened in the browser.
const OPENED: &str = "opened-in-the-browser";

/// A person's app, which can be opened, killed and opened again; the laptop's files stay.
pub struct App {
    pub(crate) who: String,
    pub(crate) evidence: PathBuf,
    program: PathBuf,
    laptop: PathBuf,
    log: PathBuf,
    runtime: PathBuf,
    registry: String,
    sign_in: Option<String>,
    /// The app cannot find other apps on this laptop.
    alone: bool,
    /// The size with which the window opens; the remembered one if there is none.
    window_size: Option<&'static str>,
    window: Option<Window>,
}

struct Window {
    client: Client,
    // Kills the driver, and the app with it, when dropped.
    _driver: Child,
}

impl App {
    /// A laptop on which the app has never been opened. The registry must have been started.
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
            alone: false,
            window_size: Some("1280x800"),
            window: None,
        })
    }

    /// A second app on the same laptop, which cannot bring the first one to the front.
    pub fn once_more(&self) -> Self {
        Self {
            who: self.who.clone(),
            evidence: self.evidence.with_extension("again.png"),
            program: self.program.clone(),
            laptop: self.laptop.clone(),
            log: self.log.clone(),
            runtime: self.runtime.clone(),
            registry: self.registry.clone(),
            sign_in: None,
            alone: true,
            window_size: Some("1280x800"),
            window: None,
        }
    }

    /// Starts the app while it is open, like a second click on its icon. Returns when the second app has exited.
    pub async fn start_again(&self) -> Result<()> {
        let mut again = tied(&self.program, &self.log)?;
        self.environment(&mut again)?;
        let ended = again.stdin(Stdio::null()).status().await?;
        ensure!(ended.success(), "the second app ended with {ended}");
        Ok(())
    }

    /// The app's files with that name on this laptop.
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

    /// From the next start, opens the window with its remembered size.
    pub fn remember_window(&mut self) {
        self.window_size = None;
    }

    /// From the next start, opens the window with this size, as `1280x800`.
    pub fn set_window_size(&mut self, size: &'static str) {
        self.window_size = Some(size);
    }

    /// The width and height of the page, in CSS pixels.
    pub async fn page_size(&self) -> Result<(u32, u32)> {
        let size = self.client()?.execute("return [window.innerWidth, window.innerHeight]", vec![]).await?;
        Ok(serde_json::from_value(size)?)
    }

    /// The page that the app opened in the system's browser, which this test replaces. Can be read once.
    pub async fn opened(&self) -> Result<Url> {
        let page = self.laptop.join(OPENED);
        let page = until("a page to be opened in the browser", async || {
            let Ok(address) = fs::read_to_string(&page) else { return Ok(None) };
            fs::remove_file(&page)?;
            Ok(Some(address))
        });
        Ok(page.await?.trim().parse()?)
    }

    /// A folder with a fake `xdg-open`, which records the page to open.
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

    /// Opens the app signed in, for tests that are not about signing in.
    pub async fn open_signed_in(&mut self, registry: &Registry, email: &str) -> Result<()> {
        self.sign_in = Some(format!("{email}:{}", registry.issue_code(email).await?));
        self.open().await
    }

    /// Opens the app and waits for its window.
    pub async fn open(&mut self) -> Result<()> {
        let port = free_port()?;
        let mut driver = tied("WebKitWebDriver", &self.log)?;
        driver
            .args(["--host=127.0.0.1".to_owned(), format!("--port={port}")])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // With the app's Linux default, which turns this renderer off, WebDriver's screenshots never arrive.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "0")
            .stdout(Stdio::null());
        self.environment(&mut driver)?;
        if let Some(sign_in) = self.sign_in.take() {
            driver.env("GUILDHALL_SIGN_IN", sign_in);
        }
        let driver = driver.spawn().context("WebKitWebDriver did not start")?;
        until("WebKit's driver", async || Ok(TcpStream::connect(("127.0.0.1", port)).await.ok())).await?;

        // There is no browserName: the driver would refuse the app's.
        let options = json!({"binary": self.program, "args": []});
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connecting = builder.capabilities(capabilities).connect(&address);
        // If the app exits before it has a window, the driver waits for ever.
        let connected = tokio::time::timeout(DEADLINE, connecting).await.context("there is no window")?;
        let client = connected.with_context(|| {
            format!("{}'s app did not open; {} may say why", self.who, self.log.display())
        })?;
        self.window = Some(Window { client, _driver: driver });
        Ok(())
    }

    /// Sets the environment of a program on this laptop.
    fn environment(&self, command: &mut Command) -> Result<()> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths([self.browser()?].into_iter().chain(std::env::split_paths(&path)))?;
        command
            .env("PATH", path)
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .env("XDG_DATA_HOME", self.laptop.join("data"))
            .env("XDG_CONFIG_HOME", self.laptop.join("config"))
            .env("XDG_CACHE_HOME", self.laptop.join("cache"))
            .env("GUILDHALL_DATA_DIR", self.laptop.join("guildhall"))
            .env("GUILDHALL_REGISTRY", &self.registry);
        if let Some(size) = self.window_size {
            command.env("GUILDHALL_WINDOW_SIZE", size);
        }
        if self.alone {
            command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        }
        Ok(())
    }

    /// Kills the app with SIGKILL, whatever it is doing.
    pub async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL).await
    }

    /// Ends the app with SIGTERM, as the system does when a person logs out.
    pub async fn terminate(&mut self) -> Result<()> {
        self.signal(Signal::TERM).await
    }

    async fn signal(&mut self, signal: Signal) -> Result<()> {
        kill_process(self.pid().context("the app is not running")?, signal)?;
        if signal == Signal::KILL {
            // The driver ends too, because its session ended with the app.
            self.window = None;
        }
        self.gone().await?;
        self.window = None;
        Ok(())
    }

    /// Closes the window and waits until the app has exited.
    pub async fn close(&mut self) -> Result<()> {
        let window = self.window.take().context("the app is not open")?;
        window.client.close().await?;
        self.gone().await
    }

    async fn gone(&self) -> Result<()> {
        until("the app to be gone", async || Ok(self.pid().is_none().then_some(()))).await
    }

    fn pid(&self) -> Option<Pid> {
        let data = format!("GUILDHALL_DATA_DIR={}", self.laptop.join("guildhall").display());
        find(&self.program, &data).and_then(Pid::from_raw)
    }

    pub(crate) fn client(&self) -> Result<&Client> {
        let window = self.window.as_ref().with_context(|| format!("{}'s app is not open", self.who))?;
        Ok(&window.client)
    }
}
