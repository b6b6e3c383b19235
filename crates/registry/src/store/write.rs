//! The one write path. A task of its own drains a queue of jobs and commits them in groups, each job in its
//! savepoint, so that one that is refused takes nothing else with it. The group's first statement updates the
//! counter's row, before anything is read: that keeps the numbers dense with any number of processes beside each
//! other, and a reader who has seen n can never later meet a smaller one.

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Executor};
use tokio::sync::{mpsc, oneshot, watch};

use super::cells::{self, CellChanges};
use super::{counter, engine};
use crate::failure::{Failure, Outcome};

/// Jobs that are committed together at most.
const GROUP: usize = 64;
/// How often a job that failed for a passing reason is tried.
const TRIES: usize = 3;

/// What a job writes with.
pub(crate) struct WriteTx {
    connection: PoolConnection<Any>,
    seq: u64,
    cells: CellChanges,
}

impl WriteTx {
    /// The connection, inside the transaction.
    pub(crate) fn sql(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// The number of the next accepted change.
    pub(crate) fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// What the group changes in the sums of the cells: written once, at its end.
    pub(crate) fn cells(&mut self) -> &mut CellChanges {
        &mut self.cells
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.connection.execute(sql).await.map(|_| ())
    }
}

/// A job in the queue. It may be run more than once, and only its last run counts.
trait Job: Send {
    fn run<'t>(&'t mut self, tx: &'t mut WriteTx) -> BoxFuture<'t, Outcome<()>>;
    /// Tells who waits: what the last run gave, or why there is none.
    fn answer(self: Box<Self>, failure: Option<Failure>);
}

struct Typed<T, F> {
    work: F,
    result: Option<Outcome<T>>,
    reply: oneshot::Sender<Outcome<T>>,
}

impl<T, F> Job for Typed<T, F>
where
    T: Send + 'static,
    F: for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Outcome<T>> + Send + Sync,
{
    fn run<'t>(&'t mut self, tx: &'t mut WriteTx) -> BoxFuture<'t, Outcome<()>> {
        Box::pin(async move {
            match (self.work)(tx).await {
                Err(Failure::Store(error)) => Err(Failure::Store(error)),
                result => {
                    let refused = result.is_err();
                    self.result = Some(result);
                    // Only tells the group to roll this job back; its own failure is kept for the answer.
                    if refused { Err(Failure::Closing) } else { Ok(()) }
                }
            }
        })
    }

    fn answer(self: Box<Self>, failure: Option<Failure>) {
        let result = failure.map(Err).or(self.result).unwrap_or(Err(Failure::Closing));
        // Nobody waits where the caller's connection was lost: what was committed stands.
        let _ = self.reply.send(result);
    }
}

/// The queue's end at which jobs are put in.
#[derive(Clone)]
pub(super) struct Queue(mpsc::Sender<Box<dyn Job>>);

impl Queue {
    /// Starts the writer's task; it ends when the last clone of the queue is gone.
    pub(super) fn start(pool: AnyPool, changed: watch::Sender<u64>) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(1024);
        (Self(sender), tokio::spawn(drain(receiver, pool, changed)))
    }

    /// Puts in a job and waits until it is committed. A refusal undoes all that the job wrote.
    pub(super) async fn write<T, F>(&self, work: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut WriteTx) -> BoxFuture<'t, Outcome<T>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Typed { work, result: None, reply });
        self.0.send(job).await.map_err(|_| Failure::Closing)?;
        answer.await.map_err(|_| Failure::Closing)?
    }
}

async fn drain(mut queue: mpsc::Receiver<Box<dyn Job>>, pool: AnyPool, changed: watch::Sender<u64>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        match commit(&pool, &mut group).await {
            Ok(seq) => finish(group.drain(..), seq, &changed),
            // One of them broke the group. Each is tried alone, so that only that one fails.
            Err(error) => {
                tracing::warn!(%error, jobs = group.len(), "a group of writes was rolled back");
                for job in group.drain(..) {
                    alone(&pool, job, &changed).await;
                }
            }
        }
    }
}

async fn alone(pool: &AnyPool, job: Box<dyn Job>, changed: &watch::Sender<u64>) {
    let mut group = [job];
    let mut tries = 1;
    let committed = loop {
        match commit(pool, &mut group).await {
            Err(error) if tries < TRIES && engine::is_busy(&error) => tries += 1,
            committed => break committed,
        }
    };
    match committed {
        Ok(seq) => finish(group.into_iter(), seq, changed),
        Err(error) => {
            let [job] = group;
            job.answer(Some(Failure::Store(error)));
        }
    }
}

fn finish(jobs: impl Iterator<Item = Box<dyn Job>>, seq: u64, changed: &watch::Sender<u64>) {
    // Readers are woken before the answers go out, so that nobody who was answered can find them asleep.
    changed.send_if_modified(|known| std::mem::replace(known, seq) != seq);
    jobs.for_each(|job| job.answer(None));
}

/// Runs the jobs in one transaction, and gives the counter as it was committed.
async fn commit(pool: &AnyPool, jobs: &mut [Box<dyn Job>]) -> Result<u64, sqlx::Error> {
    let mut tx = WriteTx { connection: pool.acquire().await?, seq: 0, cells: CellChanges::default() };
    let committed = run_group(&mut tx, jobs).await;
    if committed.is_err() {
        // Some errors end a transaction by themselves and some don't: the connection's state is not known.
        tx.connection.close_on_drop();
    }
    committed
}

async fn run_group(tx: &mut WriteTx, jobs: &mut [Box<dyn Job>]) -> Result<u64, sqlx::Error> {
    tx.run(engine::BEGIN_WRITE).await?;
    let before = counter::lock(tx.sql()).await?;
    tx.seq = before;
    for job in jobs {
        let kept = (tx.seq, tx.cells.clone());
        tx.run("SAVEPOINT job").await?;
        match job.run(tx).await {
            Ok(()) => tx.run("RELEASE SAVEPOINT job").await?,
            Err(Failure::Store(error)) => return Err(error),
            Err(_) => {
                (tx.seq, tx.cells) = kept;
                tx.run("ROLLBACK TO SAVEPOINT job").await?;
                tx.run("RELEASE SAVEPOINT job").await?;
            }
        }
    }
    cells::store(&mut tx.connection, &tx.cells).await?;
    let seq = tx.seq;
    if seq != before {
        counter::advance(tx.sql(), seq).await?;
    }
    tx.run("COMMIT").await?;
    Ok(seq)
}
