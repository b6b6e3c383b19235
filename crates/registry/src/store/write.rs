//! The single writer. A task drains a queue of jobs and commits them in groups, each job in its own savepoint, so that
//! a failed job does not affect the others. The first statement of a group updates the counter row, before anything is
//! read. This keeps sequence numbers dense across any number of processes, and a reader who has seen n can never later
//! meet a smaller number.

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Executor};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::Span;

use super::cells::{self, CellChanges};
use super::engine::{self, Engine};
use super::{counter, note};
use crate::env::Env;
use crate::store::error::{Result, StoreError};

/// The most jobs in one commit.
const GROUP: usize = 64;
/// How many times a job is tried when it fails for a temporary reason.
const TRIES: usize = 3;
/// Jobs that take longer, in milliseconds, are logged: all other writes wait for them.
const SLOW_JOB_MS: i64 = 250;

/// The transaction that a job writes in.
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

    /// Allocates the next sequence number.
    pub(crate) fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// Wakes waiting readers although no record changed, because what they may read has changed. Uses up a sequence
    /// number.
    pub(crate) fn wake_readers(&mut self) {
        self.next_seq();
    }

    /// The group's changes to the cell sums, stored once at its end.
    pub(crate) fn cells(&mut self) -> &mut CellChanges {
        &mut self.cells
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        self.connection.execute(sql).await.map(|_| ())
    }
}

/// A job's own error type, defined by its caller.
pub(crate) trait JobError: From<StoreError> + Send + 'static {
    /// Extracts a database error, which aborts the whole group's transaction and not only this job.
    ///
    /// # Errors
    /// Returns any other error unchanged.
    fn into_database_error(self) -> std::result::Result<sqlx::Error, Self>;
}

impl JobError for StoreError {
    fn into_database_error(self) -> std::result::Result<sqlx::Error, Self> {
        match self {
            Self::Database(error) => Ok(error),
            other => Err(other),
        }
    }
}

/// A write job: an asynchronous function of its context and its arguments, which it borrows, as it may run more than
/// once. Every such function and closure is one. An `AsyncFn` bound alone cannot require the future to be `Send`.
pub(crate) trait JobFn<'t, With, Args, T>: Send + Sync + 'static {
    fn run(&self, with: With, args: &'t Args) -> BoxFuture<'t, T>;
}

impl<'t, With, Args: 't, T, F, Run> JobFn<'t, With, Args, T> for F
where
    F: Fn(With, &'t Args) -> Run + Send + Sync + 'static,
    Run: Future<Output = T> + Send + 't,
{
    fn run(&self, with: With, args: &'t Args) -> BoxFuture<'t, T> {
        Box::pin(self(with, args))
    }
}

/// How much to roll back after a job fails.
enum Rollback {
    /// This job's savepoint.
    Job,
    /// The whole group's transaction.
    Group(sqlx::Error),
}

/// A queued job. It may run more than once; only the last run counts.
trait Job: Send {
    fn run<'t>(&'t mut self, tx: &'t mut WriteTx) -> BoxFuture<'t, std::result::Result<(), Rollback>>;
    /// The tracing span of the request that queued the job.
    fn span(&self) -> &Span;
    /// Sends the last run's result, or `error`, to the caller.
    fn answer(self: Box<Self>, error: Option<StoreError>);
}

struct Typed<A, T, E, F> {
    args: A,
    work: F,
    span: Span,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<A, T, E, F> Job for Typed<A, T, E, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    E: JobError,
    F: for<'t> JobFn<'t, &'t mut WriteTx, A, Result<T, E>>,
{
    fn run<'t>(&'t mut self, tx: &'t mut WriteTx) -> BoxFuture<'t, std::result::Result<(), Rollback>> {
        Box::pin(async move {
            match self.work.run(tx, &self.args).await.map_err(JobError::into_database_error) {
                Ok(done) => {
                    self.result = Some(Ok(done));
                    Ok(())
                }
                Err(Err(refused)) => {
                    self.result = Some(Err(refused));
                    Err(Rollback::Job)
                }
                Err(Ok(error)) => Err(Rollback::Group(error)),
            }
        })
    }

    fn span(&self) -> &Span {
        &self.span
    }

    fn answer(self: Box<Self>, error: Option<StoreError>) {
        let failed = error.map(|error| Err(error.into()));
        let result = failed.or(self.result).unwrap_or_else(|| Err(StoreError::Closed.into()));
        // Sending fails if the caller has gone away, for example on a lost connection. The commit stands.
        let _ = self.reply.send(result);
    }
}

/// The sending end of the job queue.
#[derive(Clone)]
pub(super) struct Queue(mpsc::Sender<Box<dyn Job>>);

impl Queue {
    /// Starts the writer task, which ends when the last clone of the queue is dropped.
    pub(super) fn start(
        engine: Engine,
        changed: watch::Sender<u64>,
        env: Env,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(1024);
        (Self(sender), tokio::spawn(Writer { engine, changed, env }.drain(receiver)))
    }

    /// Queues a job and waits until it is committed. If the job returns an error, its writes are rolled back.
    pub(super) async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: JobError,
        F: for<'t> JobFn<'t, &'t mut WriteTx, A, Result<T, E>>,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Typed { args, work, span: Span::current(), result: None, reply });
        self.0.send(job).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

/// The state of the writer task.
struct Writer {
    engine: Engine,
    changed: watch::Sender<u64>,
    env: Env,
}

impl Writer {
    async fn drain(self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        let mut group = Vec::with_capacity(GROUP);
        while queue.recv_many(&mut group, GROUP).await > 0 {
            match self.commit(&mut group).await {
                Ok(seq) => self.finish(group.drain(..), seq),
                // One job broke the group. Each is run again on its own, so that only that one fails.
                Err(error) => {
                    tracing::warn!(%error, jobs = group.len(), "a group of writes was rolled back");
                    for job in group.drain(..) {
                        self.alone(job).await;
                    }
                }
            }
        }
    }

    async fn alone(&self, job: Box<dyn Job>) {
        let mut group = [job];
        let mut tries = 1;
        let committed = loop {
            match self.commit(&mut group).await {
                Err(error) if tries < TRIES && engine::is_busy(&error) => tries += 1,
                committed => break committed,
            }
        };
        match committed {
            Ok(seq) => self.finish(group.into_iter(), seq),
            Err(error) => {
                let [job] = group;
                job.answer(Some(StoreError::Database(error)));
            }
        }
    }

    fn finish(&self, jobs: impl Iterator<Item = Box<dyn Job>>, seq: u64) {
        // Wake readers before sending the answers: no caller may have its answer while a reader still misses the
        // change.
        note(&self.changed, seq);
        jobs.for_each(|job| job.answer(None));
    }

    /// Runs the jobs in one transaction and returns the committed sequence number.
    async fn commit(&self, jobs: &mut [Box<dyn Job>]) -> Result<u64, sqlx::Error> {
        let connection = self.engine.pool.acquire().await?;
        let mut tx = WriteTx { connection, seq: 0, cells: CellChanges::default() };
        let committed = self.run_group(&mut tx, jobs).await;
        if committed.is_err() {
            // Some errors end the transaction and some do not, so the connection's state is unknown.
            tx.connection.close_on_drop();
        }
        committed
    }

    async fn run_group(&self, tx: &mut WriteTx, jobs: &mut [Box<dyn Job>]) -> Result<u64, sqlx::Error> {
        tx.run(engine::BEGIN_WRITE).await?;
        let before = counter::lock(tx.sql()).await?;
        tx.seq = before;
        for job in jobs {
            let kept = (tx.seq, tx.cells.clone());
            tx.run("SAVEPOINT job").await?;
            match self.run_timed(job.as_mut(), tx).await {
                Ok(()) => tx.run("RELEASE SAVEPOINT job").await?,
                Err(Rollback::Group(error)) => return Err(error),
                Err(Rollback::Job) => {
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
            self.engine.announce(tx.sql()).await?;
        }
        tx.run("COMMIT").await?;
        Ok(seq)
    }

    /// Runs a job and logs a warning if it held up the others. The warning is in the span of the request, whose route
    /// says what the job was.
    async fn run_timed(&self, job: &mut dyn Job, tx: &mut WriteTx) -> std::result::Result<(), Rollback> {
        let began = self.env.now_ms();
        let done = job.run(tx).await;
        let took_ms = self.env.now_ms() - began;
        if took_ms > SLOW_JOB_MS {
            job.span().in_scope(|| tracing::warn!(took_ms, "a write job held up the others"));
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use guildhall_protocol::changes::Kind;
    use guildhall_protocol::fields::Fields;
    use jiff::Timestamp;
    use tracing::Instrument as _;

    use super::*;
    use crate::env::Clock;
    use crate::store::records::{self, RecordWrite};
    use crate::store::{Database, Store, cells};

    /// How a test job ends after writing its record.
    #[derive(Clone, Copy, PartialEq)]
    enum End {
        Well,
        Refused,
        Broken,
    }

    /// A clock that only advances when a job advances it.
    struct Slow(AtomicI64);

    #[async_trait::async_trait]
    impl Clock for Slow {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
        }
        async fn pass(&self, _: Duration) {
            std::future::pending().await
        }
    }

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_job_that_takes_long_is_logged_with_its_route() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        let _guard = tracing::subscriber::set_default(subscriber.finish());
        let clock = Arc::new(Slow(AtomicI64::new(0)));
        let env = Env { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Env::real() };
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Database::File(folder.path().join("r.db"), None), &env).await.unwrap();
        for (takes, route) in [(SLOW_JOB_MS, "/quick/{id}"), (SLOW_JOB_MS + 1, "/slow/{id}")] {
            let job = store.write((Arc::clone(&clock), takes), async |_, (clock, takes)| {
                clock.0.fetch_add(*takes, Ordering::Relaxed);
                Ok::<(), StoreError>(())
            });
            job.instrument(tracing::info_span!("request", route)).await.unwrap();
        }
        store.close().await;
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains("WARN") && log.contains("/slow/{id}") && log.contains("took_ms=251"), "{log}");
        assert!(!log.contains("/quick"), "{log}");
    }

    async fn put(store: &Store, id: &'static str, end: End) -> Result<u64> {
        let written = store.write((id, end), async |tx, (id, end)| {
            let state = RecordWrite::public(Kind::Service, (*id).to_owned(), Fields::new());
            let (_, seq) = records::put(tx, &state, 0).await?;
            match end {
                End::Well => Ok(seq),
                End::Refused => Err(StoreError::Damaged("refused".to_owned())),
                End::Broken => {
                    sqlx::query("INSERT INTO counter (one, epoch, seq) VALUES (1, '', 0)")
                        .execute(tx.sql())
                        .await?;
                    Ok(seq)
                }
            }
        });
        written.await
    }

    /// A refused or broken job leaves nothing behind, not even a sequence number, and does not affect the jobs in its
    /// group.
    #[tokio::test]
    async fn a_failed_job_does_not_affect_its_group() {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(&Database::File(folder.path().join("r.db"), None), &Env::real()).await.unwrap();
        for round in 0..4 {
            let ids = ["1", "2", "3", "4"].map(|n| &*Box::leak(format!("{round}{n}").into_boxed_str()));
            // A broken job makes every job run again alone. Without one, the group commits as a whole.
            let bad = if round % 2 == 0 { End::Refused } else { End::Broken };
            // Polled in order, so that all four are queued before the writer runs.
            let (first, refused, broken, last) = tokio::join!(
                put(&store, ids[0], End::Well),
                put(&store, ids[1], End::Refused),
                put(&store, ids[2], bad),
                put(&store, ids[3], End::Well),
            );
            assert_eq!((first.unwrap(), last.unwrap()), (2 * round + 1, 2 * round + 2), "no gap");
            assert!(matches!(refused, Err(StoreError::Damaged(_))));
            assert_eq!(matches!(broken, Err(StoreError::Database(_))), bad == End::Broken);
            assert!(broken.is_err());
            let mut tx = store.read().await.unwrap();
            for (id, is_there) in ids.into_iter().zip([true, false, false, true]) {
                assert_eq!(records::find(&mut tx, Kind::Service, id).await.unwrap().is_some(), is_there);
            }
            let (records, _) = cells::sum(&mut tx, &vec!["public".to_owned()]).await.unwrap();
            assert_eq!(records, 2 * (round + 1));
        }
        store.close().await;
        assert!(matches!(put(&store, "late", End::Well).await, Err(StoreError::Closed)));
    }
}
