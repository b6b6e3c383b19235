//! The app's core in its own process without a window, which can be killed at any moment, a thousand times an hour. It
//! reads orders as lines of JSON, one at a time, and answers each with a line.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use guildhall_client::error::Failure;
use guildhall_client::views::DraftForm;
use guildhall_protocol::ProjectId;
use rustix::process::{Pid, Signal, kill_process};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use uuid::Uuid;

use crate::processes::{program, tied};

/// An order to the app.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Order {
    UseRegistry { address: String },
    SignIn { email: String, code: String },
    Account,
    Status,
    Sync,
    Drafts,
    Draft { id: Uuid },
    NewDraft,
    EditProject { id: ProjectId },
    Save { id: Uuid, form: Box<DraftForm> },
    Send { id: Uuid },
    TakeBack { id: Uuid },
    TryAgain { id: Uuid },
}

/// The result of an order.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// The order was carried out.
    Done(T),
    /// The app refused it, with this reason.
    Refused(Failure),
    /// The app was killed before it answered: the order may or may not have been carried out.
    Killed,
}

/// The running core of a person's app. Killed when dropped; its files stay.
pub struct Core {
    folder: PathBuf,
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    killed: bool,
}

impl Core {
    /// Starts the core on the files in that folder; its log is beside the folder.
    pub fn start(folder: &Path) -> Result<Self> {
        let mut command = tied(program("client")?, &folder.with_extension("log"))?;
        command.arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the app's core did not start")?;
        let orders = child.stdin.take().context("it takes no orders")?;
        let answers = BufReader::new(child.stdout.take().context("it gives no answers")?).lines();
        Ok(Self { folder: folder.to_owned(), child, orders, answers, killed: false })
    }

    /// Sends an order and waits for its answer. The returned future must run to completion, because answers come in
    /// order.
    pub async fn ask<T: DeserializeOwned>(&mut self, order: &Order) -> Result<Answer<T>> {
        if self.killed {
            return Ok(Answer::Killed);
        }
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        // A killed process reads and writes nothing more: the only error that a test expects.
        let taken = self.orders.write_all(&line).await;
        let answer = if taken.is_ok() { self.answers.next_line().await? } else { None };
        let Some(answer) = answer else {
            let status = self.child.wait().await?;
            if std::os::unix::process::ExitStatusExt::signal(&status) != Some(Signal::KILL.as_raw()) {
                bail!("{} ended by itself: {status}; its log says why", self.folder.display());
            }
            self.killed = true;
            return Ok(Answer::Killed);
        };
        Ok(match serde_json::from_str::<Result<Value, Failure>>(&answer)? {
            Ok(done) => Answer::Done(serde_json::from_value(done)?),
            Err(failure) => Answer::Refused(failure),
        })
    }

    /// The process id; none once it has exited. For killing it while it carries out an order.
    pub fn pid(&self) -> Option<Pid> {
        self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
    }

    /// Kills the core and starts it again on the same files.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill().await?;
        *self = Self::start(&self.folder)?;
        Ok(())
    }

    /// Kills the core and waits until it has exited.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(pid) = self.pid() {
            kill_process(pid, Signal::KILL)?;
        }
        self.child.wait().await?;
        self.killed = true;
        Ok(())
    }

    /// Whether the core was killed by [`Self::kill`].
    pub fn is_killed(&self) -> bool {
        self.killed
    }
}
