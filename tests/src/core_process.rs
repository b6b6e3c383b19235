//! The app's core in a process of its own, without a window: it can be killed in the middle of whatever it does, a
//! thousand times an hour. It takes orders as lines of JSON, one after the other, and answers each with a line.

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

/// What a person asks of the app.
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

/// What came of it.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    /// It was done.
    Done(T),
    /// It was not, and the app says why.
    Refused(Failure),
    /// The app was killed before it could say: it may be done or not.
    Killed,
}

/// The running core of someone's app. Killed when dropped; its files stay.
pub struct Core {
    folder: PathBuf,
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    killed: bool,
}

impl Core {
    /// Starts it on the files in that folder; its log is beside it.
    pub fn start(folder: &Path) -> Result<Self> {
        let mut command = tied(program("client")?, &folder.with_extension("log"))?;
        command.arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the app's core did not start")?;
        let orders = child.stdin.take().context("it takes no orders")?;
        let answers = BufReader::new(child.stdout.take().context("it gives no answers")?).lines();
        Ok(Self { folder: folder.to_owned(), child, orders, answers, killed: false })
    }

    /// Gives an order and waits for its answer. Once begun, it must be waited for: the answers come in order.
    pub async fn ask<T: DeserializeOwned>(&mut self, order: &Order) -> Result<Answer<T>> {
        if self.killed {
            return Ok(Answer::Killed);
        }
        let mut line = serde_json::to_vec(order)?;
        line.push(b'\n');
        // A killed process takes and says nothing more: the one error that is part of the story.
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

    /// Its process; none once it has ended. To be killed while an order is being carried out.
    pub fn pid(&self) -> Option<Pid> {
        self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
    }

    /// Kills it, and starts it anew on the same files.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill().await?;
        *self = Self::start(&self.folder)?;
        Ok(())
    }

    /// Kills it and waits until it is gone.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(pid) = self.pid() {
            kill_process(pid, Signal::KILL)?;
        }
        self.child.wait().await?;
        self.killed = true;
        Ok(())
    }

    /// Whether it was killed.
    pub fn is_killed(&self) -> bool {
        self.killed
    }
}
