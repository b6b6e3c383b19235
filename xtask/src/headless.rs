//! A separate desktop session: a virtual display, a message bus and an unlocked keychain. For machines without a
//! display, and for all tests, which must not touch the keychain of the person who runs them.

use std::fs::{self, DirBuilder, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::steps::{BackgroundProcess, root, succeeds, tied, until};

/// Fields are dropped in order, so programs that use the bus and the display end first.
pub struct Session {
    _keychain: BackgroundProcess,
    _bus: BackgroundProcess,
    _display: BackgroundProcess,
    runtime: RuntimeDir,
    data: PathBuf,
    display: String,
    bus: String,
}

impl Session {
    /// Starts all three. `dir` is the folder for the keychain and the log.
    pub fn start(dir: &Path, size: &str) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let log = File::create(dir.join("session.log"))?;
        let runtime = RuntimeDir::create()?;

        let mut display = BackgroundProcess::start(
            tied("Xvfb")
                .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{size}x24")])
                .stdout(Stdio::piped())
                .stderr(log.try_clone()?),
        )?;
        let number = first_line(&mut display).context("the virtual display did not start")?;

        let mut bus = BackgroundProcess::start(
            tied("dbus-daemon")
                .args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"])
                .arg(root().join("xtask/session-bus.conf"))
                .env("XDG_RUNTIME_DIR", &runtime.0)
                .stdout(Stdio::piped())
                .stderr(log.try_clone()?),
        )?;
        let address = first_line(&mut bus).context("the message bus did not start")?;

        let mut keychain = BackgroundProcess::start(
            tied("gnome-keyring-daemon")
                .args(["--foreground", "--unlock", "--components=secrets"])
                .env("DBUS_SESSION_BUS_ADDRESS", &address)
                .env("XDG_RUNTIME_DIR", &runtime.0)
                .env("XDG_DATA_HOME", dir)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(log),
        )?;
        // This password is not secret: the keychain only ever holds test sign-ins.
        keychain.tell(b"guildhall")?;
        let session = Self {
            _keychain: keychain,
            _bus: bus,
            _display: display,
            runtime,
            data: dir.to_owned(),
            display: format!(":{number}"),
            bus: address,
        };
        session.wait_for_keychain()?;
        Ok(session)
    }

    /// Makes the command run inside the session.
    pub fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("XDG_RUNTIME_DIR", &self.runtime.0)
            .env("XDG_DATA_HOME", &self.data)
            .env("NO_AT_BRIDGE", "1")
            .env("GDK_BACKEND", "x11")
            .env_remove("WAYLAND_DISPLAY")
    }

    fn wait_for_keychain(&self) -> Result<()> {
        // The keychain owns its name on the bus before it has created the collection for sign-ins.
        let unlocked = || {
            let mut ask = Command::new("dbus-send");
            self.enter(&mut ask).args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"]);
            ask.args(["/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Peer.Ping"]);
            succeeds(&mut ask).then_some(())
        };
        until(Duration::from_secs(20), unlocked).context("the keychain did not start")
    }
}

fn first_line(program: &mut BackgroundProcess) -> Result<String> {
    let mut line = String::new();
    BufReader::new(program.stdout()?).read_line(&mut line)?;
    if line.trim().is_empty() {
        bail!("it ended with nothing said");
    }
    Ok(line.trim().to_owned())
}

/// The folder for sockets: a short path, because a socket's may not exceed 108 bytes, and private. Our process id is in
/// its name, so that the folder of a killed run can be recognised and removed.
struct RuntimeDir(PathBuf);

impl RuntimeDir {
    fn create() -> Result<Self> {
        const PREFIX: &str = "guildhall-session-";
        let temporary = std::env::temp_dir();
        for entry in fs::read_dir(&temporary)?.flatten() {
            let name = entry.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
            if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                // Another user's folder cannot be removed, and need not be.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let dir = temporary.join(format!("{PREFIX}{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&dir)?;
        Ok(Self(dir))
    }
}

impl Drop for RuntimeDir {
    fn drop(&mut self) {
        // If this fails, the next run removes it.
        let _ = fs::remove_dir_all(&self.0);
    }
}
