//! A temporary PostgreSQL server for tests. It listens on a socket only, and its data are deleted with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::steps::{BackgroundProcess, command, on_path, run, say, succeeds, tied, until};

/// Fields are dropped in order: the server ends before its folder is deleted.
pub struct Postgres {
    _server: BackgroundProcess,
    dir: TempDir,
}

impl Postgres {
    /// Creates a cluster and starts a server with these settings, in the latest release on this machine.
    pub fn start(settings: &[&str]) -> Result<Self> {
        say("Starting a PostgreSQL of our own");
        let dir = tempfile::tempdir()?;
        let data = dir.path().join("data");
        if is_root() {
            run(command("chown").arg("postgres").arg(dir.path()))?;
        }
        // A linguistic sort order, as on most servers: SQL that needs byte order must ask for it.
        let mut make = as_its_user(command(program("initdb")?));
        make.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--pgdata"]);
        make.arg(&data).args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-GB"]);
        // The server's user may not be allowed in our folder.
        run(make.current_dir(dir.path()).stdout(Stdio::null()))?;

        let mut serve = as_its_user(tied(program("postgres")?));
        serve.current_dir(dir.path()).arg("-D").arg(&data).arg("-k").arg(dir.path());
        for setting in ["listen_addresses=", "log_min_messages=fatal"].iter().chain(settings) {
            serve.args(["-c", setting]);
        }
        let postgres = Self { _server: BackgroundProcess::start(serve.stderr(Stdio::null()))?, dir };
        let mut ask = Command::new(program("pg_isready")?);
        ask.arg("--host").arg(postgres.dir.path());
        until(Duration::from_secs(30), || succeeds(&mut ask).then_some(()))
            .context("PostgreSQL did not start")?;
        Ok(postgres)
    }

    /// The URL for a superuser, who may create databases.
    pub fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user=postgres", self.dir.path().display())
    }
}

/// Whether this machine has PostgreSQL's server programs.
pub fn is_there() -> bool {
    program("initdb").is_ok()
}

/// A program of PostgreSQL's server. Debian keeps them off the PATH, in a folder for each release.
fn program(name: &str) -> Result<PathBuf> {
    let releases = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let release = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let latest = releases.map(|entry| entry.path()).max_by_key(|path| release(path));
    let found = latest.map(|path| path.join("bin").join(name)).filter(|file| file.is_file());
    match found.or_else(|| on_path(name)) {
        Some(file) => Ok(file),
        None => bail!("PostgreSQL's {name} is not on the PATH. Install PostgreSQL 15 or newer"),
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// PostgreSQL refuses to run as root, so root runs it as the user that Debian's package created.
fn as_its_user(wanted: Command) -> Command {
    if !is_root() {
        return wanted;
    }
    // Changing the user clears the parent-death signal, so it must happen before the signal is set.
    let mut whole = command("setpriv");
    whole.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]);
    whole.arg(wanted.get_program()).args(wanted.get_args());
    whole
}
