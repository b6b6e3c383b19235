//! Runs other programs for every task: prints what it does, shows the program's output, and ends everything that it
//! started, however it ends itself.

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// The workspace's root folder.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}

/// The target folder, as the cargo that started us uses it.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Prints a heading for the next step.
pub fn say(what: &str) {
    println!("\n==> {what}");
}

/// A command that runs in the workspace's root folder.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that started us.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// npm in ui/, with the Node of [`crate::machine`].
pub fn npm() -> Command {
    let mut npm = command("npm");
    npm.current_dir(root().join("ui")).env("PATH", crate::machine::path_with_node());
    npm
}

/// Runs a command to completion and shows its output.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", shown(command));
    }
    Ok(())
}

/// Runs a command to completion and returns its stdout; its stderr is shown.
pub fn output_of(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start {}", shown(command)))?;
    if !output.status.success() {
        bail!("failed ({}): {}", output.status, shown(command));
    }
    String::from_utf8(output.stdout).with_context(|| format!("no text from {}", shown(command)))
}

/// Whether the command starts and succeeds. Shows no output.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// The first `program` on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// A command as a person would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Calls `ready` until it returns something or `at_most` has passed.
pub fn until<T>(at_most: Duration, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = ready() {
            return Some(found);
        }
        if started.elapsed() > at_most {
            return None;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A program that runs beside us, in the workspace's root folder. On Linux `setpriv` makes the kernel end it when we
/// end, which no signal handler could guarantee.
pub fn tied(program: impl AsRef<OsStr>) -> Command {
    if !cfg!(target_os = "linux") {
        return command(program);
    }
    let mut tied = command("setpriv");
    tied.args(["--pdeathsig", "TERM", "--"]).arg(program);
    tied
}

/// A program that runs beside us until this is dropped.
pub struct BackgroundProcess(Child);

impl BackgroundProcess {
    /// Starts a command from [`tied`].
    pub fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.spawn().with_context(|| format!("could not start {}", shown(command)))?))
    }

    /// Its piped stdout; can be taken once.
    pub fn stdout(&mut self) -> Result<ChildStdout> {
        self.0.stdout.take().context("its output is read already")
    }

    /// Writes to its piped stdin, and closes it.
    pub fn tell(&mut self, words: &[u8]) -> Result<()> {
        let mut stdin = self.0.stdin.take().context("its input is closed already")?;
        Ok(stdin.write_all(words)?)
    }

    /// Its exit status, if it has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }

    /// Waits until it exits.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.0.wait()?)
    }
}

impl Drop for BackgroundProcess {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let pid = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw);
            let asked = pid.is_some_and(|pid| kill_process(pid, Signal::TERM).is_ok());
            if !asked || until(Duration::from_secs(5), || self.0.try_wait().ok().flatten()).is_none() {
                // If even this fails there is nothing left to do: it has ended, or is not ours to end.
                let _ = self.0.kill();
                let _ = self.0.wait();
            }
        }
    }
}
