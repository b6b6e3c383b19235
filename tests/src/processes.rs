//! Starting programs, finding them, and waiting for conditions.

use std::ffi::OsStr;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// Longer than anything should take: it only ends a test that would never end.
pub(crate) const DEADLINE: Duration = Duration::from_secs(90);
const PERIOD: Duration = Duration::from_millis(50);

/// Calls `ready` until it returns something.
pub(crate) async fn until<T>(what: &str, mut ready: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let asking = async {
        loop {
            if let Some(found) = ready().await? {
                return Ok(found);
            }
            tokio::time::sleep(PERIOD).await;
        }
    };
    tokio::time::timeout(DEADLINE, asking).await.with_context(|| format!("waited in vain for {what}"))?
}

/// A program that the kernel kills when this test ends, for whatever reason.
pub(crate) fn tied(program: impl AsRef<OsStr>, log: &Path) -> Result<Command> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).kill_on_drop(true);
    command.stderr(File::options().create(true).append(true).open(log)?);
    Ok(command)
}

/// A program of the workspace, which cargo built beside this test.
pub fn program(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).context("a test lies in target/debug/deps")?;
    let program = folder.join(name);
    if !program.is_file() {
        bail!("{} is not built: run `cargo xtask test window`", program.display());
    }
    Ok(program)
}

/// A port on which nothing listens.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The process that runs `program` with `variable` in its environment.
pub(crate) fn find(program: &Path, variable: &str) -> Option<i32> {
    let runs_it = |process: &Path| std::fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program);
    let has_it = |process: &Path| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == variable.as_bytes())
    };
    let processes = std::fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    let process = processes.into_iter().find(|process| runs_it(process) && has_it(process))?;
    process.file_name()?.to_str()?.parse().ok()
}
