//! The real app in a real window, on a laptop of its own, driven by WebKit's own driver. (tauri-driver would only
//! translate the capability's name on Linux.)

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
    /// It can't find the other apps of this laptop.
    alone: bool,
    /// The window is as large as it was when it was closed, and not as all tests have it.
    remembers_window: bool,
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
            alone: false,
            remembers_window: false,
            window: None,
        })
    }

    /// The same app on the same laptop once more, where it can't bring the first one forward.
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
            remembers_window: false,
            window: None,
        }
    }

    /// Starts the app beside the one that is open, as who clicks its icon twice does; returns once that has ended by itself.
    pub async fn start_again(&self) -> Result<()> {
        let mut again = tied(&self.program, &self.log)?;
        self.environment(&mut again)?;
        let ended = again.stdin(Stdio::null()).status().await?;
        ensure!(ended.success(), "the second app ended with {ended}");
        Ok(())
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

    /// From the next time that it is opened, the window is as its file says.
    pub fn remember_window(&mut self) {
        self.remembers_window = true;
    }

    /// How wide and high the page in the window is, in CSS pixels.
    pub async fn page_size(&self) -> Result<(u32, u32)> {
        let size = self.client()?.execute("return [window.innerWidth, window.innerHeight]", vec![]).await?;
        Ok(serde_json::from_value(size)?)
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
        let mut driver = tied("WebKitWebDriver", &self.log)?;
        driver
            .args(["--host=127.0.0.1".to_owned(), format!("--port={port}")])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // Off, as the app has it by default on Linux, the driver's pictures never come.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "0")
            .stdout(Stdio::null());
        self.environment(&mut driver)?;
        if let Some(sign_in) = self.sign_in.take() {
            driver.env("GUILDHALL_SIGN_IN", sign_in);
        }
        let driver = driver.spawn().context("WebKitWebDriver did not start")?;
        until("WebKit's driver", async || Ok(TcpStream::connect(("127.0.0.1", port)).await.ok())).await?;

        // Without a browserName: the driver would refuse ours.
        let options = json!({"binary": self.program, "args": []});
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connecting = builder.capabilities(capabilities).connect(&address);
        // An app that ends before it has a window leaves the driver waiting for ever.
        let connected = tokio::time::timeout(DEADLINE, connecting).await.context("there is no window")?;
        let client = connected.with_context(|| {
            format!("{}'s app did not open; {} may say why", self.who, self.log.display())
        })?;
        self.window = Some(Window { client, _driver: driver });
        Ok(())
    }

    /// What a program on this laptop is told.
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
        if !self.remembers_window {
            command.env("GUILDHALL_WINDOW_SIZE", "1280x800");
        }
        if self.alone {
            command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        }
        Ok(())
    }

    /// Kills the app with SIGKILL, in the middle of whatever it does.
    pub async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL).await
    }

    /// Ends the app as the system does when its person signs out.
    pub async fn terminate(&mut self) -> Result<()> {
        self.signal(Signal::TERM).await
    }

    async fn signal(&mut self, signal: Signal) -> Result<()> {
        kill_process(self.pid().context("the app is not running")?, signal)?;
        if signal == Signal::KILL {
            // The driver goes too: its session ended with the app.
            self.window = None;
        }
        self.gone().await?;
        self.window = None;
        Ok(())
    }

    /// Closes the window; returns once the app has ended.
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
